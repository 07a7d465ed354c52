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
from tests.browser.page_deeds import (
    be_overtaken,
    check_eligibility,
    fail_eligibility,
    go_to_contact,
    go_to_withdrawal,
    look_up_own,
    look_up_strange,
    open_details,
    send,
    send_contact,
    send_second,
    send_withdrawal,
    work_out,
    work_out_nonsense,
)

# Addresses that are no pages: files, and what only leads on.
NOT_PAGES = {
    "applications:begin",
    "applications:payment-fps-picture",
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


@dataclass(frozen=True)
class Stop:
    """
    One look at one page.

    :param name: of the address in the URL conf.
    :param opens_at: the address that leads to it, where nobody opens it itself.
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
    opens_at: str = ""

    def __str__(self):
        return f"{self.name} for the {self.scene}, after {self.do.__name__}"

    def find_address(self, world):
        """Give the page's path and query, in the language that is active."""
        arguments, query = self.find_rest(world)
        return reverse(self.opens_at or self.name, args=arguments) + query


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


LOOK_UP = "applications:lookup"
OWN_DEEDS = [
    ("applications:contact-change", go_to_contact),
    ("applications:contact-change", send_contact),
    ("applications:withdraw", go_to_withdrawal),
    ("applications:withdraw", send_withdrawal),
]
APPLYING = [
    Stop("applications:start"),
    Stop("applications:start", "couple"),
    Stop("applications:start", "owner"),
    Stop("applications:accessibility"),
    Stop("applications:privacy"),
    *asked("applications:resume"),
    Stop("applications:resume-link", find_rest=lambda world: ([world.couple.resume_code], "")),
    *asked("applications:eligibility"),
    Stop("applications:eligibility", do=check_eligibility),
    Stop("applications:eligibility", do=fail_eligibility),
    Stop("applications:calculator", "couple", do=work_out),
    Stop("applications:calculator", "couple", do=work_out_nonsense, is_wrong=True),
    Stop("applications:tasks", "beginner"),
    Stop("applications:tasks", "couple"),
    Stop("applications:tasks", "late"),
    Stop("applications:later", "beginner"),
    Stop("applications:later", "beginner", do=send_second, is_wrong=True),
    Stop("applications:income", "unsettled", do=be_overtaken),
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
    Stop("applications:payment-under-way", "payer"),
    Stop("applications:payment-fps", "payer"),
    Stop("applications:payment-waiting", "payer"),
    Stop("applications:receipt", "owner"),
    *asked("applications:lookup"),
    Stop("applications:lookup", do=look_up_strange, is_wrong=True),
    Stop("applications:lookup", do=look_up_own),
    *(
        Stop(name, do=do, is_wrong=do in {send_contact, send_withdrawal}, opens_at=LOOK_UP)
        for name, do in OWN_DEEDS
    ),
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
