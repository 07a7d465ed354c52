"""Two officers run a ballot in two browsers; then a member of the public looks up a number."""

import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories import PASSWORD, screen_everything
from tests.integration.lottery import stages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 15_000
BALLS = stages.BALLS["balls:100:100"]


@pytest.fixture
def exercise(transactional_db):
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    screen_everything()
    return exercise


class Officer:
    """An officer at a terminal of their own."""

    def __init__(self, browser, address, officer):
        self.page = browser.new_context(locale="en-GB").new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.console = f"{address}/en/staff/ballot/BALLOT2024/"
        self.page.goto(self.console)
        self.page.get_by_label("User name").fill(officer.username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Ballot of BALLOT2024")

    def look(self):
        self.page.goto(self.console)
        check(self.page)

    def do(self, title, button):
        """Follow the console's next deed, confirm it and do it, with the keyboard alone."""
        self.look()
        self.press("button", title)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        check(self.page)
        self.page.get_by_role("checkbox").focus()
        self.page.keyboard.press("Space")
        self.press("button", button)
        expect(self.page.get_by_role("alert")).to_be_visible()

    def press(self, role, name):
        self.page.get_by_role(role, name=name, exact=True).focus()
        self.page.keyboard.press("Enter")

    def key(self, link, typed):
        self.look()
        self.press("button", link)
        expect(self.page.get_by_role("textbox")).to_be_focused()
        self.page.keyboard.insert_text(typed)
        check(self.page)
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("alert")).to_be_visible()


def check(page):
    """Find nothing that axe objects to."""
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


def test_a_ballot_from_closing_to_transcript_and_a_number_looked_up(
    browser, live_server, exercise, tmp_path
):
    one, other = (Officer(browser, live_server.url, row) for row in stages.make_officers())
    one.do("Close applications", "Close applications for good")
    other.do("Freeze the register", "Freeze the register")
    one.do("Publish the commitment", "Publish the commitment")

    one.key("Key the balls", BALLS.replace("-", " ")[:-3])
    expect(one.page.get_by_role("alert")).to_contain_text("You keyed 99 balls. This draw has 100.")
    expect(one.page.get_by_text("99 of 100 balls")).to_be_visible()
    expect(one.page.get_by_role("textbox")).to_have_value(BALLS.replace("-", " ")[:-3])
    check(one.page)
    one.page.get_by_role("textbox").fill(BALLS.replace("-", ""))
    one.press("button", "Store my balls")
    expect(one.page.get_by_text("A second officer has yet to key them.")).to_be_visible()

    other.key("Key the balls", BALLS.replace("49-86", "86-49"))
    expect(other.page.get_by_role("table", name="Where the two officers differ")).to_be_visible()
    one.look()
    expect(one.page.locator("#disagreement tbody tr")).to_have_count(2)
    other.key("Key the balls again", BALLS)

    one.do("Put the ceremony on record", "Put the ceremony on record")
    other.do("Run the draw", "Run the draw")
    one.look()
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="Download the transcript (ZIP)").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    status, output = stages.verify(tmp_path / "BALLOT2024-1")
    assert status == 0, output

    look_up_a_number(browser, live_server.url)


def look_up_a_number(browser, address):
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{address}/en/verify/")
    check(page)
    page.get_by_label("Application number").fill("1000 0003")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Number 10000003")
    expect(page.get_by_text("Your number ends in 03")).to_be_visible()
    page.get_by_text("Proof that this line is in the committed register").click()
    expect(page.get_by_text("Hash of the line")).to_be_visible()
    check(page)
    page.get_by_role("link", name="繁體中文").click()
    expect(page).to_have_url(
        f"{address}/zh-hant/verify/look-up/?exercise=BALLOT2024&number=1000+0003"
    )
    check(page)
    page.goto(f"{address}/zh-hant/verify/BALLOT2024/")
    check(page)
