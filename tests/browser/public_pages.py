"""
The table of the public pages: every address of the applicant's side and of the verifying side.

A test compares it with the URL conf, so a page that is added and not entered here fails. A page may
be entered more than once: empty, with its errors, and filled in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from applications.models import Draft
from applications.selectors.clock import read_clock
from applications.services.drafts import save_draft
from applications.views.pages import ALL_PAGES
from tests.factories import make_person

MAIN_BUTTON = "main form button.govuk-button:not(.govuk-button--secondary)"
BALLOT = "BALLOT2024"

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


def open_details(page, world):
    """Open whatever is folded."""
    for summary in page.locator("summary").all():
        summary.click()


def send(page, world, button=MAIN_BUTTON):
    """Press the page's own button."""
    with page.expect_navigation():
        page.locator(button).last.click()


def send_second(page, world):
    """Press the button of a page that has only one of the second rank."""
    send(page, world, "main form button.govuk-button--secondary[type=submit]")


def check_oneself(page, world):
    """Answer the questions of the eligibility check."""
    page.check("[name=household] >> nth=0")
    page.check("[name=spouse] >> nth=0")
    for part, number in (("day", "17"), ("month", "5"), ("year", "1990")):
        page.fill(f"[name=birth_date-{part}]", number)
    for name in ("has_lived_here", "income", "assets", "has_owned", "has_been_subsidised"):
        page.check(f"[name={name}] >> nth=0")
    send(page, world)


def work_income_out(page, world):
    """Type an amount and wait for the sum that comes by itself."""
    page.locator("#page-form input[inputmode]").first.fill("30000")
    page.locator("#sum dl").wait_for()


def type_no_amount(page, world):
    """Type words where an amount is asked."""
    page.locator("#page-form input[inputmode]").first.fill("much")
    send_second(page, world)


def be_overtaken(page, world):
    """Press the button after another window has saved the draft."""
    draft = Draft.objects.get(pk=world.unsettled.pk)
    save_draft(
        draft_id=draft.pk,
        changes={"monthly_income_hkd": 1_000 + draft.version},
        seen_version=draft.version,
        saved_at=read_clock(),
    )
    page.fill("[name=monthly_income_hkd]", "20,000")
    send(page, world)


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


def go_to_contact(page, world):
    """Go from the own application to its contact details."""
    look_up_own(page, world)
    send(page, world, "button[formaction$='/contact/']")


def go_to_withdrawal(page, world):
    """Go from the own application to its withdrawal."""
    look_up_own(page, world)
    send(page, world, "button[formaction$='/withdraw/']")


def send_contact(page, world):
    """Send the change of contact details without the date of birth."""
    go_to_contact(page, world)
    send(page, world)


def send_withdrawal(page, world):
    """Send the withdrawal without the date of birth."""
    go_to_withdrawal(page, world)
    send(page, world)


def check_eligibility(page, world, **changes):
    """Answer the eligibility check; nothing speaks against it unless an answer is changed."""
    answers = {
        "household": "FAMILY",
        "spouse": "ON_FORM",
        "has_lived_here": "yes",
        "income": "FAMILY",
        "assets": "ONE_PERSON",
        "has_owned": "no",
        "has_been_subsidised": "no",
    }
    for name, value in (answers | changes).items():
        page.check(f"[name={name}][value={value}]")
    for part, typed in (("day", "17"), ("month", "5"), ("year", "1990")):
        page.fill(f"[name=birth_date-{part}]", typed)
    send(page, world)


def fail_eligibility(page, world):
    """Answer the eligibility check so that a good deal speaks against it."""
    check_eligibility(
        page, world, spouse="ELSEWHERE", has_lived_here="no", income="ABOVE", has_owned="yes"
    )


def work_out(page, world):
    """Type into the calculator what is far above the limit, and wait for the sum."""
    page.fill("[name=work-0]", "99,000")
    page.wait_for_selector("#sum [name=use]")


def work_out_nonsense(page, world):
    """Press the calculator's button with an amount that is none."""
    page.fill("[name=work-0]", "三萬")
    with page.expect_navigation():
        page.keyboard.press("Enter")


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
    *asked("applications:eligibility"),
    Stop("applications:eligibility", do=check_oneself),
    *asked("applications:resume"),
    Stop("applications:resume-link", find_rest=lambda world: ([world.couple.resume_code], "")),
    *asked("applications:eligibility"),
    Stop("applications:eligibility", do=check_eligibility),
    Stop("applications:eligibility", do=fail_eligibility),
    Stop("applications:calculator", "couple"),
    Stop("applications:calculator", "couple", do=work_out),
    Stop("applications:calculator", "couple", do=work_out_nonsense, is_wrong=True),
    Stop("applications:tasks", "beginner"),
    Stop("applications:tasks", "couple"),
    Stop("applications:tasks", "late"),
    Stop("applications:later", "beginner"),
    Stop("applications:later", "beginner", do=send_second, is_wrong=True),
    Stop("applications:calculator", "couple", do=work_income_out),
    Stop("applications:calculator", "couple", do=type_no_amount, is_wrong=True),
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
