import pytest

from lottery.ballot.beacon import CHAIN_HASH
from lottery.ballot.errors import CODES, BallotRefusal
from lottery.ballot.parameters import (
    Beacon,
    PhysicalDraw,
    Step,
    parse_parameters,
    render_parameters,
)
from tests.unit.ballot.builders import build_parameters

TEXT = render_parameters(build_parameters())


def refuse(text):
    with pytest.raises(BallotRefusal) as caught:
        parse_parameters(text)
    assert caught.value.code in CODES
    assert caught.value.file == "params.txt"
    return caught.value.code, caught.value.line


@pytest.mark.parametrize(
    "parameters",
    [
        build_parameters(),
        build_parameters("last2:balls"),
        build_parameters(beacon=Beacon(CHAIN_HASH, (1, 20, 300))),
        build_parameters(steps=[Step("ALL", "FP", "GY", 0, 0, None)], attempt=99),
    ],
)
def test_what_is_written_is_read_back(parameters):
    assert parse_parameters(render_parameters(parameters)) == parameters


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("WSM-BALLOT/1", "WSM-BALLOT/2", "PARAMETERS_MALFORMED", 1),
        ("draw=TEST2026", "draw=test", "PARAMETERS_MALFORMED", 2),
        ("draw=TEST2026", "draw=" + "A" * 33, "PARAMETERS_MALFORMED", 2),
        ("attempt=1", "attempt=0", "PARAMETERS_MALFORMED", 3),
        ("attempt=1", "attempt=01", "PARAMETERS_MALFORMED", 3),
        ("attempt=1", "attempt=" + "9" * 5000, "PARAMETERS_MALFORMED", 3),
        ("order=ticket", "order=random", "PARAMETERS_MALFORMED", 4),
        ("order=ticket", "order=last2:balls", "ORDER_NEEDS_ALL_BALLS", 4),
        ("balls:100:20", "balls:20:100", "PARAMETERS_MALFORMED", 5),
        ("balls:100:20", "balls:101:20", "PARAMETERS_MALFORMED", 5),
        ("balls:100:20", "balls:100:0", "PARAMETERS_MALFORMED", 5),
        ("balls:100:20", "balls:100", "PARAMETERS_MALFORMED", 5),
        ("beacon=none", "beacon=drand:00:1", "BEACON_CHAIN_UNKNOWN", 6),
        ("beacon=none", f"beacon=drand:{CHAIN_HASH}:2,1", "BEACON_MALFORMED", 6),
        ("beacon=none", f"beacon=drand:{CHAIN_HASH}:1,1", "BEACON_MALFORMED", 6),
        ("beacon=none", f"beacon=drand:{CHAIN_HASH}:", "BEACON_MALFORMED", 6),
        ("beacon=none", "beacon=later", "BEACON_MALFORMED", 6),
        ("physical2", "computer", "PARAMETERS_MALFORMED", 7),
        ("OF:F:GY:2:3:OP", "OF:F:GY:3:2:OP", "LETTERS_BELOW_QUOTA", 8),
        ("OF:F:GY:2:3:OP", "OF:PF:GY:2:3:OP", "PARAMETERS_MALFORMED", 8),
        ("OF:F:GY:2:3:OP", "OF:F:YG:2:3:OP", "PARAMETERS_MALFORMED", 8),
        ("OF:F:GY:2:3:OP", "OF:F:GY:02:3:OP", "PARAMETERS_MALFORMED", 8),
        ("OF:F:GY:2:3:OP", "OF:F:GY:-2:3:OP", "PARAMETERS_MALFORMED", 8),
        ("OF:F:GY:2:3:OP", "OF:F:GY:2:3", "PARAMETERS_MALFORMED", 8),
        ("OF:F:GY:2:3:OP", "OF:F:GY:2:3:XX", "SPILL_NOT_TO_LATER_STEP", 8),
        ("OF:F:GY:2:3:OP", "OF:F:GY:2:3:OF", "SPILL_NOT_TO_LATER_STEP", 8),
        ("OP:P:GY:1:2:-", "OP:P:GY:1:2:OF", "SPILL_NOT_TO_LATER_STEP", 10),
        ("YF:F:Y", "OF:F:Y", "STEP_NAME_REPEATED", 9),
        ("step=YP", "stage=YP", "PARAMETERS_MALFORMED", 11),
        ("\n", "\r\n", "TEXT_NOT_CANONICAL", 1),
        ("attempt=1\n", "attempt=1 \n", "TEXT_NOT_CANONICAL", 3),
        ("attempt=1\n", "attempt=1\n\n", "PARAMETERS_MALFORMED", 4),
        ("attempt=1\n", "", "PARAMETERS_MALFORMED", 3),
        ("WSM", "\ufeffWSM", "TEXT_NOT_CANONICAL", 1),
    ],
)
def test_a_broken_rule_is_refused_with_its_line(old, new, code, line):
    assert refuse(TEXT.replace(old, new, 1)) == (code, line)


def test_steps_are_needed():
    assert refuse(TEXT[: TEXT.index("step=")])[0] == "PARAMETERS_MALFORMED"


def test_the_last_line_needs_its_end():
    assert refuse(TEXT[:-1]) == ("TEXT_NOT_CANONICAL", 11)


def test_terms_that_break_a_rule_cannot_be_made():
    with pytest.raises(BallotRefusal):
        build_parameters("last2:balls", physical=PhysicalDraw(100, 99))


def test_a_refusal_says_where_and_why():
    with pytest.raises(BallotRefusal, match=r"params.txt, line 3: .* \[PARAMETERS_MALFORMED\]"):
        parse_parameters(TEXT.replace("attempt=1", "attempt=x"))
