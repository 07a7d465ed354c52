"""
Export the transcript: everything that anybody needs to recompute a draw, and the verifier.

A transcript of a million applications takes half a minute to write. So the published one is kept
below ``DATA_DIR/transcripts``, as files and as ZIP, and written once for each state of the draw.
"""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings

from lottery.ballot import verify_ballot
from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.commitment import parse_commitment
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.transcript import write_transcript
from lottery.models import Draw
from lottery.selectors.intake_log import find_last_head, find_signer_pem, write_intake_log
from lottery.selectors.registers import (
    iterate_places,
    iterate_ranking,
    iterate_register_lines,
    iterate_reinstatements,
)
from lottery.services.writing_locks import hold_lock

ZIP_TIME = (1980, 1, 1, 0, 0, 0)
ZIP_NAME = "transcript.zip"
FILES = "files"
LOCK = "lock"


class TranscriptSize(NamedTuple):
    """How much there is to fetch."""

    file_count: int
    byte_count: int


def export_transcript(*, draw: Draw, directory: Path) -> None:
    """
    Write the transcript of a stored draw into an empty or new directory.

    Every file comes from the stored rows and texts, nothing is computed afresh: a row that somebody
    managed to change is exported as it stands, and the verifier finds it.

    :raises BallotRefusal: ``TRANSCRIPT_DIRECTORY_NOT_EMPTY``.
    """
    register = draw.ceremony.publication.register
    parameters = parse_parameters(register.params_text)
    write_transcript(
        directory,
        parameters=parameters,
        register_lines=iterate_register_lines(register),
        ceremony=parse_ceremony(draw.ceremony.ceremony_text),
        commitment=parse_commitment(register.commitment_text),
        ranking=iterate_ranking(draw),
        allocations=[iterate_places(draw, [step.name for step in parameters.steps])],
        reinstatements=iterate_reinstatements(draw),
        # None of a ballot that was held before there were intake logs.
        intake_log=write_intake_log(register.exercise)
        if find_last_head(register.exercise)
        else None,
        signer_pem=find_signer_pem(register.exercise),
    )


def compute_transcript_version(*, draw: Draw) -> str:
    """
    Name the state of a draw's transcript: another name, perhaps other bytes.

    Whatever is published after the draw must be counted here. A change of the files' form is
    a change of the verifier, which is one of them.
    """
    register = draw.ceremony.publication.register
    seed = parse_ceremony(draw.ceremony.ceremony_text).seed
    reinstated_count = draw.reinstatements.filter(approved_at__isnull=False).count()
    verifier = hashlib.sha256(Path(verify_ballot.__file__).read_bytes()).hexdigest()
    return "-".join(
        (register.commitment_sha256[:16], seed[:16], f"r{reinstated_count}", verifier[:16])
    )


def open_transcript_zip(*, draw: Draw) -> IO[bytes]:
    """Open the ZIP file of a draw's kept transcript; the caller closes it."""
    with _kept_transcript(draw) as kept:
        return (kept / ZIP_NAME).open("rb")


def open_transcript_file(*, draw: Draw, name: str) -> IO[bytes] | None:
    """Open one file of a draw's kept transcript, ``None`` when it has none of this name."""
    with _kept_transcript(draw) as kept:
        names = {path.name for path in (kept / FILES).iterdir()}
        return (kept / FILES / name).open("rb") if name in names else None


def measure_transcript(*, draw: Draw) -> TranscriptSize:
    """Count the files of a draw's kept transcript, and their bytes together."""
    with _kept_transcript(draw) as kept:
        sizes = [path.stat().st_size for path in (kept / FILES).iterdir()]
    return TranscriptSize(len(sizes), sum(sizes))


@contextmanager
def _kept_transcript(draw: Draw) -> Iterator[Path]:
    """
    Give the directory of the kept transcript, written first where it is missing.

    Inside, no other thread or process writes or drops it; a file opened inside can be read to its
    end afterwards. What is kept is what the database held when it was written: a row changed since
    is not in it, and a kept file that somebody alters on this disk is served as altered, until a
    verifier finds it. Deleting the directory ``transcripts`` cures both and is always safe: it is
    written again from the database.

    :raises StillBeingWritten: by another process or thread, for longer than a moment.
    """
    register = draw.ceremony.publication.register
    attempt = settings.DATA_DIR / "transcripts" / register.exercise.code / str(register.attempt)
    kept = attempt / compute_transcript_version(draw=draw)
    attempt.mkdir(parents=True, exist_ok=True)
    with hold_lock(attempt / LOCK):
        if not kept.exists():
            _keep(draw, kept)
        yield kept


def _keep(draw: Draw, kept: Path) -> None:
    """Write the transcript beside its place and move it there whole; drop what it replaces."""
    register = draw.ceremony.publication.register
    scratch = Path(tempfile.mkdtemp(prefix="unfinished-", dir=kept.parent))
    export_transcript(draw=draw, directory=scratch / FILES)
    _write_zip(scratch / FILES, f"{register.exercise.code}-{register.attempt}", scratch / ZIP_NAME)
    scratch.rename(kept)
    for other in kept.parent.iterdir():
        if other.is_dir() and other != kept:
            shutil.rmtree(other)


def _write_zip(files: Path, folder: str, path: Path) -> None:
    """Write files as one ZIP file; the same files give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files.iterdir()):
            member = zipfile.ZipInfo(f"{folder}/{file.name}", ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            with file.open("rb") as source, archive.open(member, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
