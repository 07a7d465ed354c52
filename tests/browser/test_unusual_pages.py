"""Pages that nobody sets out for: of errors, and on paper."""

import pytest
from django.template.loader import render_to_string

from tests.browser.inspections import PHONE, inspect_at_every_size, inspect_in_every_mode
from tests.browser.scenes import World, step_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAIN = ["errors/400.html", "errors/500.html", "errors/503.html", "errors/still_being_written.html"]
OUR_OWN = ["errors/403.html", "errors/403_csrf.html", "errors/429.html"]


@pytest.fixture
def show(page, live_server):
    """Send a template to the browser from an address of ours, so that styles and policy hold."""

    def send(template, language="en", **context):
        address = f"{live_server.url}/{language}/privacy/"

        def answer(route):
            response = route.fetch()
            route.fulfill(response=response, body=render_to_string(template, context))

        page.route(address, answer)
        page.goto(address)
        page.unroute(address)

    page.set_viewport_size(PHONE)
    return send


def test_every_page_of_an_error_can_be_used_by_everybody(show, page, subtests):
    for template in PLAIN + OUR_OWN:
        with subtests.test(template):
            show(template)
            assert list(inspect_at_every_size(page)) == []
            assert list(inspect_in_every_mode(page)) == []


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_an_unknown_address_says_so_in_both_languages(page, live_server, language):
    answer = page.goto(f"{live_server.url}/{language}/nowhere/")
    assert answer.status == 404
    assert list(inspect_at_every_size(page)) == []


def test_the_receipt_on_paper_is_what_one_keeps(page, live_server):
    world = World()
    step_in(page.context, live_server, world.owner)
    page.goto(f"{live_server.url}/en/apply/receipt/")
    page.emulate_media(media="print")
    for hidden in ("nav", ".govuk-button", ".govuk-skip-link", ".hos-footer a"):
        assert page.locator(f"{hidden} >> visible=true").count() == 0, hidden
    number = page.locator(".govuk-panel__body strong")
    assert number.inner_text() == str(world.owner.application.number)
    assert number.evaluate("number => getComputedStyle(number).color") == "rgb(0, 0, 0)"
    panel = page.locator(".govuk-panel")
    ground = panel.evaluate("panel => getComputedStyle(panel).backgroundColor")
    assert ground == "rgba(0, 0, 0, 0)"
