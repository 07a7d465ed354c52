"""
intake-log.txt: the daily signed heads of all applications received, before the register.

Each head binds how many applications there were and who stood behind each of their numbers.
The consistency proofs show, while the register is still secret, that nothing received before
was removed or changed and that nothing was put in between; the register then shows the rest.
Whether the signatures hold is for the verifier: that needs more than the standard library.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from lottery.ballot.canonical import COUNT, HEX_256, compute_sha256, located, split_lines
from lottery.ballot.errors import BallotRefusal, Code
from lottery.ballot.merkle import (
    RootBuilder,
    build_consistency_proof,
    compute_root,
    hash_leaf,
    verify_consistency_proof,
)
from lottery.ballot.parameters import check_draw_name
from lottery.ballot.register import parse_register_lines

FILE = "intake-log.txt"
SIGNER_FILE = "intake-signer.pem"
HEADER = "WSM-INTAKE/1"
NOTHING = "-"
NO_HASH = "0" * 64
NO_JOURNAL = f"0:{NO_HASH}"
NO_LEAVES = compute_root(()).hex()
_FIRST_HEAD_LINE = 3
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")
_JOURNAL = re.compile(r"0:0{64}|[1-9][0-9]{0,17}:[0-9a-f]{64}")
# A DER signature of P-256 has at most 72 bytes.
_SIGNATURE = re.compile(r"(?:[0-9a-f]{2}){8,72}")


class IntakeHead(NamedTuple):
    """
    One head: what had been received at one moment.

    :ivar at: aware, whole seconds; later than that of the head before.
    :ivar size: applications received so far.
    :ivar root: 64 hexadecimal digits, over `render_intake_leaf` in order of number.
    :ivar previous: hash of the statement of the head before; 64 zeros in the first.
    :ivar journal: ``<position>:<hash>`` of the last sealed entry of the journal.
    :ivar proof: consistency proof from the size before, 64 hexadecimal digits each.
    :ivar signature: DER ECDSA P-256 SHA-256 over the statement in hexadecimal, or None.
    """

    at: datetime
    size: int
    root: str
    previous: str
    journal: str
    proof: tuple[str, ...]
    signature: str | None


def render_intake_leaf(number: str, identity_commitment: str) -> str:
    """Write what a head binds of one application; hashed as a leaf by `hash_leaf`."""
    return f"{number}|{identity_commitment}"


def render_statement(draw: str, head: IntakeHead) -> str:
    """Write what is signed: ASCII, without LF."""
    return "|".join(
        (
            HEADER,
            draw,
            head.at.isoformat(),
            str(head.size),
            head.root,
            head.previous,
            head.journal,
        )
    )


def hash_statement(draw: str, head: IntakeHead) -> str:
    """Return what the next head names as ``previous``."""
    return compute_sha256(render_statement(draw, head))


def extend_log(
    draw: str,
    previous: IntakeHead | None,
    leaves: Sequence[bytes],
    at: datetime,
    journal: str = NO_JOURNAL,
) -> IntakeHead:
    """
    Make the next head, not yet signed.

    :param leaves: hashes of all leaves so far, in order of application number.
    :raises BallotRefusal: ``INTAKE_LOG_INCONSISTENT`` when the leaves do not begin with those
        of the head before, or the moment is not later; ``INTAKE_LOG_MALFORMED``.
    """
    head = IntakeHead(
        at=at,
        size=len(leaves),
        root=compute_root(leaves).hex(),
        previous=NO_HASH if previous is None else hash_statement(draw, previous),
        journal=journal,
        proof=_build_proof(previous, leaves),
        signature=None,
    )
    _check_form(head)
    _check_successor(draw, previous, head)
    return head


def _build_proof(previous: IntakeHead | None, leaves: Sequence[bytes]) -> tuple[str, ...]:
    if previous is None or not 0 < previous.size < len(leaves):
        return ()
    return tuple(node.hex() for node in build_consistency_proof(leaves, previous.size))


def render_intake_log(draw: str, heads: Iterable[IntakeHead]) -> str:
    """Write intake-log.txt."""
    lines = [HEADER, f"draw={draw}", *map(_render_head, heads), ""]
    return "\n".join(lines)


def _render_head(head: IntakeHead) -> str:
    return "|".join(
        (
            head.at.isoformat(),
            str(head.size),
            head.root,
            head.previous,
            head.journal,
            ",".join(head.proof) or NOTHING,
            head.signature or NOTHING,
        )
    )


def parse_intake_log(text: str) -> tuple[str, list[IntakeHead]]:
    """
    Read intake-log.txt: the name of the draw and the heads.

    Only the form is checked: see `check_intake_chain` and `check_intake_log`.

    :raises BallotRefusal: ``INTAKE_LOG_MALFORMED`` or ``TEXT_NOT_CANONICAL``.
    """
    lines = split_lines(text, FILE)
    if lines[:1] != [HEADER]:
        raise _refuse_form(f"the first line must be {HEADER}", 1)
    if len(lines) < 2 or not lines[1].startswith("draw="):
        raise _refuse_form("this line must begin with draw=", 2)
    draw = lines[1].removeprefix("draw=")
    with located(FILE, 2):
        check_draw_name(draw)
    heads = []
    for position, line in enumerate(lines[2:], _FIRST_HEAD_LINE):
        with located(FILE, position):
            heads.append(_parse_head(line))
    return draw, heads


def _parse_head(line: str) -> IntakeHead:
    fields = line.split("|")
    if len(fields) != len(IntakeHead._fields) or not COUNT.fullmatch(fields[1]):
        raise _refuse_form("a head is AT|SIZE|ROOT|PREVIOUS|JOURNAL|PROOF|SIGNATURE")
    at, size, root, previous, journal, proof, signature = fields
    head = IntakeHead(
        _parse_moment(at),
        int(size),
        root,
        previous,
        journal,
        () if proof == NOTHING else tuple(proof.split(",")),
        None if signature == NOTHING else signature,
    )
    _check_form(head)
    return head


def _parse_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    # Writing it again must give the same text: otherwise a second spelling would pass.
    if moment is None or moment.isoformat() != text:
        raise _refuse_form("the moment is YYYY-MM-DDThh:mm:ss+hh:mm")
    return moment


def _check_form(head: IntakeHead) -> None:
    if not _MOMENT.fullmatch(head.at.isoformat()):
        raise _refuse_form("the moment is YYYY-MM-DDThh:mm:ss+hh:mm")
    if not all(HEX_256.fullmatch(value) for value in (head.root, head.previous, *head.proof)):
        raise _refuse_form("root, previous and proof have 64 hexadecimal digits each")
    if not _JOURNAL.fullmatch(head.journal):
        raise _refuse_form("the journal's entry is <position>:<64 hexadecimal digits>")
    if head.signature is not None and not _SIGNATURE.fullmatch(head.signature):
        raise _refuse_form("the signature is hexadecimal DER, or -")


def check_intake_chain(draw: str, heads: Sequence[IntakeHead]) -> None:
    """
    Check that each head follows from the one before; needs no register.

    :raises BallotRefusal: ``INTAKE_LOG_INCONSISTENT``, with the line at fault.
    """
    if not heads:
        raise _refuse("INTAKE_LOG_INCONSISTENT", "there must be a head", 2)
    previous: IntakeHead | None = None
    for position, head in enumerate(heads, _FIRST_HEAD_LINE):
        with located(FILE, position):
            _check_successor(draw, previous, head)
        previous = head


def _check_successor(draw: str, previous: IntakeHead | None, head: IntakeHead) -> None:
    expected = NO_HASH if previous is None else hash_statement(draw, previous)
    if head.previous != expected:
        raise _refuse_chain(f"the head before has the hash {expected}")
    if previous is not None and head.at <= previous.at:
        raise _refuse_chain("the moment must be later than that of the head before")
    if previous is not None and not _goes_on(previous.journal, head.journal):
        raise _refuse_chain("the journal must go on from the head before")
    if head.size == 0 and head.root != NO_LEAVES:
        raise _refuse_chain(f"the root over nothing is {NO_LEAVES}")
    if not _begins_with(previous, head):
        raise _refuse_chain("what was received before is not the beginning of this head")


def _begins_with(previous: IntakeHead | None, head: IntakeHead) -> bool:
    """Tell whether the proof shows that what the head before held is the beginning of this."""
    if previous is None or previous.size == 0:
        return not head.proof
    return verify_consistency_proof(
        old_size=previous.size,
        old_root=bytes.fromhex(previous.root),
        size=head.size,
        root=bytes.fromhex(head.root),
        proof=[bytes.fromhex(node) for node in head.proof],
    )


def _goes_on(before: str, after: str) -> bool:
    """Tell whether the journal grew, or is at the same entry still."""
    return before == after or int(before.split(":")[0]) < int(after.split(":")[0])


def check_intake_log(draw: str, heads: Sequence[IntakeHead], register_lines: Iterable[str]) -> None:
    """
    Check the heads against each other and against the register, in one pass over its lines.

    :param register_lines: without LF, ascending.
    :raises BallotRefusal: ``INTAKE_LOG_INCONSISTENT``; ``INTAKE_LOG_OF_OTHER_REGISTER`` when a
        head is not of the register's first lines or the last not of all of them; as
        `parse_register_lines`.
    """
    check_intake_chain(draw, heads)
    roots = _compute_roots({head.size for head in heads}, register_lines)
    line_count = max(roots)
    for position, head in enumerate(heads, _FIRST_HEAD_LINE):
        root = roots.get(head.size)
        if root is None:
            raise _refuse_register(f"the register has {line_count} lines", position)
        if root != head.root:
            raise _refuse_register(f"the register's first {head.size} lines give {root}", position)
    if heads[-1].size != line_count:
        raise _refuse_register(f"the register has {line_count} lines", len(heads) + 2)


def _compute_roots(sizes: set[int], register_lines: Iterable[str]) -> dict[int, str]:
    """Compute the roots after each of the sizes and after the last line, in one pass."""
    tree = RootBuilder()
    roots = {}
    if 0 in sizes:
        roots[0] = tree.compute_root().hex()
    for leaf in _hash_leaves(register_lines):
        tree.append(leaf)
        if tree.size in sizes:
            roots[tree.size] = tree.compute_root().hex()
    roots[tree.size] = tree.compute_root().hex()
    return roots


def _hash_leaves(register_lines: Iterable[str]) -> Iterator[bytes]:
    for entry in parse_register_lines(register_lines):
        yield hash_leaf(render_intake_leaf(entry.number, entry.identity_commitment))


def _refuse(code: Code, message: str, position: int | None = None) -> BallotRefusal:
    return BallotRefusal(code, message, file=FILE if position else None, line=position)


def _refuse_form(message: str, position: int | None = None) -> BallotRefusal:
    return _refuse("INTAKE_LOG_MALFORMED", message, position)


def _refuse_chain(message: str) -> BallotRefusal:
    return _refuse("INTAKE_LOG_INCONSISTENT", message)


def _refuse_register(message: str, position: int) -> BallotRefusal:
    return _refuse("INTAKE_LOG_OF_OTHER_REGISTER", message, position)
