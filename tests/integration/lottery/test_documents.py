"""The ranking list and the certificate of a draw: made once, kept, made again for news."""

import os
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pypdf import PdfReader

from applications.selectors.clock import read_clock
from lottery.models import DrawCheck, RankingEntry
from lottery.services import ranking_lists
from lottery.services.documents import open_kept_document
from lottery.services.draw_certificates import open_draw_certificate
from lottery.services.ranking_lists import list_spans, open_ranking_list
from tests.factories import store_online, store_paper
from tests.integration.lottery import decisions, stages
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return exercise


@pytest.fixture
def drawn(exercise):
    return stages.draw(exercise)


def fetch(name, code="BALLOT2024", language="en", **query):
    with override(language):
        address = reverse(f"verify:{name}", args=[code])
    return Client().get(address, query)


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def certify(draw, language="en"):
    with open_draw_certificate(draw=draw, first_language=language, read_clock=read_clock) as file:
        return file.read()


def list_ranking(draw, part=1, language="en"):
    with open_ranking_list(draw=draw, part=part, first_language=language) as file:
        return file.read()


class TestRankingList:
    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_has_every_ranked_number_in_order(self, drawn, language):
        response = fetch("ranking_pdf", language=language)
        assert response["Content-Type"] == "application/pdf"
        text = text_of(response.getvalue())
        ranked = RankingEntry.objects.order_by("category", "rank")
        numbers = [str(number) for number in ranked.values_list("entry__number", flat=True)]
        assert [word for word in text.split() if word in set(numbers)] == numbers

    def test_says_who_has_which_place(self, drawn):
        text = text_of(list_ranking(drawn))
        for place in drawn.places.all():
            assert f"{place.step} {place.sequence}" in text
        assert f"{drawn.place_count} places given" in text

    def test_a_long_one_comes_in_parts_that_together_hold_it_once(self, drawn, monkeypatch):
        monkeypatch.setattr(ranking_lists, "LINES_OF_A_PART", 4)
        spans = [list(list_spans(drawn, part)) for part in (1, 2, 3)]
        assert spans == [[("F", 1, 4)], [("F", 5, 6), ("P", 1, 2)], [("P", 3, 4)]]
        texts = [text_of(fetch("ranking_pdf", part=part).getvalue()) for part in (1, 2, 3)]
        numbers = [str(entry.ballot) for entry in drawn.ranking.all()]
        assert sorted(numbers) == sorted(
            word for text in texts for word in text.split() if word in set(numbers)
        )
        assert "Part 3 of 3" in texts[2]

    @pytest.mark.parametrize("part", ["0", "2", "x", "１", "-1", "99999999999", ""])
    def test_a_part_that_is_not_there_is_not_found(self, drawn, part):
        assert fetch("ranking_pdf", part=part).status_code == 404

    def test_is_made_once_for_each_language(self, drawn):
        first = open_ranking_list(draw=drawn, part=1, first_language="en")
        again = open_ranking_list(draw=drawn, part=1, first_language="en")
        other = open_ranking_list(draw=drawn, part=1, first_language="zh-hant")
        with first, again, other:
            files = [os.fstat(file.fileno()).st_ino for file in (first, again, other)]
        assert files[0] == files[1] != files[2]

    def test_the_same_bytes_come_again_when_the_kept_one_is_gone(self, drawn):
        kept = list_ranking(drawn)
        for path in (settings.DATA_DIR / "documents").rglob("*.pdf"):
            path.unlink()
        assert list_ranking(drawn) == kept


class TestCertificate:
    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_says_who_did_what(self, exercise, language):
        decisions.take_heads(exercise)
        draw = stages.draw(exercise)
        text = text_of(fetch("certificate_pdf", language=language).getvalue())
        register = draw.ceremony.publication.register
        for words in (
            register.commitment_sha256, "10 lines, 10 of them in the ballot",
            "officer-1, officer-2",
            "Family 6", "OF ", "No check has been made yet", "見證人", "10 applications",
        ):  # fmt: skip
            assert words in text

    def test_is_signed_and_the_signature_covers_all_of_it(self, drawn):
        reader = PdfFileReader(BytesIO(certify(drawn)))
        (signature,) = reader.embedded_signatures
        status = validate_pdf_signature(signature)
        assert status.intact
        assert status.valid
        assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        assert signature.sig_object["/Reason"] == "Certificate of draw BALLOT2024, attempt 1"

    def test_without_a_key_it_is_given_unsigned_and_says_so(self, drawn, settings):
        settings.SIGNING_KEY_FILE = None
        pdf = certify(drawn)
        assert not PdfFileReader(BytesIO(pdf)).embedded_signatures
        assert "carries no electronic signature" in text_of(pdf)

    def test_is_signed_once(self, drawn):
        assert certify(drawn) == certify(drawn)

    def test_is_made_again_when_there_is_a_check(self, drawn):
        before = certify(drawn)
        DrawCheck.objects.create(
            draw=drawn, kind="SQL", passed=True, output="ok", checked_at=read_clock()
        )
        after = certify(drawn)
        assert before != after
        assert "Everything agrees" in text_of(after)

    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_says_that_the_checks_are_the_portals_own_word(self, drawn, language):
        own = ("These checks are the portal's own word", "以上覆核只是本系統自己的說法")
        assert not [words for words in own if words in text_of(certify(drawn, language))]
        DrawCheck.objects.create(
            draw=drawn, kind="SQL", passed=True, output="ok", checked_at=read_clock()
        )
        text = " ".join(text_of(certify(drawn, language)).split())
        assert [words for words in own if words in text] == list(own)

    def test_says_what_was_given_up_and_keeps_the_first_one_public(self, exercise, drawn):
        decisions.give_up(drawn.ceremony.publication.register)
        decisions.draw_again(exercise)
        text = text_of(fetch("certificate_pdf").getvalue())
        assert "BALLOT2024, attempt 2" in text
        assert "Attempt 1: an authority ordered it (officer-1, officer-2" in text
        assert "BALLOT2024, attempt 1" in text_of(fetch("certificate_pdf", attempt=1).getvalue())

    def test_lists_reinstatements(self, exercise):
        number = store_online(exercise, 60).number
        store_paper(exercise, 60)
        draw = stages.draw(exercise)
        assert str(number) not in text_of(certify(draw))
        decisions.reinstate(draw, number)
        assert str(number) in text_of(certify(draw))


@pytest.mark.parametrize("name", ["ranking_pdf", "certificate_pdf"])
class TestBeforeAndAfter:
    def test_there_is_none_before_the_draw(self, exercise, name):
        stages.settle(stages.publish(exercise))
        assert fetch(name).status_code == 404

    @pytest.mark.parametrize(("attempt", "status"), [("1", 200), ("2", 404), ("x", 404)])
    def test_an_attempt_may_be_named(self, drawn, name, attempt, status):
        assert fetch(name, attempt=attempt).status_code == status


class TestKeeping:
    def open(self, draw, version, make):
        with open_kept_document(draw=draw, name="test", version=version, make=make) as file:
            return file.read()

    def test_a_further_version_replaces_the_one_before(self, drawn):
        assert self.open(drawn, "one", lambda: b"first") == b"first"
        assert self.open(drawn, "two", lambda: b"second") == b"second"
        kept = settings.DATA_DIR / "documents" / "BALLOT2024" / "1" / "test"
        assert sorted(path.name for path in kept.iterdir()) == ["lock", "two.pdf"]

    def test_what_fails_leaves_nothing_behind(self, drawn):
        def fail():
            raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            self.open(drawn, "one", fail)
        assert self.open(drawn, "one", lambda: b"first") == b"first"

    def test_readers_at_the_same_moment_make_it_once(self, drawn):
        made = []

        def make():
            made.append(1)
            return b"first"

        opened = run_at_once(*[lambda: self.open(drawn, "one", make)] * 4)
        assert list(opened) == [b"first"] * 4
        assert len(made) == 1
