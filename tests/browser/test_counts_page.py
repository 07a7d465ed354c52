"""The counts page lives by itself, and loses nothing that somebody has opened on it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories import PASSWORD, make_exercise, make_officer, store_online, store_paper

pytestmark = pytest.mark.browser

PATIENCE_MS = 15_000
SOME_ROUNDS_MS = 2_500  # the page asks each second
FRAGMENT_MS = 500  # for so long everybody gets the same figures


@pytest.fixture
def exercise(transactional_db):
    return make_exercise()


@pytest.fixture
def counts_page(live_server, page, exercise):
    """The counts page, to which a clerk has signed in."""
    make_officer()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/en/staff/counts/{exercise.code}/")
    page.get_by_label("User name").fill("clerk1")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Submission counts")
    return page


def total(page):
    return page.locator(".hos-stat__value")


def test_an_application_that_arrives_is_counted_without_anybody_touching_the_page(
    counts_page, exercise
):
    expect(total(counts_page)).to_have_text("0")
    table = counts_page.locator(".hos-chart details").first
    table.locator("summary").click()

    store_online(exercise, 1)
    expect(total(counts_page)).to_have_text("1", timeout=PATIENCE_MS)
    store_paper(exercise, 2)
    expect(total(counts_page)).to_have_text("2", timeout=PATIENCE_MS)

    expect(counts_page.locator("#press-en")).to_contain_text("1 online and 1 on paper")
    expect(counts_page.locator("rect.hos-chart__fill").first).to_have_attribute("width", "50%")
    expect(table).to_have_attribute("open", "")


def test_figures_that_are_held_still_do_not_change_until_they_are_let_go(counts_page, exercise):
    hold = counts_page.get_by_role("button", name="Hold the figures still")
    hold.click()
    expect(hold).to_have_attribute("aria-pressed", "true")
    store_online(exercise, 1)
    counts_page.wait_for_timeout(SOME_ROUNDS_MS)
    expect(total(counts_page)).to_have_text("0")

    hold.click()

    expect(total(counts_page)).to_have_text("1", timeout=PATIENCE_MS)


def test_a_hidden_page_asks_for_nothing_and_catches_up_when_it_is_shown(counts_page, exercise):
    say_hidden = (
        "hidden => Object.defineProperty(document, 'hidden', {value: hidden, configurable: true})"
    )
    counts_page.evaluate(say_hidden, True)
    counts_page.wait_for_timeout(SOME_ROUNDS_MS)  # what was under way has come back
    asked = []
    counts_page.on("request", lambda request: asked.append(request.url))
    store_online(exercise, 1)
    counts_page.wait_for_timeout(SOME_ROUNDS_MS)
    assert asked == []

    counts_page.evaluate(say_hidden, False)
    counts_page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(total(counts_page)).to_have_text("1", timeout=PATIENCE_MS)


def test_without_javascript_there_is_a_link_to_refresh(live_server, browser, exercise, counts_page):
    plain = browser.new_context(
        java_script_enabled=False, storage_state=counts_page.context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"{live_server.url}/en/staff/counts/{exercise.code}/")
    expect(total(page)).to_have_text("0")
    store_online(exercise, 1)
    page.wait_for_timeout(FRAGMENT_MS)

    page.get_by_role("link", name="Refresh the counts").click()

    expect(total(page)).to_have_text("1")
    plain.close()


def test_signing_out_elsewhere_leads_to_the_log_in(live_server, counts_page):
    counts_page.context.clear_cookies()

    expect(counts_page.get_by_role("heading", level=1)).to_have_text(
        "Sign in for staff", timeout=PATIENCE_MS
    )


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_counts_page_is_accessible(live_server, counts_page, exercise, language):
    store_online(exercise, 1)
    counts_page.goto(f"{live_server.url}/{language}/staff/counts/{exercise.code}/")

    found = Axe().run(counts_page).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []
