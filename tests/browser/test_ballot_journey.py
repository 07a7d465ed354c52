"""Officers run a ballot in browsers of their own; the hall watches, the public looks it up."""

import zipfile
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from applications.models import Officer as OfficerRow
from tests.factories import PASSWORD, make_officer, screen_everything
from tests.integration.lottery import stages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Role = OfficerRow.Role
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
        self.reads(title)
        self.page.get_by_role("checkbox").focus()
        self.page.keyboard.press("Space")
        self.press("button", button)
        expect(self.page.get_by_role("alert")).to_be_visible()

    def reads(self, heading):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        check(self.page)

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


class Hall:
    """The display in the hall, which nobody touches: it reads itself anew."""

    def __init__(self, officer):
        self.page = officer.page.context.new_page()
        self.page.set_viewport_size({"width": 1280, "height": 720})
        self.page.goto(f"{officer.console}hall/")
        self.balls = self.page.locator(".hos-hall__ball")

    def says(self, text):
        expect(self.page.locator(".hos-hall__stage")).to_contain_text(text, timeout=PATIENCE_MS)
        check(self.page)

    def fits(self):
        """Show everything on one screen, on either projector, with nothing cut off."""
        for width, height in ((1280, 720), (1920, 1080)):
            self.page.set_viewport_size({"width": width, "height": height})
            size = self.page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            )
            assert size[0] <= width
            assert size[1] <= height


def check(page):
    """Find nothing that axe objects to."""
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


def test_a_ballot_from_closing_to_transcript_and_a_number_looked_up(
    browser, live_server, exercise, tmp_path
):
    one, other = (Officer(browser, live_server.url, row) for row in stages.make_officers())
    hall = Hall(one)
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

    hall.says("One officer has keyed the balls")
    other.key("Key the balls", BALLS.replace("49-86", "86-49"))
    expect(other.page.get_by_role("table", name="Where the officers differ")).to_be_visible()
    one.look()
    expect(one.page.locator("#disagreement tbody tr")).to_have_count(2)
    expect(one.page.get_by_role("button", name="Key the balls")).to_have_count(0)
    hall.says("a third look is under way")
    expect(hall.balls).to_have_count(0)

    third = Officer(browser, live_server.url, make_officer("officer-3", Role.OFFICER))
    third.look()
    expect(third.page.locator("#disagreement")).to_have_count(0)
    third.key("Key the balls", BALLS)
    expect(third.page.locator("#disagreement tbody tr")).to_have_count(2)
    hall.says("Two officers have keyed the same balls separately")
    expect(hall.balls).to_have_count(100)
    hall.fits()

    one.do("Put the ceremony on record", "Put the ceremony on record")
    hall.says("The ceremony is on record")
    other.do("Run the draw", "Run the draw")
    hall.says("anybody can recompute it")
    hall.fits()
    one.look()
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="Download the transcript (ZIP)").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    status, output = stages.verify(tmp_path / "BALLOT2024-1")
    assert status == 0, output

    look_up_a_number(browser, live_server.url)


def test_the_hall_counts_down_the_waiting_period_by_itself(browser, live_server, exercise):
    publication = stages.publish(exercise, waiting=timedelta(seconds=20))
    hall = Hall(Officer(browser, live_server.url, stages.make_officers()[0]))
    hall.says("balls may be drawn from")
    hall.fits()
    commitment = publication.register.commitment_sha256
    expect(hall.page.locator(".hos-hall__hash")).to_have_text(
        " ".join(commitment[start : start + 8] for start in range(0, 64, 8))
    )
    before = hall.page.locator(".hos-hall__countdown").inner_text()
    expect(hall.page.locator(".hos-hall__countdown")).not_to_have_text(before)
    expect(hall.page.locator(".hos-hall__stage")).to_contain_text(
        "The balls are drawn", timeout=2 * PATIENCE_MS
    )
    expect(hall.page.locator(".hos-hall__countdown")).to_have_count(0)


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


def test_an_attempt_is_given_up_and_the_next_one_drawn_with_the_keyboard_alone(
    browser, live_server, exercise
):
    one, other = (Officer(browser, live_server.url, row) for row in stages.make_officers())
    publication = stages.publish(exercise)

    one.look()
    one.press("link", "Propose another attempt")
    one.reads("Propose another attempt")
    one.press("button", "Propose to a second officer")
    expect(one.page.get_by_role("alert")).to_contain_text("Please choose the ground.")
    check(one.page)
    one.page.get_by_label("The ceremony is void").focus()
    one.page.keyboard.press("Space")
    one.page.get_by_label("Statement for the public").focus()
    one.page.keyboard.insert_text("The machine broke before the first ball.")
    one.page.get_by_role("checkbox").focus()
    one.page.keyboard.press("Space")
    one.press("button", "Propose to a second officer")
    expect(one.page.get_by_text("Another officer has to look at it")).to_be_visible()
    check(one.page)

    other.look()
    other.press("link", "Look at it, and approve it or leave it")
    other.reads("Give up attempt 1")
    other.page.get_by_role("checkbox").focus()
    other.page.keyboard.press("Space")
    other.press("button", "Give up this attempt")
    expect(other.page.get_by_role("heading", name="Where attempt 2 stands")).to_be_visible()
    check(other.page)

    other.do("Freeze the register", "Freeze the register")
    one.do("Publish the commitment", "Publish the commitment")
    for officer in (one, other):
        officer.key("Key the balls", BALLS)
    one.do("Put the ceremony on record", "Put the ceremony on record")
    other.do("Run the draw", "Run the draw")
    other.look()
    expect(other.page.get_by_text("The machine broke before the first ball.")).to_be_visible()
    expect(
        other.page.get_by_role("region", name="Attempt 1").locator(".hos-hash__value")
    ).to_contain_text(publication.register.commitment_sha256[:8])
