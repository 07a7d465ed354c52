"""A clerk keys paper forms with the keyboard alone."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pypdf import PdfReader

from applications.models import Application
from tests.factories import (
    PASSWORD,
    make_exercise,
    make_member,
    make_officer,
    make_person,
    store_online,
    store_paper,
)

pytestmark = pytest.mark.browser

PATIENCE_MS = 15_000


@pytest.fixture
def exercise(transactional_db):
    return make_exercise()


@pytest.fixture
def clerk_page(live_server, page, exercise):
    """The keying page, to which a clerk has signed in."""
    make_officer()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/en/staff/keying/")
    expect(page.get_by_label("User name")).to_be_visible()
    page.get_by_label("User name").focus()
    page.keyboard.type("clerk1")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Key a paper form")
    return page


class Keyboard:
    """A clerk's hands: types, and goes on with Tab."""

    def __init__(self, page):
        self.page = page

    def key(self, *texts):
        for text in texts:
            self.page.keyboard.type(text)
            self.page.keyboard.press("Tab")

    def skip(self, count=1):
        self.key(*[""] * count)

    def key_date(self, iso):
        self.key(*reversed(iso.split("-")))

    def choose(self, text):
        """Type the beginning of an answer in a list."""
        self.key(text)

    def tick(self):
        self.page.keyboard.press("Space")
        self.page.keyboard.press("Tab")

    def key_names(self, person):
        self.key(person["surname_en"], person["given_name_en"] or "", "陳小明")
        self.key_date(person["birth_date"])
        self.choose("Male")
        self.choose("Never")
        self.key_date("1990-05-17")
        self.skip(3)  # has never owned property

    def key_rest(self, signed_on):
        self.key("42,000", "310,000")
        self.tick()  # Youth Scheme
        self.key("9123 4567", "", "Flat 1, Synthetic House")
        self.choose("Kwun")
        self.skip()  # letters in Chinese, as printed
        self.tick()
        self.tick()
        self.key_date(signed_on)
        self.skip()  # the signature is there
        self.page.keyboard.press("Space")  # crossed cheque
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("004-123456")


def focused(page):
    return page.locator(":focus")


def test_a_family_form_is_keyed_with_the_keyboard_alone(clerk_page, exercise, live_server):
    other = store_online(exercise, 2)
    page, clerk = clerk_page, Keyboard(clerk_page)
    today = page.locator("#id_received_on-year").input_value()
    day, month = (
        page.locator(f"#id_received_on-{part}").input_value() for part in ("day", "month")
    )
    expect(focused(page)).to_have_id("id_form_serial")

    clerk.key("K-000001")
    clerk.skip(4)  # received now
    clerk.skip(3)  # did not come by post
    clerk.key(make_person(1)["hkic"])
    clerk.key_names(make_person(1))
    clerk.skip(2)  # no subsidy before; no absent spouse
    page.keyboard.press("Alt+m")
    expect(focused(page)).to_have_id("id_members-0-relationship")
    clerk.choose("Brother")
    clerk.key(make_person(2)["hkic"])
    expect(page.locator("#members-0-notice")).to_contain_text(
        f"Already on application {other.number} (online"
    )
    clerk.skip()  # no birth certificate
    clerk.key_names(make_person(2))
    clerk.skip()  # no subsidy before
    expect(focused(page)).to_contain_text("Add a member")
    clerk.skip()
    clerk.key_rest(f"{today}-{month}-{day}")
    page.keyboard.press("Alt+s")

    expect(page.get_by_role("heading", level=1)).to_have_text("The paper form is stored")
    expect(focused(page)).to_contain_text("Key the next form")
    expect(page.get_by_text("DUPLICATE_PERSON")).to_be_visible()
    application = Application.objects.get(channel="PAPER")
    assert (application.category, application.track) == ("FAMILY", "YOUTH")
    assert application.people.get(position=1).relationship == "SIBLING"

    page.keyboard.press("Tab")
    receipt = focused(page).get_attribute("href")
    answer = page.request.get(f"{live_server.url}{receipt}")
    assert str(application.number) in PdfReader(BytesIO(answer.body())).pages[0].extract_text()

    page.keyboard.press("Alt+n")
    expect(focused(page)).to_have_id("id_form_serial")
    assert page.locator("#id_form_serial").input_value() == ""


def test_the_cursor_goes_to_the_first_box_that_is_wrong_and_nothing_typed_is_lost(clerk_page):
    page, clerk = clerk_page, Keyboard(clerk_page)
    clerk.key("K-000002")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Please check these answers")
    expect(focused(page)).to_have_id("id_applicant-hkic")
    assert page.locator("#id_form_serial").input_value() == "K-000002"
    assert Application.objects.count() == 0


def test_a_wrong_number_is_told_as_soon_as_it_is_typed(clerk_page):
    clerk_page.locator("#id_applicant-hkic").focus()
    Keyboard(clerk_page).key("A123456(4)")

    expect(clerk_page.locator("#applicant-notice")).to_contain_text("must be wrong")


def test_a_script_that_comes_late_leaves_the_clerk_where_she_types(clerk_page):
    held = []
    clerk_page.route("**/keying*.js", lambda route: held.append(route))
    clerk_page.reload(wait_until="commit")
    clerk_page.locator("#id_applicant-hkic").focus()
    clerk_page.keyboard.type("A")
    with clerk_page.expect_event("requestfinished", lambda request: "keying" in request.url):
        held.pop().continue_()
    clerk_page.wait_for_load_state("load")

    expect(clerk_page.locator("#id_applicant-hkic")).to_be_focused()


def test_without_javascript_rows_are_added_and_the_warning_comes_before_storing(
    live_server, browser, exercise, clerk_page
):
    other = store_online(exercise, 2)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=clerk_page.context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"{live_server.url}/en/staff/keying/{exercise.code}/")
    page.locator("#id_applicant-surname_en").fill("CHAN")
    page.get_by_role("button", name="Add a member").click()

    assert page.locator("#id_applicant-surname_en").input_value() == "CHAN"
    member = make_member(2)
    page.locator("#id_members-0-relationship").select_option("SIBLING")
    page.locator("#id_members-0-hkic").fill(member["hkic"])
    fill_rest(page, exercise, member)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Already on application {other.number}")).to_be_visible()
    assert Application.objects.filter(channel="PAPER").count() == 0
    page.get_by_role("button", name="Save this form all the same").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The paper form is stored")
    plain.close()


def fill_rest(page, exercise, member):
    """Fill in what the test above does not speak of."""
    page.locator("#id_applicant-hkic").fill(make_person(1)["hkic"])
    page.locator("#id_members-0-surname_en").fill(member["surname_en"])
    for prefix in ("applicant", "members-0"):
        for name in ("birth_date", "resident_since"):
            for part, text in (("day", "17"), ("month", "5"), ("year", "1990")):
                page.locator(f"#id_{prefix}-{name}-{part}").fill(text)
        page.locator(f"#id_{prefix}-sex").select_option("F")
        page.locator(f"#id_{prefix}-marital_status").select_option("UNMARRIED")
    page.locator("#id_monthly_income_hkd").fill("42000")
    page.locator("#id_net_assets_hkd").fill("310000")
    page.locator("#id_phone").fill("91234567")
    page.locator("#id_address").fill("Flat 1, Synthetic House")
    page.locator("#id_district").select_option("KWUN_TONG")
    page.locator("#id_accurate").check()
    page.locator("#id_privacy").check()
    page.locator("#id_is_signature_missing").check()
    page.locator("input[name=fee_method][value=NONE]").check()


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_pages_of_the_counter_are_accessible(live_server, clerk_page, exercise, language):
    number = store_online(exercise, 3).number
    keyed = store_paper(exercise, 3, signed_on=None).number
    for path in (
        "",
        f"keying/{exercise.code}/",
        f"keying/{exercise.code}/{keyed}/",
        f"applications/{exercise.code}/",
        f"applications/{exercise.code}/{number}/",
        "password/",
    ):
        clerk_page.goto(f"{live_server.url}/{language}/staff/{path}")
        if path == f"keying/{exercise.code}/":
            clerk_page.keyboard.press("Alt+m")
            clerk_page.keyboard.press("Alt+s")
            expect(clerk_page.get_by_role("alert")).to_be_visible()
        found = Axe().run(clerk_page).response["violations"]
        assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []
