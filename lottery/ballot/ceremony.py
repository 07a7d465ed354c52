"""ceremony.txt: what the public saw at the draw, and the seed that follows from it."""

import re
from dataclasses import dataclass
from datetime import datetime

from lottery.ballot.beacon import (
    NO_BEACON,
    BeaconValue,
    SignatureCheck,
    check_signature,
    find_round,
    parse_beacon_value,
)
from lottery.ballot.canonical import (
    HEADER,
    HEX_256,
    compute_sha256,
    located,
    parse_fields,
    refuse_beyond,
    render_fields,
    split_lines,
)
from lottery.ballot.errors import BallotRefusal, Code
from lottery.ballot.parameters import (
    BallotParameters,
    PhysicalDraw,
    check_attempt,
    check_draw_name,
    parse_attempt,
)

FILE = "ceremony.txt"
NO_SIGNATURE = "none"
_KEYS = (
    "draw",
    "attempt",
    "commitment",
    "balls",
    "drawn_at",
    "keyed_by",
    "beacon",
    "signature",
    "seed",
)
# Only what may be hashed; how many, and which, is for `parse_draws` and the parameters.
_BALLS = re.compile(r"[0-9/-]{1,1000}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")
_OFFICERS = re.compile(r"[A-Za-z0-9._@-]{1,64},[A-Za-z0-9._@-]{1,64}")
_SIGNATURE = re.compile(r"none|[0-9a-f]{2,512}")


@dataclass(frozen=True, slots=True)
class Ceremony:
    """
    The content of ceremony.txt, balls, beacon and signature as they are written there.

    :ivar commitment: C, 64 hexadecimal digits.
    :ivar balls: two-digit numbers in drawn order joined by ``-``; a second draw after ``/``.
    :ivar drawn_at: aware; the moment of the last ball of the first draw, whole seconds.
    :ivar keyed_by: references of the two officers who keyed the balls separately.
    :ivar beacon: ``none`` or ``drand:<chain hash>:<round>:<randomness>``.
    :ivar signature: ``none`` or the round's signature in hexadecimal.
    """

    draw: str
    attempt: int
    commitment: str
    balls: str
    drawn_at: datetime
    keyed_by: tuple[str, str]
    beacon: str
    signature: str

    def __post_init__(self) -> None:
        with located(FILE, _line_of("draw")):
            check_draw_name(self.draw)
        with located(FILE, _line_of("attempt")):
            check_attempt(self.attempt)
        with located(FILE, _line_of("beacon")):
            parse_beacon_value(self.beacon)
        moment, officers = self.drawn_at.isoformat(), ",".join(self.keyed_by)
        _check_field("commitment", HEX_256, self.commitment, "64 hexadecimal digits")
        _check_field("balls", _BALLS, self.balls, "two-digit numbers joined by -")
        _check_field("drawn_at", _MOMENT, moment, "YYYY-MM-DDThh:mm:ss+hh:mm")
        _check_field("keyed_by", _OFFICERS, officers, "<ref>,<ref>")
        _check_field("signature", _SIGNATURE, self.signature, "none or hexadecimal")

    @property
    def seed(self) -> str:
        """K, 64 hexadecimal digits."""
        return compute_seed(self.commitment, self.balls, self.beacon)


def _line_of(key: str) -> int:
    return _KEYS.index(key) + 2


def _check_field(key: str, pattern: re.Pattern[str], value: str, shape: str) -> None:
    if not pattern.fullmatch(value):
        code: Code = "BALLS_MALFORMED" if key == "balls" else "CEREMONY_MALFORMED"
        raise BallotRefusal(code, f"{key} is {shape}", file=FILE, line=_line_of(key))


def parse_balls(text: str, physical: PhysicalDraw) -> tuple[str, ...]:
    """
    Read the balls of one draw, two-digit numbers in drawn order joined by ``-``.

    :raises BallotRefusal: ``BALL_NOT_TWO_DIGITS``, ``BALL_OUT_OF_RANGE``, ``BALL_REPEATED``
        or ``BALL_COUNT_WRONG``, naming the ball and its position.
    """
    balls = tuple(text.split("-"))
    for position, ball in enumerate(balls, 1):
        _check_ball(ball, position, physical)
        if ball in balls[: position - 1]:
            raise BallotRefusal("BALL_REPEATED", f"ball {position}: {ball} was drawn before")
    if len(balls) != physical.drawn_count:
        raise BallotRefusal(
            "BALL_COUNT_WRONG", f"{physical.drawn_count} balls are drawn, {len(balls)} are here"
        )
    return balls


def _check_ball(ball: str, position: int, physical: PhysicalDraw) -> None:
    is_number = ball.isascii() and ball.isdigit()
    if is_number and (len(ball) == 3 or int(ball[:4]) >= physical.ball_count):
        raise BallotRefusal(
            "BALL_OUT_OF_RANGE",
            f"ball {position}: {ball[:8]} is not 00 to {physical.ball_count - 1:02d}",
        )
    if not is_number or len(ball) != 2:
        raise BallotRefusal(
            "BALL_NOT_TWO_DIGITS", f"ball {position}: {ball[:8]!a} is not two digits"
        )


def parse_draws(text: str, physical: PhysicalDraw) -> tuple[tuple[str, ...], ...]:
    """
    Read the balls field of a ceremony: one draw, or two separated by ``/``.

    :raises BallotRefusal: as `parse_balls`; ``BALLS_MALFORMED`` for a third draw.
    """
    draws = text.split("/")
    if len(draws) > 2:
        raise BallotRefusal("BALLS_MALFORMED", "there are at most two draws")
    return tuple(parse_balls(draw, physical) for draw in draws)


def compute_seed(commitment_hex: str, balls: str, beacon: str) -> str:
    """
    Compute K from the commitment, the balls and the beacon field, as they are written.

    :return: 64 hexadecimal digits.
    :raises BallotRefusal: ``BALLS_MALFORMED`` for balls of other characters than ceremony.txt
        may have; or as `parse_beacon_value` refuses.
    """
    _check_field("balls", _BALLS, balls, "two-digit numbers joined by -")
    parse_beacon_value(beacon)
    return compute_sha256(f"{HEADER}|seed|{commitment_hex}|{balls}|{beacon}")


def render_ceremony(ceremony: Ceremony) -> str:
    """Write ceremony.txt, with the seed."""
    values = (
        ceremony.draw,
        str(ceremony.attempt),
        ceremony.commitment,
        ceremony.balls,
        ceremony.drawn_at.isoformat(),
        ",".join(ceremony.keyed_by),
        ceremony.beacon,
        ceremony.signature,
        ceremony.seed,
    )
    return render_fields(list(zip(_KEYS, values, strict=True)))


def parse_ceremony(text: str) -> Ceremony:
    """
    Read ceremony.txt and check that its seed follows from it.

    :raises BallotRefusal: when it is not canonical; ``SEED_MISMATCH``.
    """
    lines = split_lines(text, FILE)
    fields = parse_fields(lines, _KEYS, file=FILE, code="CEREMONY_MALFORMED")
    refuse_beyond(lines, len(_KEYS) + 1, file=FILE, code="CEREMONY_MALFORMED")
    with located(FILE, _line_of("attempt")):
        attempt = parse_attempt(fields["attempt"])
    with located(FILE, _line_of("drawn_at")):
        drawn_at = _parse_moment(fields["drawn_at"])
    with located(FILE, _line_of("keyed_by")):
        keyed_by = _parse_officers(fields["keyed_by"])
    ceremony = Ceremony(
        fields["draw"],
        attempt,
        fields["commitment"],
        fields["balls"],
        drawn_at,
        keyed_by,
        fields["beacon"],
        fields["signature"],
    )
    if fields["seed"] != ceremony.seed:
        raise BallotRefusal(
            "SEED_MISMATCH",
            f"the seed is {ceremony.seed}",
            file=FILE,
            line=_line_of("seed"),
        )
    return ceremony


def _parse_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    # Writing it again must give the same text: otherwise -00:00 or a week date would pass.
    if moment is None or not _MOMENT.fullmatch(text) or moment.isoformat() != text:
        raise BallotRefusal("CEREMONY_MALFORMED", "drawn_at is YYYY-MM-DDThh:mm:ss+hh:mm")
    return moment


def _parse_officers(text: str) -> tuple[str, str]:
    officers = text.split(",")
    if len(officers) != 2:
        raise BallotRefusal("CEREMONY_MALFORMED", "keyed_by is <ref>,<ref>")
    return officers[0], officers[1]


def check_ceremony(
    ceremony: Ceremony, parameters: BallotParameters, commitment_hex: str
) -> SignatureCheck:
    """
    Check that a ceremony belongs to a commitment and kept the rules announced for it.

    :param commitment_hex: C of the published commitment.
    :return: what is known of the beacon's signature.
    :raises BallotRefusal: with the rule that was broken.
    """
    if (ceremony.draw, ceremony.attempt) != (parameters.draw, parameters.attempt):
        raise BallotRefusal("CEREMONY_OF_OTHER_DRAW", "draw and attempt differ", file=FILE)
    if ceremony.commitment != commitment_hex:
        raise BallotRefusal(
            "COMMITMENT_MISMATCH", f"C is {commitment_hex}", file=FILE, line=_line_of("commitment")
        )
    with located(FILE, _line_of("balls")):
        draws = parse_draws(ceremony.balls, parameters.physical)
    if ceremony.keyed_by[0].lower() == ceremony.keyed_by[1].lower():
        raise BallotRefusal(
            "OFFICERS_NOT_DIFFERENT",
            "the two officers are the same",
            file=FILE,
            line=_line_of("keyed_by"),
        )
    with located(FILE, _line_of("beacon")):
        return _check_beacon(ceremony, parameters, has_second_draw=len(draws) == 2)


def _check_beacon(
    ceremony: Ceremony, parameters: BallotParameters, *, has_second_draw: bool
) -> SignatureCheck:
    value = parse_beacon_value(ceremony.beacon)
    if value is not None:
        return _check_beacon_value(value, ceremony, parameters, has_second_draw=has_second_draw)
    if ceremony.signature != NO_SIGNATURE:
        raise BallotRefusal("BEACON_MISSING", "there is a signature without a beacon")
    if parameters.beacon is not None and not has_second_draw:
        raise BallotRefusal("BEACON_MISSING", "without a beacon the fallback is a second draw")
    if parameters.beacon is None and has_second_draw:
        raise BallotRefusal("SECOND_DRAW_UNEXPECTED", "no beacon was announced to fall back from")
    return "NO_BEACON"


def _check_beacon_value(
    value: BeaconValue,
    ceremony: Ceremony,
    parameters: BallotParameters,
    *,
    has_second_draw: bool,
) -> SignatureCheck:
    if parameters.beacon is None:
        raise BallotRefusal("BEACON_NOT_ANNOUNCED", f"the beacon announced was {NO_BEACON}")
    if has_second_draw:
        raise BallotRefusal("SECOND_DRAW_UNEXPECTED", "a second draw only replaces the beacon")
    expected = find_round(parameters.beacon.rounds, ceremony.drawn_at)
    if value.round != expected:
        raise BallotRefusal(
            "BEACON_ROUND_WRONG",
            f"the first announced round after the last ball is {expected or NO_BEACON}",
        )
    return check_signature(value, ceremony.signature)
