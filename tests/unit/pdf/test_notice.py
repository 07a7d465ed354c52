import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from applications.pdf.layout import Bilingual
from applications.policy.terms import load_terms
from lottery.ballot.commitment import hash_commitment
from lottery.pdf.notice import Notice, render_notice

VECTORS = Path(__file__).parents[2] / "vectors"
ORDERS = ("last2-balls", "last2-seed", "ticket")
PHYSICAL = {"last2:balls": "balls:100:100", "last2:seed": "balls:50:20", "ticket": "balls:50:20"}
BEACON = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"


def read_vector(name, file):
    return (VECTORS / name / file).read_text("ascii")


def make_notice(name="last2-balls", **changes):
    return replace(
        Notice(
            exercise_title=Bilingual("白表居屋第二市場計劃 2024", "White Form Scheme 2024"),
            parameters_text=read_vector(name, "params.txt"),
            commitment_text=read_vector(name, "commitment.txt"),
            published_at=datetime(2025, 4, 23, 2, 0, 5, tzinfo=UTC),
            ceremony_from=datetime(2025, 4, 24, 2, 0, 5, tzinfo=UTC),
            verify_url="https://portal.example.org/verify/WSM2024/",
            signer="CN=Housing Authority",
            certificate_sha256="ab" * 32,
            first_language="zh-hant",
            is_demonstration=False,
        ),
        **changes,
    )


def pages_of(notice):
    return [page.extract_text() for page in PdfReader(BytesIO(render_notice(notice))).pages]


def text_of(notice):
    return "\n".join(pages_of(notice))


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("language", ["zh-hant", "en"])
class TestItsPage:
    def test_c_can_be_read_off_in_order(self, name, language):
        notice = make_notice(name, first_language=language)
        digits = hash_commitment(notice.commitment_text)
        groups = [digits[i : i + 4] for i in range(0, 64, 4)]
        assert [word for word in text_of(notice).split() if word in set(groups)] == groups

    def test_it_holds_the_text_that_is_hashed(self, name, language):
        notice = make_notice(name, first_language=language)
        text = text_of(notice)
        for line in notice.commitment_text.splitlines():
            assert line in text

    def test_it_fits_on_one_page(self, name, language):
        assert len(pages_of(make_notice(name, first_language=language, is_demonstration=True))) == 1


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_notice_of_wsm_2024_fits_on_one_page_with_a_beacon(language):
    terms, _ = load_terms("wsm_2024")
    steps = "".join(
        f"step={step.name}:{step.categories}:{step.tracks}:{step.quota}:{step.letters}:"
        f"{step.spill_to or '-'}\n"
        for step in terms.ballot.steps
    )
    for order, physical in PHYSICAL.items():
        parameters = (
            f"WSM-BALLOT/1\ndraw=WSM2024\nattempt=1\norder={order}\nphysical={physical}\n"
            f"beacon=drand:{BEACON}:21000000\nfallback=physical2\n{steps}"
        )
        notice = make_notice(parameters_text=parameters, first_language=language)
        assert len(pages_of(notice)) == 1


def test_it_says_the_same_in_both_languages():
    text = text_of(make_notice())
    for words in (
        "攪珠承諾值公告", "Notice of the ballot's commitment", "2025年4月23日 10:00:05",
        "24 April 2025, 10:00:05", "https://portal.example.org/verify/WSM2024/",
        "CN=Housing Authority", "abab" * 16, "日期及時間", "Place", "見證人", "Presiding officer",
    ):  # fmt: skip
        assert words in text


def test_it_says_the_counts_that_were_committed_to():
    commitment = dict(line.split("=", 1) for line in make_notice().commitment_text.splitlines()[1:])
    lines, active, ballots = (commitment[key] for key in ("lines", "active", "ballots"))
    assert f"{lines} lines, {active} of them in the ballot, with {ballots} ballot numbers" in (
        text_of(make_notice())
    )


def test_it_says_each_quota_in_words():
    quotas = re.sub(r"\s+", " ", text_of(make_notice()))
    steps = re.findall(
        r"^step=(\w+):(\w+):(\w+):(\d+):(\d+):(.+)$", make_notice().parameters_text, re.MULTILINE
    )
    assert len(steps) > 2
    tracks = {"GY": "Ordinary quota", "Y": "Youth Scheme quota"}
    categories = {"F": "Family", "P": "One-person"}
    for name, category, track, places, letters, spill in steps:
        row = rf"{name} · \S+ {tracks[track]} \S+ {categories[category]} {places} {letters} "
        assert re.search(row + ("無 nowhere" if spill == "-" else spill), quotas)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("last2-balls", "in which the last two digits of their numbers are drawn"),
        ("last2-seed", "puts the last two digits of the numbers in order"),
        ("ticket", "every number gets a ticket from it"),
    ],
)
def test_it_says_how_the_order_is_drawn(name, words):
    assert words in re.sub(r"\s+", " ", text_of(make_notice(name)))


def test_a_beacon_is_named():
    assert "The public beacon drand, round" in re.sub(r"\s+", " ", text_of(make_notice("ticket")))
    assert "drand" not in text_of(make_notice("last2-balls"))


def test_a_demonstration_is_marked_as_one():
    assert "DEMONSTRATION" in text_of(make_notice(is_demonstration=True))
    assert "DEMONSTRATION" not in text_of(make_notice())


def test_the_same_notice_gives_the_same_bytes():
    assert render_notice(make_notice()) == render_notice(make_notice())


@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": datetime(2025, 4, 23)},  # noqa: DTZ001  (that is the fault)
        {"ceremony_from": datetime(2025, 4, 23)},  # noqa: DTZ001
        {"first_language": "fr"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_value_that_cannot_be_printed_is_a_bug_of_the_caller(changes):
    with pytest.raises(ValueError, match="a notice"):
        make_notice(**changes)
