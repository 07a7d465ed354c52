"""The public pages of a ballot, on a phone and on a desk, in both languages, with the keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories import store_online, store_paper
from tests.integration.lottery import decisions, stages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 15_000
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]


@pytest.fixture
def page(browser):
    page = browser.new_context(locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


@pytest.fixture
def excluded(transactional_db):
    """Hold a ballot twice, with heads of its log and one reinstatement; give the two numbers."""
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    numbers = [store_online(exercise, 60).number, store_paper(exercise, 60).number]
    decisions.take_heads(exercise, 2)
    first = stages.draw(exercise)
    decisions.give_up(first.ceremony.publication.register)
    decisions.reinstate(decisions.draw_again(exercise), numbers[0])
    return numbers


def check(page):
    """Nothing that axe objects to, and nothing beside the page, on a phone and on a desk."""
    for size in SIZES:
        page.set_viewport_size(size)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_every_page_can_be_read_by_everybody(live_server, page, excluded, language):
    reinstated, still_excluded = excluded
    open_exercise = stages.make_ballot(code="OPEN2025")
    stages.fill(open_exercise, family=1, one_person=1)
    for path in (
        "", "BALLOT2024/", "BALLOT2024/attempts/1/", "BALLOT2024/intake-log/",
        "OPEN2025/intake-log/", "look-up/",
        "look-up/?exercise=OPEN2025&number=10000002",
        "look-up/?exercise=BALLOT2024&number=10000003",
        "look-up/?exercise=BALLOT2024&number=10000003&attempt=1",
        f"look-up/?exercise=BALLOT2024&number={reinstated}",
        f"look-up/?exercise=BALLOT2024&number={still_excluded}",
        "look-up/?exercise=BALLOT2024&number=nothing",
    ):  # fmt: skip
        page.goto(f"{live_server.url}/{language}/verify/{path}")
        check(page)


def test_a_number_is_looked_up_with_the_keyboard_alone(live_server, page, excluded):
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


def test_the_documents_come_as_pdf(live_server, page, excluded):
    page.goto(f"{live_server.url}/en/verify/BALLOT2024/")
    for name in ("Certificate of the draw (PDF)", "Ranking list (PDF)"):
        address = page.get_by_role("link", name=name).get_attribute("href")
        answer = page.request.get(f"{live_server.url}{address}")
        assert answer.ok
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF-")
