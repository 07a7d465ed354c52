"""A household applies in a real browser: every page in both languages, on a phone and at a desk."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from applications.models import Application, Draft
from tests.factories import make_draft, make_exercise, make_person, screen_everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
MAIN_BUTTON = "main form button.govuk-button:not(.govuk-button--secondary)"
SWITCH = ".hos-header .hos-text-button"


class Applicant:
    """Somebody at a browser, who looks at each page before going on."""

    def __init__(self, page, server, language):
        self.page = page
        self.root = f"{server.url}/{language}"
        self.messages = []
        page.on("console", self.note)

    def note(self, message):
        if message.type == "error":
            self.messages.append(message.text)

    def open(self, address):
        self.page.goto(self.root + address)
        self.look()

    def look(self):
        """Refuse a page that axe complains of, that is too wide or that logs errors."""
        violations = Axe().run(self.page).response["violations"]
        found = [(fault["id"], fault["nodes"][0]["html"]) for fault in violations]
        assert found == [], self.page.url
        width = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, self.page.url
        assert self.messages == [], self.page.url

    def go_on(self):
        with self.page.expect_navigation():
            self.page.locator(MAIN_BUTTON).last.click()
        self.look()

    def follow(self, selector):
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def choose(self, name, value):
        self.page.check(f"[name={name}][value={value}]")

    def type_date(self, name, day, month, year):
        for part, number in (("day", day), ("month", month), ("year", year)):
            self.page.fill(f"[name={name}-{part}]", str(number))

    def type_person(self, index, marital_status):
        person = make_person(index)
        for name in ("surname_en", "given_name_en", "name_zh", "hkic"):
            self.page.fill(f"[name={name}]", person[name] or "")
        self.type_date("birth_date", 17, 5, 1990)
        self.choose("sex", person["sex"])
        self.choose("marital_status", marital_status)

    def answer_residence(self):
        self.choose("residence", "BIRTH")
        self.choose("owned", "no")
        self.choose("previous_subsidy", "no")

    def arrive(self, address):
        expect(self.page).to_have_url(re.compile(f"{re.escape(address)}$"))


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def screen(request, page):
    page.set_viewport_size(request.param)
    return page


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_a_couple_applies_pays_and_looks_the_application_up(screen, live_server, language):
    make_exercise()
    applicant = Applicant(screen, live_server, language)
    applicant.open("/")
    applicant.follow("button.govuk-button--start")
    applicant.follow(".govuk-task-list a")
    applicant.go_on()
    assert screen.locator(".govuk-error-summary a").count() == 5

    applicant.type_person(1, "MARRIED")
    applicant.go_on()
    applicant.answer_residence()
    applicant.go_on()
    applicant.go_on()
    assert screen.locator(".govuk-error-summary a").count() == 1
    applicant.follow("a[href$='/members/1/']")
    applicant.type_person(2, "MARRIED")
    applicant.choose("relationship", "SPOUSE")
    applicant.go_on()
    applicant.answer_residence()
    applicant.go_on()
    applicant.arrive("/apply/members/")
    applicant.go_on()

    screen.fill("[name=monthly_income_hkd]", "72,000")
    screen.fill("[name=net_assets_hkd]", "100,000")
    applicant.go_on()
    applicant.choose("youth_scheme", "yes")
    applicant.go_on()
    screen.fill("[name=phone]", "2000 1234")
    screen.fill("[name=address]", "1 Example Street")
    screen.select_option("[name=district]", "SHA_TIN")
    applicant.go_on()
    screen.check("[name=accurate]")
    screen.check("[name=privacy]")
    applicant.go_on()

    applicant.arrive("/apply/review/")
    applicant.follow("#not-eligible a")
    screen.fill("[name=monthly_income_hkd]", "42,000")
    applicant.go_on()
    applicant.follow("a[href$='/apply/payment/']")
    applicant.choose("method", "FPS")
    applicant.go_on()
    applicant.follow("[name=decline]")
    applicant.choose("method", "CARD")
    applicant.go_on()
    applicant.follow("[name=pay]")

    applicant.arrive("/apply/receipt/")
    application = Application.objects.get()
    assert application.language == language
    assert screen.inner_text(".govuk-panel__body strong") == str(application.number)
    with screen.expect_download() as download:
        screen.click("a[href$='receipt.pdf']")
    assert download.value.path().read_bytes().startswith(b"%PDF")

    screen_everything()
    applicant.open("/status/")
    screen.fill("[name=number]", str(application.number))
    screen.fill("[name=hkic]", make_person(1)["hkic"])
    applicant.go_on()
    assert screen.locator(".govuk-tag--green").count() == 1
    applicant.follow(SWITCH)
    assert screen.locator(".govuk-tag--green").count() == 1


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("address", ["/accessibility/", "/privacy/", "/status/"])
def test_the_standing_pages_are_in_order(screen, live_server, language, address):
    Applicant(screen, live_server, language).open(address)


def test_changing_the_language_keeps_what_is_typed(page, live_server):
    make_exercise()
    applicant = Applicant(page, live_server, "zh-hant")
    applicant.open("/")
    applicant.follow("button.govuk-button--start")
    applicant.follow("a[href$='/apply/contact/']")
    page.fill("[name=address]", "將軍澳例子街一號")
    page.fill("[name=phone]", "2000")
    applicant.follow(SWITCH)
    applicant.arrive("/en/apply/contact/")
    assert page.input_value("[name=address]") == "將軍澳例子街一號"
    assert page.input_value("[name=phone]") == "2000"


def test_a_page_can_be_answered_with_the_keyboard_alone(page, live_server):
    make_exercise()
    applicant = Applicant(page, live_server, "en")
    applicant.open("/")
    page.focus("button.govuk-button--start")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.focus("a[href$='/apply/contact/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.focus("[name=phone]")
    for text in ("20001234", "", "1 Example Street"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.type("Sha T")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Save and continue"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    applicant.arrive("/apply/declarations/")


def test_enter_in_a_box_saves_the_page_and_does_not_change_the_language(page, live_server):
    make_exercise()
    applicant = Applicant(page, live_server, "en")
    applicant.open("/")
    applicant.follow("button.govuk-button--start")
    applicant.follow("a[href$='/apply/income/']")
    page.fill("[name=monthly_income_hkd]", "20000")
    page.fill("[name=net_assets_hkd]", "0")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    applicant.arrive("/en/apply/youth/")


def test_the_whole_form_works_without_javascript(browser, live_server):
    draft = make_draft(make_exercise())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/")
    page.click("button.govuk-button--start")
    page.click("a[href$='/apply/contact/']")
    page.click(MAIN_BUTTON)
    assert page.locator(".govuk-error-summary").count() == 1
    assert Draft.objects.count() == 2
    assert Draft.objects.exclude(pk=draft.pk).get().version == 0
    context.close()


def test_two_windows_do_not_overwrite_each_other(page, live_server):
    make_exercise()
    applicant = Applicant(page, live_server, "en")
    applicant.open("/")
    applicant.follow("button.govuk-button--start")
    applicant.follow("a[href$='/apply/income/']")
    second = page.context.new_page()
    second.goto(page.url)
    for window, income in ((page, "10000"), (second, "20000")):
        window.fill("[name=monthly_income_hkd]", income)
        window.fill("[name=net_assets_hkd]", "0")
        with window.expect_navigation():
            window.locator(MAIN_BUTTON).last.click()
    expect(second.locator("[role=alert]")).to_be_visible()
    assert second.input_value("[name=monthly_income_hkd]") == "20000"
    assert Draft.objects.get().answers["monthly_income_hkd"] == 10_000
