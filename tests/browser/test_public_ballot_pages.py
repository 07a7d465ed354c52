"""The public pages of a ballot: a look-up with the keyboard, and the documents."""

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 15_000


@pytest.fixture
def page(browser):
    page = browser.new_context(locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


@pytest.fixture
def ballot(transactional_db):
    return World().ballot


def test_a_number_is_looked_up_with_the_keyboard_alone(live_server, page, ballot):
    page.goto(f"{live_server.url}/en/verify/")
    field = page.get_by_label("Application number")
    for _ in range(40):
        if field.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("10000003")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Number 10000003")
    page.locator("summary", has_text="Proof that this line is in the committed register").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hash of the line")).to_be_visible()


def test_the_documents_come_as_pdf(live_server, page, ballot):
    page.goto(f"{live_server.url}/en/verify/BALLOT2024/")
    for name in ("Certificate of the draw (PDF)", "Ranking list (PDF)"):
        address = page.get_by_role("link", name=name).get_attribute("href")
        answer = page.request.get(f"{live_server.url}{address}")
        assert answer.ok
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF-")
