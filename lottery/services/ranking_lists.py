"""Make the ranking list of a draw, for printing; a long one in parts."""

from collections.abc import Iterator
from typing import IO, NamedTuple

from applications.pdf.layout import Bilingual
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.commitment import parse_commitment
from lottery.models import Draw
from lottery.pdf.ranking_list import (
    FORM_VERSION,
    ListedLine,
    RankingList,
    Section,
    render_ranking_list,
)
from lottery.selectors.progress import is_given_up
from lottery.selectors.results import iterate_ranked, summarise_draw
from lottery.services.documents import get_public_url, open_kept_document

LINES_OF_A_PART = 100_000


class Span(NamedTuple):
    """Ranks of one category that stand in one part."""

    category: str
    first_rank: int
    last_rank: int


def count_parts(draw: Draw) -> int:
    """Count the parts in which a draw's ranking list comes; at least one."""
    return max(1, -(-draw.ranked_count // LINES_OF_A_PART))


def open_ranking_list(*, draw: Draw, part: int, first_language: str) -> IO[bytes]:
    """
    Open one part of the ranking list as a PDF, made and kept at its first use.

    :param part: from 1 to :func:`count_parts`.
    """
    register = draw.ceremony.publication.register
    seed = parse_ceremony(draw.ceremony.ceremony_text).seed
    state = "given-up" if is_given_up(register) else "stands"
    return open_kept_document(
        draw=draw,
        name=f"ranking-{first_language}-{part}",
        version=f"{FORM_VERSION}-{state}-{register.commitment_sha256[:16]}-{seed[:16]}",
        make=lambda: render_ranking_list(_compile(draw, part, first_language)),
    )


def list_spans(draw: Draw, part: int) -> Iterator[Span]:
    """List what one part holds: families first, both by rank."""
    first, last = (part - 1) * LINES_OF_A_PART + 1, part * LINES_OF_A_PART
    before = 0
    for category, count in summarise_draw(draw).ranked.items():
        span = Span(category, max(first - before, 1), min(last - before, count))
        if span.first_rank <= span.last_rank:
            yield span
        before += count


def _compile(draw: Draw, part: int, first_language: str) -> RankingList:
    register = draw.ceremony.publication.register
    exercise = register.exercise
    ranked = summarise_draw(draw).ranked
    return RankingList(
        exercise_title=Bilingual(exercise.title_zh_hant, exercise.title_en),
        draw=exercise.code,
        attempt=register.attempt,
        run_at=draw.run_at,
        commitment_sha256=register.commitment_sha256,
        seed=parse_ceremony(draw.ceremony.ceremony_text).seed,
        line_count=parse_commitment(register.commitment_text).line_count,
        ranked=dict(ranked),
        place_count=draw.place_count,
        part=part,
        part_count=count_parts(draw),
        url=get_public_url(draw),
        sections=tuple(_compile_section(draw, span) for span in list_spans(draw, part)),
        first_language=first_language,
        is_demonstration=exercise.demonstration,
        is_given_up=is_given_up(register),
    )


def _compile_section(draw: Draw, span: Span) -> Section:
    lines = (
        ListedLine(row.rank, row.number, row.track, row.ballot, row.ticket, row.place)
        for row in iterate_ranked(draw, *span)
    )
    return Section(span.category, span.last_rank - span.first_rank + 1, lines)
