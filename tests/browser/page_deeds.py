"""What somebody does on a public page before it is looked at; each takes the page and the world."""

from applications.models import Draft
from applications.selectors.clock import read_clock
from applications.services.drafts import save_draft
from tests.factories import make_person

MAIN_BUTTON = "main form button.govuk-button:not(.govuk-button--secondary)"


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
