"""Small draws for tests: registers, ceremonies and transcripts that the core accepts."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from hypothesis import strategies as st

from lottery.ballot.allocation import Disposition
from lottery.ballot.ceremony import Ceremony
from lottery.ballot.commitment import commit, hash_commitment, render_commitment
from lottery.ballot.parameters import BallotParameters, PhysicalDraw, Step, render_parameters
from lottery.ballot.ranking import rank
from lottery.ballot.register import RegisterLine, render_register_line

VECTORS = Path(__file__).parents[2] / "vectors"
VECTOR_NAMES = ("last2-balls", "last2-seed", "ticket")
ALL_BALLS = tuple(f"{number * 37 % 100:02d}" for number in range(100))
STEPS = (
    Step("OF", "F", "GY", 2, 3, "OP"),
    Step("YF", "F", "Y", 1, 1, "YP"),
    Step("OP", "P", "GY", 1, 2, None),
    Step("YP", "P", "Y", 1, 1, None),
)


def hash_hex(text):
    return sha256(text.encode()).hexdigest()


def build_parameters(order="ticket", steps=STEPS, physical=None, **changes):
    physical = physical or PhysicalDraw(100, 100 if order == "last2:balls" else 20)
    values = {
        "draw": "TEST2026",
        "attempt": 1,
        "order": order,
        "physical": physical,
        "beacon": None,
        "fallback": "physical2",
        "steps": tuple(steps),
    }
    return BallotParameters(**(values | changes))


def build_ceremony(parameters, commitment_hex, **changes):
    values = {
        "draw": parameters.draw,
        "attempt": parameters.attempt,
        "commitment": commitment_hex,
        "balls": "-".join(ALL_BALLS[: parameters.physical.drawn_count]),
        "drawn_at": datetime.fromisoformat("2026-06-01T10:31:07+08:00"),
        "keyed_by": ("officer-1", "officer-2"),
        "beacon": "none",
        "signature": "none",
    }
    return Ceremony(**(values | changes))


def build_line(number, *, status="A", category="F", track="G", extras=()):
    ballots = (f"{number:08d}", *(f"{extra:08d}" for extra in extras))
    idc = hash_hex(f"identity {number}")
    return render_register_line(
        RegisterLine(f"{number:08d}", status, category, track, ballots, idc)
    )


def commit_to(parameters, lines):
    return hash_commitment(render_commitment(commit(render_parameters(parameters), lines)))


def rank_numbers(lines, order, commitment_hex):
    """The application numbers, families first, best rank first."""
    parameters = build_parameters(order)
    ceremony = build_ceremony(parameters, commitment_hex)
    return [line.number for line in rank(lines, parameters, ceremony)]


@st.composite
def registers(draw, min_size=1, max_size=30):
    """Canonical registers of any statuses, categories, tracks and extra ballot numbers."""
    first = draw(st.integers(0, 10_000_000))
    entries = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["A", "A", "A", "A", "XD", "XI", "XN", "XV", "XW"]),
                st.sampled_from("FP"),
                st.sampled_from("GY"),
                st.integers(0, 2),
            ),
            min_size=min_size,
            max_size=max_size,
        )
    )
    lines, next_extra = [], 90_000_000
    for index, (status, category, track, extra_count) in enumerate(entries):
        number, extras = first + index, []
        while len(extras) < extra_count:
            if next_extra % 100 not in {n % 100 for n in (number, *extras)}:
                extras.append(next_extra)
            next_extra += 1
        lines.append(
            build_line(number, status=status, category=category, track=track, extras=extras)
        )
    return lines


def disposition_lists(numbers):
    """Dispositions of some of the numbers."""
    codes = st.sampled_from(["VETTING_FAILED", "WITHDRAWN", "LAPSED", "CANCELLED"])
    if not numbers:
        return st.just([])
    chosen = st.dictionaries(st.sampled_from(numbers), codes)
    return chosen.map(lambda found: [Disposition(*item) for item in found.items()])
