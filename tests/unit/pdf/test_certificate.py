"""The certificate of a draw: who, when, what came of it; both languages, room to sign."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from applications.pdf.layout import Bilingual
from lottery.ballot.ceremony import parse_ceremony, parse_draws
from lottery.ballot.commitment import hash_commitment
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import parse_parameters
from lottery.pdf import certificate_words as words
from lottery.pdf.certificate import (
    Certificate,
    CheckLine,
    DeedLine,
    GivenUpLine,
    HeadLine,
    QuotaLine,
    ReinstatedLine,
    render_certificate,
)

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
ORDERS = ("last2-balls", "last2-seed", "ticket")
FIRST = datetime(2026, 4, 1, 6, 5, 32, tzinfo=UTC)
ROOT = "0123456789abcdef" * 4


def read_vector(order, name):
    return (VECTORS / order / name).read_text("ascii")


def make_certificate(order="last2-balls", **changes):
    parameters_text = read_vector(order, "params.txt")
    steps = parse_parameters(parameters_text).steps
    deeds = (words.CLOSED, words.FROZEN, words.PUBLISHED, words.LAST_BALL, words.DRAWN)
    return Certificate(
        **{
            "exercise_title": Bilingual("白居二 2024", "WSM 2024"),
            "parameters_text": parameters_text,
            "commitment_text": read_vector(order, "commitment.txt"),
            "ceremony_text": read_vector(order, "ceremony.txt"),
            "deeds": tuple(
                DeedLine(deed, FIRST + timedelta(hours=hour), f"officer-{hour}")
                for hour, deed in enumerate(deeds)
            ),
            "ranked": {"F": 26200, "P": 34300},
            "place_count": 6000,
            "quotas": tuple(QuotaLine(step, 4050, 12345) for step in steps),
            "checks": (CheckLine("SQL", FIRST, True), CheckLine("VERIFIER", FIRST, True)),
            "last_head": HeadLine(FIRST, 60501, ROOT),
            "given_up": (),
            "reinstated": (),
            "url": "https://portal.example.org/verify/WSM2024/attempts/1/",
            "signer": "CN=Portal (SHA-256 abc)",
            "first_language": "zh-hant",
            "is_demonstration": False,
        }
        | changes
    )


def read(certificate):
    return PdfReader(BytesIO(render_certificate(certificate)))


def text_of(certificate):
    return "\n".join(page.extract_text() for page in read(certificate).pages)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("language", ["zh-hant", "en"])
class TestOfEveryOrder:
    def test_it_is_two_pages_at_most(self, order, language):
        certificate = make_certificate(order, first_language=language, is_demonstration=True)
        assert len(read(certificate).pages) <= 2

    def test_commitment_and_seed_stand_whole(self, order, language):
        text = text_of(make_certificate(order, first_language=language))
        assert hash_commitment(read_vector(order, "commitment.txt")) in text
        assert parse_ceremony(read_vector(order, "ceremony.txt")).seed in text

    def test_all_balls_stand_in_drawn_order(self, order, language):
        text = text_of(make_certificate(order, first_language=language))
        ceremony = parse_ceremony(read_vector(order, "ceremony.txt"))
        parameters = parse_parameters(read_vector(order, "params.txt"))
        heading = words.BALLS_HEADING.joined(language)
        found = [word for word in text.split(heading)[1].split() if len(word) == 2]
        drawn = [
            ball for balls in parse_draws(ceremony.balls, parameters.physical) for ball in balls
        ]
        assert [word for word in found if word.isdecimal()][: len(drawn)] == drawn


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_it_says_the_same_in_both_languages_whichever_comes_first(language):
    text = text_of(make_certificate(first_language=language))
    for said in (
        "抽籤證明書", "Certificate of the draw", "登記冊凍結", "Register frozen", "officer-1",
        "2026-04-01 15:05:32", "Family 26,200", "一人 34,300 份", "6,000 places given", "4,050",
        "12,345", "Everything agrees", "全部相符", "60,501 applications", ROOT, "見證人",
        "Witness", "CN=Portal (SHA-256 abc)", "https://portal.example.org/verify/WSM2024",
    ):  # fmt: skip
        assert said in text


def test_every_quota_says_its_name_and_how_far_it_reached():
    steps = parse_parameters(read_vector("ticket", "params.txt")).steps
    quotas = tuple(QuotaLine(step, 0, None) for step in steps)
    text = text_of(make_certificate("ticket", quotas=quotas))
    assert all(f"{step.name} " in text for step in steps)
    assert "12,345" not in text
    assert text.count("–") >= len(steps)


def test_the_beacon_is_named_where_one_was_used():
    beacon = parse_ceremony(read_vector("ticket", "ceremony.txt")).beacon
    assert beacon in "".join(text_of(make_certificate("ticket")).split())
    assert "none used" in text_of(make_certificate("last2-balls"))


def test_a_failed_check_is_said_plainly():
    text = text_of(make_certificate(checks=(CheckLine("SQL", FIRST, False),)))
    assert "DOES NOT AGREE" in text
    assert "Everything agrees" not in text


def test_without_checks_head_or_signature_it_says_so():
    text = text_of(make_certificate(checks=(), last_head=None, signer=""))
    assert "No check has been made yet" in text
    assert "carries no electronic signature" in text
    assert ROOT not in text


def test_attempts_given_up_and_reinstatements_are_listed():
    text = text_of(
        make_certificate(
            given_up=(GivenUpLine(1, "CEREMONY_VOID", "officer-1, officer-2", FIRST),),
            reinstated=(
                ReinstatedLine("10000003", "F", 1, "YF"),
                ReinstatedLine("10000008", "P", 310, ""),
            ),
        )
    )
    assert "the ceremony was void" in text
    assert "10000003: after Family rank 1; place of YF" in text
    assert "10000008：排在一人次序 310 之後；沒有名額" in text
    assert "Attempts given up" not in text_of(make_certificate())


def test_hundreds_of_reinstatements_run_on_to_further_pages():
    rows = tuple(ReinstatedLine(f"{10_000_000 + n}", "F", n, "YF") for n in range(300))
    certificate = make_certificate(reinstated=rows)
    assert len(read(certificate).pages) > 2
    assert "10000299" in text_of(certificate)


def test_the_same_certificate_gives_the_same_bytes():
    assert render_certificate(make_certificate()) == render_certificate(make_certificate())


def test_a_demonstration_says_so_and_a_real_one_does_not():
    assert "DEMONSTRATION" in text_of(make_certificate(is_demonstration=True))
    assert "DEMONSTRATION" not in text_of(make_certificate())


def test_texts_that_are_not_published_ones_are_refused():
    certificate = replace(make_certificate(), commitment_text="WSM-BALLOT/1\n")
    with pytest.raises(BallotRefusal):
        render_certificate(certificate)
