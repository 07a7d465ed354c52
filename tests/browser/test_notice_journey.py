"""An officer carries a timestamp by hand; then anybody looks at notice and timestamp."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from applications.models import Officer
from applications.selectors.clock import read_clock
from lottery.models import CommitmentNotice
from lottery.services.notices import accompany_publication
from tests.factories import PASSWORD, make_officer
from tests.integration.lottery import stages
from tests.integration.lottery.authority import Authority

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 15_000
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]


@pytest.fixture
def publication(transactional_db):
    exercise = stages.make_ballot()
    stages.fill(exercise, family=2, one_person=1)
    publication = stages.publish(exercise)
    accompany_publication(publication=publication, at=read_clock())
    return publication


@pytest.fixture
def page(browser):
    page = browser.new_context(locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def check(page):
    """Nothing that axe objects to, and nothing beside the page, on a phone and on a desk."""
    for size in SIZES:
        page.set_viewport_size(size)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def sign_in(page, address, officer):
    page.goto(address)
    page.get_by_label("User name").fill(officer.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Notice and timestamp of the commitment"
    )


def test_an_officer_brings_the_answer_and_anybody_sees_it(
    live_server, page, publication, tmp_path, settings
):
    authority = Authority(tmp_path / "authority")
    settings.TIMESTAMP_CA_FILE = authority.root
    console = f"{live_server.url}/en/staff/ballot/BALLOT2024/notice/"
    sign_in(page, console, make_officer("carrier", Officer.Role.OFFICER))
    check(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="commitment.tsq").click()
    request = download.value.path().read_bytes()
    assert request == bytes(publication.timestamp_request.request)

    wrong = tmp_path / "wrong.tsr"
    wrong.write_bytes(b"not a timestamp")
    page.get_by_label("The authority’s answer").set_input_files(wrong)
    page.get_by_role("button", name="Store the timestamp").click()
    expect(page.locator("main")).to_contain_text("TIMESTAMP_MALFORMED")
    check(page)

    right = tmp_path / "right.tsr"
    right.write_bytes(authority.answer(request))
    page.goto(console)
    page.get_by_role("button", name="Store the timestamp").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose the file")
    check(page)
    page.get_by_label("The authority’s answer").set_input_files(right)
    page.get_by_role("button", name="Store the timestamp").click()
    expect(page.locator("main")).to_contain_text("Test Timestamping")
    check(page)

    page.goto(f"{live_server.url}/en/verify/BALLOT2024/notice/")
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="commitment.tsr").click()
    text = publication.register.commitment_text
    stamp = download.value.path().read_bytes()
    assert "Verification: OK" in authority.verify(text=text, answer=stamp)
    answer = page.request.get(f"{live_server.url}/en/verify/BALLOT2024/notice.pdf")
    assert answer.body() == bytes(CommitmentNotice.objects.get().pdf)
