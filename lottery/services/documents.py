"""
Keep the documents of a draw on disk once they are made.

A list of a hundred thousand lines takes seconds to set, and a signature is made once: so each is
kept below ``DATA_DIR/documents`` and made once for each state of what it says. Deleting that
directory is always safe: the documents are made again from the database.
"""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.conf import settings

from lottery.models import Draw
from lottery.services.writing_locks import hold_lock

LOCK = "lock"


def open_kept_document(
    *, draw: Draw, name: str, version: str, make: Callable[[], bytes]
) -> IO[bytes]:
    """
    Open a document of a draw, made first where this version of it is missing.

    A file opened can be read to its end, also when another version replaces it. The caller closes
    it.

    :param name: of the document, with its language and part; each name keeps one version.
    :raises StillBeingWritten: by another process or thread, for longer than a moment.
    """
    register = draw.ceremony.publication.register
    folder = settings.DATA_DIR / "documents" / register.exercise.code / str(register.attempt) / name
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{version}.pdf"
    with suppress(FileNotFoundError):
        return kept.open("rb")
    with hold_lock(folder / LOCK):
        if not kept.exists():
            _keep(kept, make())
        return kept.open("rb")


def _keep(kept: Path, document: bytes) -> None:
    """Write a document beside its place and move it there whole; drop what it replaces."""
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as scratch:
        scratch.write(document)
    for other in kept.parent.iterdir():
        if other.name not in {LOCK, Path(scratch.name).name}:
            other.unlink()
    Path(scratch.name).rename(kept)


def get_public_url(draw: Draw) -> str:
    """Return where a draw stands for ever; without a language, so the reader's own is answered."""
    register = draw.ceremony.publication.register
    return f"{settings.PUBLIC_URL}/verify/{register.exercise.code}/attempts/{register.attempt}/"
