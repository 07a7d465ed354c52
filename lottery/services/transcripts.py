"""Export the transcript: everything that anybody needs to recompute a draw, and the verifier."""

import tempfile
import zipfile
from pathlib import Path
from typing import IO

from lottery.ballot.ceremony import parse_ceremony
from lottery.ballot.commitment import parse_commitment
from lottery.ballot.parameters import parse_parameters
from lottery.ballot.transcript import write_transcript
from lottery.models import Draw
from lottery.selectors.registers import (
    iterate_places,
    iterate_ranking,
    iterate_register_lines,
)

ZIP_TIME = (1980, 1, 1, 0, 0, 0)


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
    )


def write_transcript_zip(*, draw: Draw, path: Path) -> None:
    """Write the transcript as one ZIP file; the same draw gives the same bytes."""
    register = draw.ceremony.publication.register
    folder = f"{register.exercise.code}-{register.attempt}"
    with (
        tempfile.TemporaryDirectory() as scratch,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        export_transcript(draw=draw, directory=Path(scratch) / folder)
        for file in sorted((Path(scratch) / folder).iterdir()):
            member = zipfile.ZipInfo(f"{folder}/{file.name}", ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            with file.open("rb") as source, archive.open(member, "w") as target:
                while block := source.read(1 << 20):
                    target.write(block)


def open_transcript_zip(*, draw: Draw) -> IO[bytes]:
    """Write the transcript into a temporary ZIP file, open for reading and gone when closed."""
    file = tempfile.NamedTemporaryFile(suffix=".zip")  # noqa: SIM115 - the caller closes it
    write_transcript_zip(draw=draw, path=Path(file.name))
    return file
