"""A household applies in a real browser: in both languages, on a phone and at a desk."""

import pytest
from playwright.sync_api import expect

from applications.models import Application, Draft
from tests.browser.hands import Pointer
from tests.browser.inspections import DESK, PHONE
from tests.browser.journey import ANSWERS, PAY, START, Journey
from tests.browser.page_deeds import MAIN_BUTTON
from tests.factories import make_exercise, make_person, screen_everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SWITCH = ".hos-header .hos-text-button"


class Reader(Pointer):
    """Somebody who points, and refuses a page that is too wide or that logs errors."""

    def __init__(self, page):
        super().__init__(page)
        self.messages = []
        page.on("console", lambda message: self.messages.append((message.type, message.text)))

    def arrive(self):
        width = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, self.page.url
        assert [text for kind, text in self.messages if kind == "error"] == [], self.page.url


@pytest.fixture
def start(page, live_server):
    """Open the first page of an exercise, to which somebody comes with a screen and a language."""

    def begin(language="en", screen=DESK):
        make_exercise()
        page.set_viewport_size(screen)
        journey = Journey(Reader(page), live_server, language)
        journey.open("/")
        return journey

    return begin


def change_income(journey, income):
    journey.hands.fill("monthly_income_hkd", income)
    journey.go_on()


@pytest.mark.parametrize(("language", "screen"), [("zh-hant", PHONE), ("en", DESK)])
def test_a_couple_applies_pays_and_looks_the_application_up(start, language, screen):
    journey = start(language, screen)
    hands, page = journey.hands, journey.page
    journey.prepare()
    hands.follow("a[href*='/apply/income/'][href*='review']")
    change_income(journey, "72,000")
    hands.follow("#not-eligible a")
    change_income(journey, "42,000")
    hands.follow(PAY)
    hands.choose("method", "FPS")
    journey.go_on()
    hands.follow("a[href*='/sandbox-bank/']")
    hands.follow("[name=decline]")
    hands.choose("method", "CARD")
    journey.go_on()
    hands.follow("[name=pay]")

    journey.arrive("/apply/receipt/")
    application = Application.objects.get()
    assert application.language == language
    assert page.inner_text(".govuk-panel__body strong") == str(application.number)
    with page.expect_download() as download:
        page.click("a[href$='receipt.pdf']")
    assert download.value.path().read_bytes().startswith(b"%PDF")

    screen_everything()
    journey.open("/status/")
    hands.fill("number", str(application.number))
    hands.fill("hkic", make_person(1)["hkic"])
    journey.go_on()
    assert page.locator(".govuk-tag--green").count() == 1
    hands.follow(SWITCH)
    assert page.locator(".govuk-tag--green").count() == 1


def test_a_couple_applies_without_javascript(browser, live_server):
    make_exercise()
    with browser.new_context(java_script_enabled=False, viewport=PHONE) as context:
        journey = Journey(Pointer(context.new_page()), live_server, "zh-hant")
        journey.apply()
    assert Application.objects.get().people.count() == 2


def test_changing_the_language_keeps_what_is_typed(start):
    journey = start("zh-hant")
    journey.hands.follow(START)
    journey.hands.follow("a[href$='/apply/contact/']")
    journey.hands.fill("address", "將軍澳例子街一號")
    journey.hands.fill("phone", "2000")
    journey.hands.follow(SWITCH)
    journey.arrive("/en/apply/contact/")
    assert journey.page.input_value("[name=address]") == "將軍澳例子街一號"
    assert journey.page.input_value("[name=phone]") == "2000"


def test_enter_in_a_box_saves_the_page_and_does_not_change_the_language(start):
    journey = start()
    journey.hands.follow(START)
    journey.hands.follow("a[href$='/apply/income/']")
    ANSWERS["income"](journey.hands)
    with journey.page.expect_navigation():
        journey.page.keyboard.press("Enter")
    assert "/en/apply/" in journey.page.url
    assert journey.find_place() != "income"


def test_two_windows_do_not_overwrite_each_other(start):
    journey = start()
    journey.hands.follow(START)
    journey.hands.follow("a[href$='/apply/income/']")
    second = journey.page.context.new_page()
    second.goto(journey.page.url)
    for window, income in ((journey.page, "10000"), (second, "20000")):
        ANSWERS["income"](Pointer(window))
        window.fill("[name=monthly_income_hkd]", income)
        with window.expect_navigation():
            window.locator(MAIN_BUTTON).last.click()
    expect(second.locator("[role=alert]")).to_be_visible()
    assert second.input_value("[name=monthly_income_hkd]") == "20000"
    assert Draft.objects.get().answers["monthly_income_hkd"] == 10_000
