"""Write everything of a draw that is kept on disk, so that no reader has to wait for it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import IO

from applications.pdf.layout import CHINESE_FIRST, ENGLISH_FIRST
from lottery.models import Draw
from lottery.services.draw_certificates import open_draw_certificate
from lottery.services.fairness_reports import open_fairness_report
from lottery.services.ranking_lists import count_parts, open_ranking_list
from lottery.services.transcripts import open_transcript_zip
from lottery.services.writing_locks import StillBeingWritten

LANGUAGES = (CHINESE_FIRST, ENGLISH_FIRST)


def write_kept_files(*, draw: Draw, read_clock: Callable[[], datetime]) -> None:
    """
    Write the transcript and the documents of a draw, where they are missing or out of date.

    Unlike a reader it waits, however long, for whoever is writing one of them.

    :param read_clock: asked for the moment of a signature.
    """
    for open_file in _list_files(draw, read_clock):
        _wait_for(open_file).close()


def _list_files(
    draw: Draw, read_clock: Callable[[], datetime]
) -> Iterator[Callable[[], IO[bytes]]]:
    yield partial(open_transcript_zip, draw=draw)
    for language in LANGUAGES:
        yield partial(
            open_draw_certificate, draw=draw, first_language=language, read_clock=read_clock
        )
        for part in range(1, count_parts(draw) + 1):
            yield partial(open_ranking_list, draw=draw, part=part, first_language=language)
    for language in LANGUAGES:
        yield partial(open_fairness_report, draw=draw, first_language=language)


def _wait_for(open_file: Callable[[], IO[bytes]]) -> IO[bytes]:
    while True:
        with suppress(StillBeingWritten):
            return open_file()
