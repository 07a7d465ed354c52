"""The fairness report of a stored draw: its counts, its page, its PDF, and that it is kept."""

import re
from functools import partial
from html import unescape
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from lottery.fairness.report import compile_report
from lottery.selectors import fairness
from lottery.selectors.fairness import count_cells, get_fairness_report
from lottery.services import fairness_reports
from tests.factories import store_online, store_paper
from tests.integration.lottery import decisions, stages

pytestmark = pytest.mark.django_db


def address(name, code, language="en"):
    with override(language):
        return reverse(f"verify:{name}", args=[code])


def read_page(code, language="en"):
    page = Client().get(address("fairness", code, language))
    assert page.status_code == 200
    return unescape(page.content.decode())


def as_text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def text_of(pdf):
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages)


@pytest.fixture(autouse=True)
def fewer_pseudo_ceremonies(monkeypatch):
    """300 in place of 10,000: the law itself has its own tests."""
    monkeypatch.setattr(fairness, "compile_report", partial(compile_report, shuffle_count=3))


@pytest.fixture
def exercise(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise, family=10, one_person=8)
    for index in (30, 31, 32):
        store_paper(exercise, index)
    return exercise


@pytest.fixture
def drawn(exercise):
    return stages.draw(exercise)


class TestCounts:
    def test_every_application_in_the_draw_is_counted_once_as_it_came(self, drawn):
        register = drawn.ceremony.publication.register
        cells = count_cells(drawn, register)
        assert sum(cell.application_count for cell in cells) == 21
        assert sum(cell.place_count for cell in cells) == drawn.places.count()
        counted = {
            (cell.digits, cell.category, cell.track, cell.channel): cell.place_count
            for cell in cells
        }
        stored = {
            (e.number % 100, e.category, e.track, e.application.channel): e.places.count()
            for e in register.entries.select_related("application")
        }
        assert counted == stored

    def test_tenths_go_by_number_among_those_in_the_draw(self, exercise):
        excluded = store_online(exercise, 60).number, store_paper(exercise, 60).number
        drawn = stages.draw(exercise)
        register = drawn.ceremony.publication.register
        deciles = {cell.digits: cell.decile for cell in count_cells(drawn, register)}
        assert not {number % 100 for number in excluded} & set(deciles)
        in_order = [deciles[digits] for digits in sorted(deciles)]
        # 21 applications: the first tenth has one more.
        assert in_order == [1, *(tenth for tenth in range(1, 11) for _ in range(2))]


class TestReport:
    @pytest.mark.parametrize("order", ["last2:balls", "last2:seed", "ticket"])
    def test_places_and_expectations_add_up_in_every_order(self, order):
        exercise = stages.make_ballot(order, quota=2)
        stages.fill(exercise)
        drawn = stages.draw(exercise)
        report = get_fairness_report(drawn)
        totals = {row.category: row for row in report.rows if row.feature == "CATEGORY"}
        for category, total in totals.items():
            for feature in ("TRACK", "CHANNEL", "DECILE", "DIGIT"):
                rows = [r for r in report.rows if (r.category, r.feature) == (category, feature)]
                assert sum(row.place_count for row in rows) == total.place_count
                assert sum(row.expected for row in rows) == total.expected
        assert sum(total.place_count for total in totals.values()) == drawn.places.count()
        assert bool(report.cuts) == (order != "ticket")

    def test_the_endings_that_got_places_are_those_of_the_ranking(self, drawn):
        cuts = get_fairness_report(drawn).cuts
        placed = drawn.ranking.filter(entry__places__draw=drawn)
        stored = {(row.category, row.group + 1, row.ballot[-2:]) for row in placed}
        assert {(cut.category, cut.position, cut.digits) for cut in cuts} == stored

    def test_it_is_worked_out_once_and_kept(self, drawn, monkeypatch):
        cache.clear()
        first = get_fairness_report(drawn)
        monkeypatch.setattr(fairness, "_work_out", lambda draw_id: pytest.fail("again"))
        assert get_fairness_report(drawn) is first
        fairness._get_kept_report.cache_clear()  # as in another process
        assert get_fairness_report(drawn) == first


class TestPage:
    def test_before_the_draw_there_is_none(self, exercise):
        stages.settle(stages.publish(exercise))
        for name in ("fairness", "fairness_pdf"):
            assert Client().get(address(name, exercise.code)).status_code == 404
            assert Client().get(address(name, "NOTHING")).status_code == 404

    def test_every_number_stands_in_a_table_and_on_a_chart(self, drawn, exercise):
        page = read_page(exercise.code)
        report = get_fairness_report(drawn)
        charted = [row for row in report.rows if row.feature != "CATEGORY"]
        titles = re.findall(r'<svg class="hos-intervals__bar" role="img"[^>]*>\s*<title>', page)
        assert len(titles) == len(charted)
        for row in charted:
            assert f"{row.lowest}–{row.highest}" in page
            assert f"expected {float(row.expected):.1f}, interval" in page
        assert "About one in a hundred such numbers looks odd by chance" in page

    def test_it_says_how_many_numbers_chance_decides_and_how_many_are_outside(
        self, drawn, exercise
    ):
        text = as_text(read_page(exercise.code))
        report = get_fairness_report(drawn)
        assert f"{report.outside_count} of {report.free_count} that chance decides" in text
        assert "fixed by the quotas, not by chance" in text

    def test_it_needs_no_inline_style(self, drawn, exercise):
        assert " style=" not in read_page(exercise.code)

    @pytest.mark.parametrize(("language", "tag"), [("en", "en-HK"), ("zh-hant", "zh-Hant-HK")])
    def test_it_is_there_in_both_languages(self, drawn, exercise, language, tag):
        assert f'lang="{tag}">' in read_page(exercise.code, language)

    def test_the_attempt_can_be_named(self, drawn, exercise):
        url = address("fairness", exercise.code)
        assert Client().get(url, {"attempt": "1"}).status_code == 200
        for attempt in ("2", "one", "１", "999", "-1"):
            assert Client().get(url, {"attempt": attempt}).status_code == 404


class TestPdf:
    def test_it_says_the_same_as_the_page_and_is_the_same_file_every_time(self, drawn, exercise):
        response = Client().get(address("fairness_pdf", exercise.code))
        assert response["Content-Type"] == "application/pdf"
        pdf = response.getvalue()
        text = text_of(pdf)
        register = drawn.ceremony.publication.register
        assert register.commitment_sha256[:32] in text
        assert "DEMONSTRATION" in text
        for row in get_fairness_report(drawn).rows:
            if row.feature != "CATEGORY":
                assert f"{row.lowest}–{row.highest}" in text
        again = Client().get(address("fairness_pdf", exercise.code))
        assert again.getvalue() == pdf

    def test_it_is_set_once_and_kept(self, drawn, exercise, monkeypatch):
        url = address("fairness_pdf", exercise.code)
        first = Client().get(url).getvalue()
        monkeypatch.setattr(
            fairness_reports, "render_fairness_report", lambda document: pytest.fail("again")
        )
        assert Client().get(url).getvalue() == first

    def test_no_host_that_a_reader_names_gets_into_what_is_kept(self, drawn, exercise, settings):
        settings.ALLOWED_HOSTS = ["*"]
        url = address("fairness_pdf", exercise.code)
        text = text_of(Client().get(url, headers={"host": "another.test"}).getvalue())
        assert "another.test" not in text
        assert f"{settings.PUBLIC_URL}/verify/BALLOT2024/fairness/?attempt=1" in text

    def test_whoever_has_it_is_not_sent_it_again(self, drawn, exercise):
        url = address("fairness_pdf", exercise.code)
        etag = Client().get(url)["ETag"]
        assert Client().get(url, headers={"If-None-Match": etag}).status_code == 304
        assert "no-cache" in Client().get(url)["Cache-Control"]
        chinese = Client().get(address("fairness_pdf", exercise.code, "zh-hant"))
        assert chinese["ETag"] != etag

    def test_an_older_attempts_page_leads_to_its_own(self, drawn, exercise):
        decisions.give_up(drawn.ceremony.publication.register)
        again = decisions.draw_again(exercise)
        url = address("fairness_pdf", exercise.code)
        for draw, query in ((drawn, "?attempt=1"), (again, "")):
            page = Client().get(address("fairness", exercise.code) + query).content.decode()
            assert f'href="{url}{query}"' in page
            attempt = draw.ceremony.publication.register.attempt
            response = Client().get(url + query)
            assert f"fairness-BALLOT2024-{attempt}.pdf" in response["Content-Disposition"]
            text = text_of(response.getvalue())
            assert f"/fairness/?attempt={attempt}" in text
            assert draw.ceremony.publication.register.commitment_sha256[:32] in text
        page = Client().get(address("fairness", exercise.code) + "?attempt=1").content.decode()
        assert f'{address("ballot", exercise.code)}attempts/1/"' in page
