"""The transcript: a directory with everything that anybody needs to recompute a draw."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from lottery.ballot import ceremony as ceremony_file
from lottery.ballot import commitment as commitment_file
from lottery.ballot import intake_log as intake_log_file
from lottery.ballot import parameters as parameters_file
from lottery.ballot import ranking as ranking_file
from lottery.ballot import register as register_file
from lottery.ballot import reinstatement as reinstatement_file
from lottery.ballot import verify_ballot
from lottery.ballot.allocation import (
    AllocationLine,
    Disposition,
    allocate,
    render_allocation_line,
    render_dispositions,
)
from lottery.ballot.canonical import read_lines
from lottery.ballot.ceremony import Ceremony, check_ceremony, render_ceremony
from lottery.ballot.commitment import Commitment, commit, hash_commitment, render_commitment
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import BallotParameters, render_parameters
from lottery.ballot.ranking import RankingLine, parse_ranking_line, rank, render_ranking_line
from lottery.ballot.reinstatement import ReinstatementLine, render_reinstatements

SUMS = "SHA256SUMS"
VERIFIER = "verify_ballot.py"
ALLOCATION = "allocation.txt"
DATA_FILE_NAMES = (
    parameters_file.FILE,
    register_file.FILE,
    commitment_file.FILE,
    ceremony_file.FILE,
    ranking_file.FILE,
    ALLOCATION,
)
FILE_NAMES = (*DATA_FILE_NAMES, SUMS, VERIFIER)
# There only where there is something to say.
OPTIONAL_FILE_NAMES = (
    intake_log_file.FILE,
    intake_log_file.SIGNER_FILE,
    reinstatement_file.FILE,
)
_CHUNK_BYTES = 1 << 20


def write_transcript(
    directory: Path,
    *,
    parameters: BallotParameters,
    register_lines: Iterable[str],
    ceremony: Ceremony,
    dispositions: Sequence[Iterable[Disposition]] = (),
    commitment: Commitment | None = None,
    ranking: Iterable[RankingLine] | None = None,
    allocations: Sequence[Iterable[AllocationLine]] | None = None,
    reinstatements: Iterable[ReinstatementLine] = (),
    intake_log: str | None = None,
    signer_pem: str | None = None,
) -> None:
    """
    Write a whole transcript in bounded memory, apart from the sort.

    What is left None is computed. A service that stored the commitment, the ranking or the
    allocations passes what it stored, so that the verifier judges the stored rows rather
    than a fresh computation that would hide a change made to them.

    SHA256SUMS comes last of the data, so a transcript that was cut short does not verify.

    :param directory: created when missing; must be empty.
    :param register_lines: without LF, ascending; read once.
    :param dispositions: the n-th becomes ``dispositions-<n>.txt``.
    :param allocations: ``allocation.txt`` first, then one for each of the dispositions.
    :param reinstatements: become ``reinstatements.txt`` when there are any.
    :param intake_log: the whole of ``intake-log.txt``, as it was published.
    :param signer_pem: public key of the log's signatures; with it the last head must be signed.
    :raises BallotRefusal: ``TRANSCRIPT_DIRECTORY_NOT_EMPTY``; or as the register and the
        ceremony are refused, and then nothing is left in the directory.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise BallotRefusal("TRANSCRIPT_DIRECTORY_NOT_EMPTY", "the directory must be empty")
    try:
        _write_inputs(directory, parameters, register_lines, ceremony, commitment)
        _write_ranking(directory, parameters, ceremony, ranking)
        _write_allocations(directory, parameters, [list(d) for d in dispositions], allocations)
        _write_optional(directory, intake_log_file.FILE, intake_log)
        _write_optional(directory, intake_log_file.SIGNER_FILE, signer_pem)
        _write_optional(directory, reinstatement_file.FILE, render_reinstatements(reinstatements))
    except BallotRefusal:
        for path in directory.iterdir():
            path.unlink()
        raise
    _write(directory / SUMS, _render_sums(directory))
    shutil.copyfile(verify_ballot.__file__, directory / VERIFIER)


def _write_inputs(
    directory: Path,
    parameters: BallotParameters,
    register_lines: Iterable[str],
    ceremony: Ceremony,
    published: Commitment | None,
) -> None:
    parameters_text = render_parameters(parameters)
    _write(directory / parameters_file.FILE, [parameters_text])
    with _create(directory / register_file.FILE) as stream:
        written = _write_through(stream, register_lines)
        if published is None:
            published = commit(parameters_text, written)
        else:
            for _ in written:
                pass
    commitment_text = render_commitment(published)
    check_ceremony(ceremony, parameters, hash_commitment(commitment_text))
    _write(directory / commitment_file.FILE, [commitment_text])
    _write(directory / ceremony_file.FILE, [render_ceremony(ceremony)])


def _write_through(stream: TextIO, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        stream.write(f"{line}\n")
        yield line


def _write_ranking(
    directory: Path,
    parameters: BallotParameters,
    ceremony: Ceremony,
    stored: Iterable[RankingLine] | None,
) -> None:
    lines = stored
    if lines is None:
        lines = rank(read_lines(directory / register_file.FILE), parameters, ceremony)
    _write(directory / ranking_file.FILE, (f"{render_ranking_line(line)}\n" for line in lines))


def _write_allocations(
    directory: Path,
    parameters: BallotParameters,
    dispositions: Sequence[Sequence[Disposition]],
    stored: Sequence[Iterable[AllocationLine]] | None,
) -> None:
    for position, gone in enumerate([(), *dispositions]):
        if position:
            _write(directory / f"dispositions-{position}.txt", [render_dispositions(gone)])
        lines = (
            stored[position]
            if stored is not None
            else allocate(_read_ranking(directory), parameters.steps, gone)
        )
        name = f"allocation-{position}.txt" if position else ALLOCATION
        _write(directory / name, (f"{render_allocation_line(line)}\n" for line in lines))


def _write_optional(directory: Path, name: str, text: str | None) -> None:
    if text:
        _write(directory / name, [text])


def _read_ranking(directory: Path) -> Iterator[RankingLine]:
    # Read back for each allocation: a million lines in memory cost more than reading them.
    return map(parse_ranking_line, read_lines(directory / ranking_file.FILE))


def _render_sums(directory: Path) -> Iterator[str]:
    for path in sorted(directory.iterdir()):
        if path.name != SUMS:
            yield f"{_compute_file_sha256(path)}  {path.name}\n"


def _compute_file_sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _write(path: Path, parts: Iterable[str]) -> None:
    with _create(path) as stream:
        stream.writelines(parts)


def _create(path: Path) -> TextIO:
    return path.open("x", encoding="ascii", newline="\n")
