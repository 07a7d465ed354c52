"""From the start page to the receipt with the keyboard alone, looking at every stop on the way."""

import pytest

from applications.models import Application
from tests.browser.hands import Keyboard
from tests.browser.inspections import DESK
from tests.browser.journey import Journey
from tests.factories import make_exercise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def journey(page, live_server):
    make_exercise()
    page.set_viewport_size(DESK)
    return Journey(Keyboard(page), live_server, "en")


def test_a_couple_applies_with_the_keyboard_alone(journey):
    journey.apply()
    assert Application.objects.get().people.count() == 2


def test_the_first_stop_skips_to_what_the_page_is_about(journey):
    journey.page.goto(f"{journey.root}/")
    journey.page.keyboard.press("Tab")
    skip = journey.page.locator(".govuk-skip-link")
    assert skip.evaluate("link => link === document.activeElement && link.checkVisibility()")
    assert skip.bounding_box()["height"] >= 24
    journey.page.keyboard.press("Enter")
    assert journey.page.evaluate("document.activeElement.id") == "main-content"
    journey.page.keyboard.press("Tab")
    assert journey.page.evaluate("document.activeElement.closest('main') !== null")
