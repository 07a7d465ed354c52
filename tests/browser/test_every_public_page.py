"""Everybody can read and use every public page: WCAG 2.2 AA in both languages, at every size."""

from functools import partial

import pytest
from django.core.cache import cache
from django.utils import translation

from applications.views import public_urls as applying
from lottery.fairness.report import compile_report
from lottery.selectors import fairness
from lottery.views import public_urls as verifying
from tests.browser.inspections import (
    inspect_at_every_size,
    inspect_in_every_mode,
    measure,
)
from tests.browser.public_pages import APPLYING, NOT_PAGES, VERIFYING
from tests.browser.scenes import World, step_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 15_000
HTML_LANGUAGES = {"en": "en-HK", "zh-hant": "zh-Hant-HK"}


class Visitor:
    """Goes from page to page in one language, and notes what a page does behind its back."""

    def __init__(self, page, server, language):
        self.page, self.server, self.language = page, server, language
        self.world = World()
        self.noises = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self.note_console)
        page.on("request", self.note_request)

    def note_console(self, message):
        is_answer = "the server responded with a status of 4" in message.text  # to a mistake
        if message.type in ("error", "warning") and not is_answer:
            self.noises.append(f"console: {message.text}")

    def note_request(self, request):
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.noises.append(f"request to others: {request.url}")

    def arrive(self, stop):
        """Open a page and do there what its stop says."""
        self.noises.clear()
        cache.clear()  # the limit of look-ups has its own tests
        step_in(self.page.context, self.server, getattr(self.world, stop.scene))
        with translation.override(self.language):
            address = stop.find_address(self.world)
        self.page.goto(self.server.url + address)
        stop.do(self.page, self.world)

    def inspect(self, stop):
        """Give every fault of the page that is open."""
        if stop.is_wrong:
            yield from measure(self.page, "findUnannouncedErrors")
        elif self.page.title().startswith(("Error", "錯誤")):
            yield "the title tells of an error that is none"
        if self.page.get_attribute("html", "lang") != HTML_LANGUAGES[self.language]:
            yield "the language of the page is not named"
        yield from inspect_at_every_size(self.page)
        if self.language == "zh-hant":  # the style is the same in both
            yield from inspect_in_every_mode(self.page)
        yield from self.noises


@pytest.fixture(autouse=True)
def fewer_pseudo_ceremonies(monkeypatch):
    """300 in place of 10,000 for the fairness report: the law itself has its own tests."""
    monkeypatch.setattr(fairness, "compile_report", partial(compile_report, shuffle_count=3))


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("stops", [APPLYING, VERIFYING], ids=["applying", "verifying"])
def test_every_page_can_be_used_by_everybody(page, live_server, subtests, language, stops):
    visitor = Visitor(page, live_server, language)
    titles = {}
    for stop in stops:
        with subtests.test(str(stop)):
            visitor.arrive(stop)
            assert list(visitor.inspect(stop)) == []
        titles.setdefault(page.title(), set()).add(stop.name)
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}


@pytest.mark.parametrize(("conf", "stops"), [(applying, APPLYING), (verifying, VERIFYING)])
def test_the_table_holds_every_address(conf, stops):
    addresses = {f"{conf.app_name}:{pattern.name}" for pattern in conf.urlpatterns}
    assert addresses - NOT_PAGES == {stop.name for stop in stops}
    assert {name for name in addresses if name.endswith(("pdf", "receipt-pdf"))} <= NOT_PAGES
