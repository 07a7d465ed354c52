"""
The table of the public pages: every address of the applicant's side and of the verifying side.

A test compares it with the URL conf, so a page that is added and not entered here fails. A page may
be entered more than once: empty, with its errors, and filled in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from applications.views.pages import ALL_PAGES
from tests.factories import make_person

MAIN_BUTTON = "main form button.govuk-button:not(.govuk-button--secondary)"
BALLOT = "BALLOT2024"

# Addresses that are no pages: files, and what only leads on.
NOT_PAGES = {
    "applications:begin",
    "applications:receipt-pdf",
    "applications:status-receipt",
    "verify:signer_key",
    "verify:signer_certificate",
    "verify:intake_log_text",
    "verify:intake_signer",
    "verify:ranking_pdf",
    "verify:certificate_pdf",
    "verify:transcript",
    "verify:transcript_file",
    "verify:fairness_pdf",
    "verify:notice_pdf",
    "verify:commitment_text",
    "verify:timestamp_request",
    "verify:timestamp",
}


def open_details(page, world):
    """Open whatever is folded."""
    for summary in page.locator("summary").all():
        summary.click()


def send(page, world):
    """Press the page's own button."""
    with page.expect_navigation():
        page.locator(MAIN_BUTTON).last.click()


def look_up_own(page, world):
    """Ask for the owner's application."""
    page.fill("[name=number]", str(world.owner.application.number))
    page.fill("[name=hkic]", make_person(6)["hkic"])
    send(page, world)


def look_up_strange(page, world):
    """Ask for an application that nobody has."""
    page.fill("[name=number]", "10099999")
    page.fill("[name=hkic]", make_person(6)["hkic"])
    send(page, world)


@dataclass(frozen=True)
class Stop:
    """
    One look at one page.

    :param name: of the address in the URL conf.
    :param scene: who stands in front of it: an attribute of `World`.
    :param find_rest: gives the address's arguments and its query, of the world.
    :param do: what is done there before looking.
    :param is_wrong: the page then tells of mistakes.
    """

    name: str
    scene: str = "nobody"
    find_rest: Callable[[Any], tuple[list[Any], str]] = lambda world: ([], "")
    do: Callable[[Any, Any], None] = open_details
    is_wrong: bool = False

    def __str__(self):
        return f"{self.name} for the {self.scene}, after {self.do.__name__}"

    def find_address(self, world):
        """Give the page's path and query, in the language that is active."""
        arguments, query = self.find_rest(world)
        return reverse(self.name, args=arguments) + query


def asked(name, scene="nobody", **rest):
    """A page of questions: empty or filled in, and sent with mistakes."""
    return [Stop(name, scene, **rest), Stop(name, scene, do=send, is_wrong=True, **rest)]


def filled(name, *arguments, scene="couple"):
    """A page with everything answered."""
    return Stop(name, scene, lambda world: (list(arguments), ""))


def ballot(name, *more):
    """A page of the ballot that was held twice."""
    return Stop(name, "ballot", lambda world: ([world.ballot.code, *more], ""))


def number(find_number, query=""):
    """The look-up of a number of that ballot."""
    return Stop(
        "verify:look_up",
        "ballot",
        lambda world: ([], f"?exercise={world.ballot.code}&number={find_number(world)}{query}"),
    )


APPLYING = [
    Stop("applications:start"),
    Stop("applications:start", "couple"),
    Stop("applications:start", "owner"),
    Stop("applications:accessibility"),
    Stop("applications:privacy"),
    Stop("applications:tasks", "beginner"),
    Stop("applications:tasks", "couple"),
    *(filled(f"applications:{page.name}") for page in ALL_PAGES),
    *(
        Stop(f"applications:{page.name}", "beginner", do=send, is_wrong=True)
        for page in ALL_PAGES
        if page.name not in {"members", "residence"}
    ),
    Stop("applications:members", "beginner"),
    Stop("applications:residence", "unsettled", do=send, is_wrong=True),
    filled("applications:member", 1),
    Stop("applications:member", "couple", lambda world: ([2], ""), do=send, is_wrong=True),
    filled("applications:member-residence", 1),
    filled("applications:member-remove", 1),
    filled("applications:review"),
    Stop("applications:review", "beginner"),
    Stop("applications:review", "too_rich"),
    *asked("applications:payment", "couple"),
    Stop("applications:sandbox-bank", "payer", lambda world: ([world.payer.payment.pk], "")),
    Stop("applications:receipt", "owner"),
    *asked("applications:lookup"),
    Stop("applications:lookup", do=look_up_strange, is_wrong=True),
    Stop("applications:lookup", do=look_up_own),
]

VERIFYING = [
    Stop("verify:home", "ballot"),
    ballot("verify:ballot"),
    ballot("verify:attempt", 1),
    ballot("verify:intake_log"),
    Stop("verify:intake_log", find_rest=lambda world: ([world.exercise.code], "")),
    ballot("verify:recompute"),
    ballot("verify:fairness"),
    ballot("verify:notice"),
    Stop("verify:look_up", "ballot"),
    number(lambda world: 10_000_003),
    number(lambda world: 10_000_003, "&attempt=1"),
    number(lambda world: world.reinstated),
    number(lambda world: world.excluded),
    replace(number(lambda world: "nothing"), is_wrong=True),
    Stop(
        "verify:look_up",
        find_rest=lambda world: ([], f"?exercise={world.exercise.code}&number=10000002"),
    ),
]
