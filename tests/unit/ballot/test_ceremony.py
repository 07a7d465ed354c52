from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.util import find_spec

import pytest

from lottery.ballot.beacon import CHAIN_HASH, compute_round_at, find_round
from lottery.ballot.canonical import read_text
from lottery.ballot.ceremony import (
    check_ceremony,
    compute_seed,
    parse_balls,
    parse_ceremony,
    parse_draws,
    render_ceremony,
)
from lottery.ballot.errors import CODES, BallotRefusal
from lottery.ballot.parameters import Beacon, PhysicalDraw, parse_parameters
from tests.unit.ballot.builders import (
    ALL_BALLS,
    VECTORS,
    build_ceremony,
    build_parameters,
    hash_hex,
)

C = hash_hex("a commitment")
TWENTY = PhysicalDraw(100, 20)
BALLS = "-".join(ALL_BALLS[:20])
HAS_BLS = find_spec("py_arkworks_bls12381") is not None


def refuse(deed, *arguments):
    with pytest.raises(BallotRefusal) as caught:
        deed(*arguments)
    assert caught.value.code in CODES
    return caught.value.code


class TestBalls:
    def test_are_read_in_drawn_order(self):
        assert parse_balls(BALLS, TWENTY) == ALL_BALLS[:20]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            pytest.param("-".join(ALL_BALLS[:19]), "BALL_COUNT_WRONG", id="19 balls"),
            pytest.param("-".join(ALL_BALLS[:21]), "BALL_COUNT_WRONG", id="21 balls"),
            pytest.param(BALLS[:-2] + BALLS[:2], "BALL_REPEATED", id="a ball twice"),
            pytest.param(BALLS[:-2] + "100", "BALL_OUT_OF_RANGE", id="number 100"),
            pytest.param(BALLS[:-2] + "7", "BALL_NOT_TWO_DIGITS", id="one digit"),
            pytest.param(BALLS[:-2] + "7a", "BALL_NOT_TWO_DIGITS", id="a letter"),
            pytest.param(BALLS[:-2] + "٠٧", "BALL_NOT_TWO_DIGITS", id="Arabic-Indic digits"),
            pytest.param(BALLS[:-2] + "9" * 5000, "BALL_OUT_OF_RANGE", id="an absurd number"),
            pytest.param(BALLS + "-", "BALL_NOT_TWO_DIGITS", id="nothing at the end"),
            pytest.param("", "BALL_NOT_TWO_DIGITS", id="nothing"),
        ],
    )
    def test_a_keying_fault_is_refused_by_name(self, text, code):
        assert refuse(parse_balls, text, TWENTY) == code

    def test_a_ball_beyond_the_balls_in_the_machine_is_refused(self):
        assert refuse(parse_balls, "00-49-50", PhysicalDraw(50, 3)) == "BALL_OUT_OF_RANGE"

    def test_a_third_draw_is_refused(self):
        assert refuse(parse_draws, f"{BALLS}/{BALLS}/{BALLS}", TWENTY) == "BALLS_MALFORMED"


class TestCeremonyFile:
    TEXT = render_ceremony(build_ceremony(build_parameters(), C))

    def test_is_read_back(self):
        assert render_ceremony(parse_ceremony(self.TEXT)) == self.TEXT

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("WSM-BALLOT/1", "WSM-BALLOT/2", "CEREMONY_MALFORMED"),
            ("+08:00", "Z", "CEREMONY_MALFORMED"),
            ("+08:00", "", "CEREMONY_MALFORMED"),
            ("+08:00", "-00:00", "CEREMONY_MALFORMED"),
            ("2026-06-01", "2026-02-30", "CEREMONY_MALFORMED"),
            ("2026-06-01T", "2026-06-01 ", "CEREMONY_MALFORMED"),
            ("10:31:07", "10:31:07.5", "CEREMONY_MALFORMED"),
            ("10:31:07", "25:31:07", "CEREMONY_MALFORMED"),
            ("officer-1,officer-2", "officer-1", "CEREMONY_MALFORMED"),
            ("officer-1,officer-2", "a,b,c", "CEREMONY_MALFORMED"),
            ("officer-1", "officer|1", "CEREMONY_MALFORMED"),
            (f"commitment={C}", f"commitment={C.upper()}", "CEREMONY_MALFORMED"),
            ("balls=", "balls=|", "BALLS_MALFORMED"),
            ("beacon=none", "beacon=drand:1:2:3", "BEACON_MALFORMED"),
            ("signature=none", "signature=NONE", "CEREMONY_MALFORMED"),
            ("seed=", "seed=0", "SEED_MISMATCH"),
            ("attempt=1", "attempt=2 ", "TEXT_NOT_CANONICAL"),
            ("balls=00-37", "balls=37-00", "SEED_MISMATCH"),
        ],
    )
    def test_a_broken_rule_is_refused_with_its_line(self, old, new, code):
        text = self.TEXT.replace(old, new, 1)
        assert refuse(parse_ceremony, text) == code

    def test_a_further_line_is_refused(self):
        assert refuse(parse_ceremony, self.TEXT + "note=1\n") == "CEREMONY_MALFORMED"


class TestCheckCeremony:
    PARAMETERS = build_parameters()

    def refuse(self, parameters=PARAMETERS, **changes):
        return refuse(check_ceremony, build_ceremony(parameters, C, **changes), parameters, C)

    def test_accepts_what_kept_the_rules(self):
        ceremony = build_ceremony(self.PARAMETERS, C)
        assert check_ceremony(ceremony, self.PARAMETERS, C) == "NO_BEACON"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"draw": "OTHER"}, "CEREMONY_OF_OTHER_DRAW"),
            ({"attempt": 2}, "CEREMONY_OF_OTHER_DRAW"),
            ({"commitment": hash_hex("another")}, "COMMITMENT_MISMATCH"),
            ({"keyed_by": ("officer-1", "officer-1")}, "OFFICERS_NOT_DIFFERENT"),
            ({"keyed_by": ("officer-1", "Officer-1")}, "OFFICERS_NOT_DIFFERENT"),
            ({"balls": "-".join(ALL_BALLS[:19])}, "BALL_COUNT_WRONG"),
            ({"balls": "-".join(ALL_BALLS[:21])}, "BALL_COUNT_WRONG"),
            ({"balls": BALLS[:-2] + "100"}, "BALL_OUT_OF_RANGE"),
            ({"balls": f"{BALLS}/{BALLS}"}, "SECOND_DRAW_UNEXPECTED"),
            ({"signature": "00" * 48}, "BEACON_MISSING"),
            ({"beacon": f"drand:{CHAIN_HASH}:1:{C}"}, "BEACON_NOT_ANNOUNCED"),
        ],
    )
    def test_refuses_a_broken_rule(self, changes, code):
        assert self.refuse(**changes) == code


class TestBeacon:
    """With round 657413 of drand quicknet, a real one, from the vector of the order ticket."""

    ROUND = 657413
    CEREMONY = parse_ceremony(read_text(VECTORS / "ticket" / "ceremony.txt"))
    PARAMETERS = parse_parameters(read_text(VECTORS / "ticket" / "params.txt"))

    def check(self, rounds=(ROUND,), **changes):
        parameters = replace(self.PARAMETERS, beacon=Beacon(CHAIN_HASH, rounds))
        ceremony = replace(self.CEREMONY, **changes)
        return check_ceremony(ceremony, parameters, ceremony.commitment)

    def test_says_whether_the_signature_was_checked(self):
        expected = "SIGNATURE_VERIFIED" if HAS_BLS else "SIGNATURE_NOT_CHECKED"
        assert self.check() == expected

    def test_a_round_has_its_moment(self):
        assert compute_round_at(self.ROUND).isoformat() == "2023-09-15T11:00:03+00:00"

    def test_the_round_is_the_first_announced_later_than_the_last_ball(self):
        at = compute_round_at(1000)
        rounds = (999, 1000, 1001, 999_999_999_999)
        assert find_round(rounds, at - timedelta(seconds=1)) == 1000
        assert find_round(rounds, at) == 1001
        assert find_round(rounds, datetime.fromisoformat("9999-12-31T23:59:59+00:00")) == rounds[3]
        assert find_round(rounds, datetime.fromisoformat("0001-01-01T00:00:00+23:59")) == 999
        assert find_round((999,), at) is None

    @pytest.mark.parametrize("moved", [timedelta(seconds=-1), timedelta(seconds=3)])
    def test_any_other_announced_round_is_refused(self, moved):
        drawn_at = self.CEREMONY.drawn_at
        rounds = (self.ROUND - 1, self.ROUND, self.ROUND + 1)
        self.check(rounds)
        with pytest.raises(BallotRefusal, match="BEACON_ROUND_WRONG"):
            self.check(rounds, drawn_at=drawn_at + moved)

    def test_randomness_that_is_not_the_hash_is_refused(self):
        beacon = self.CEREMONY.beacon[:-1] + "0"
        with pytest.raises(BallotRefusal, match="BEACON_RANDOMNESS_WRONG"):
            self.check(beacon=beacon)

    @pytest.mark.parametrize("signature", ["none", "b7"])
    def test_a_signature_is_needed(self, signature):
        with pytest.raises(BallotRefusal, match="BEACON_MALFORMED"):
            self.check(signature=signature)

    @pytest.mark.parametrize("first", ["00", "b7"])
    def test_a_signature_that_the_chain_did_not_make(self, first):
        signature = first + "11" * 47
        randomness = sha256(bytes.fromhex(signature)).hexdigest()
        forged = {"signature": signature}
        forged["beacon"] = f"drand:{CHAIN_HASH}:{self.ROUND}:{randomness}"
        if HAS_BLS:
            with pytest.raises(BallotRefusal, match="BEACON_SIGNATURE_WRONG"):
                self.check(**forged)
        else:
            assert self.check(**forged) == "SIGNATURE_NOT_CHECKED"

    def test_another_chain_is_refused(self):
        with pytest.raises(BallotRefusal, match="BEACON_CHAIN_UNKNOWN"):
            self.check(beacon=self.CEREMONY.beacon.replace(CHAIN_HASH, C))

    def test_without_a_round_the_fallback_is_a_second_draw(self):
        none = {"beacon": "none", "signature": "none"}
        with pytest.raises(BallotRefusal, match="BEACON_MISSING"):
            self.check(**none)
        second = f"{self.CEREMONY.balls}/{BALLS}"
        assert self.check(**none, balls=second) == "NO_BEACON"

    def test_a_beacon_and_a_second_draw_exclude_each_other(self):
        with pytest.raises(BallotRefusal, match="SECOND_DRAW_UNEXPECTED"):
            self.check(balls=f"{self.CEREMONY.balls}/{BALLS}")


def test_the_seed_follows_from_all_three():
    seeds = {
        compute_seed(C, BALLS, "none"),
        compute_seed(hash_hex("another"), BALLS, "none"),
        compute_seed(C, BALLS[::-1], "none"),
        compute_seed(C, BALLS, f"drand:{CHAIN_HASH}:1:{C}"),
    }
    assert len(seeds) == 4
