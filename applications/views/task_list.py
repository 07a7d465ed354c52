"""The task list: every page of the form in its group, and how far each is."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms.household import MembersForm
from applications.models import Draft
from applications.selectors.clock import read_clock
from applications.selectors.payments import find_pending_of, has_unmatched_money
from applications.services.drafts import list_unfinished_pages
from applications.views import pages
from applications.views.pages import Page
from applications.views.progress import Progress
from applications.views.review import can_pay
from applications.views.unfinished_pages import name_unfinished

GROUPS: tuple[tuple[Promise, tuple[Page, ...]], ...] = (
    (gettext_lazy("Who applies"), (pages.APPLICANT, pages.RESIDENCE, pages.MEMBERS)),
    (gettext_lazy("What you earn and own"), (pages.INCOME, pages.ASSETS)),
    (
        gettext_lazy("The last questions"),
        (pages.YOUTH, pages.CONTACT, pages.DECLARATIONS),
    ),
)


def describe_tasks(draft: Draft, progress: Progress) -> dict[str, Any]:
    """Return the groups of tasks and how many of the pages are done."""
    listed = pages.list_pages(draft.exercise.parsed_terms)
    to_do = {pages.MEMBERS if page.position else page for page in progress.to_do}
    if lacks_spouse(draft):
        to_do.add(pages.MEMBERS)
    groups: list[dict[str, Any]] = [
        {
            "title": title,
            "tasks": [
                build_task(page, draft, is_done=page not in to_do)
                for page in group
                if page in listed
            ],
        }
        for title, group in GROUPS
    ]
    open_urls = (task["url"] for group in groups for task in group["tasks"] if not task["done"])
    return {
        "groups": groups,
        "next_url": next(filter(None, open_urls), ""),
        "last_tasks": list_last_tasks(draft, is_complete=progress.document is not None),
        "done_count": sum(page not in to_do for page in listed),
        "page_count": len(listed),
    }


def build_task(page: Page, draft: Draft, *, is_done: bool) -> dict[str, Any]:
    """Return one line of the task list."""
    if not is_done and not can_start(page, draft.answers):
        hint = _("First tell us who you are.")
        rest = {"status": _("Cannot start yet"), "done": False, "hint": hint}
        return {"text": page.title, "url": "", **rest}
    if page is pages.MEMBERS and lacks_spouse(draft):
        hint = _("You are married: your husband or wife must be on the form too.")
        rest = {"status": _("To do"), "done": False, "hint": hint}
        return {"text": page.title, "url": page.url, **rest}
    is_begun = has_begun(page, draft)
    status = _("Done") if is_done else (_("In progress") if is_begun else _("To do"))
    return {"text": page.title, "url": page.url, "status": status, "done": is_done}


def can_start(page: Page, answers: Mapping[str, Any]) -> bool:
    """Tell whether a page can be answered: where somebody has lived comes after the birth date."""
    return page is not pages.RESIDENCE or "birth_date" in (answers.get("applicant") or {})


def has_begun(page: Page, draft: Draft) -> bool:
    """Tell whether something of a page is answered, or has been worked out for it."""
    part = page.read_part(draft.answers)
    is_answered = any(part.get(name) is not None for name in page.form.answer_names)
    is_unfinished = name_unfinished(page) in list_unfinished_pages(draft)
    return is_answered or is_unfinished or page.name in draft.worksheet


def lacks_spouse(draft: Draft) -> bool:
    """Tell whether a married applicant's husband or wife is neither on the form nor excused."""
    answers = draft.answers
    form = MembersForm(part={}, answers=answers, terms=draft.exercise.parsed_terms)
    is_excused = bool((answers.get("applicant") or {}).get("spouse_absence"))
    return form.is_spouse_missing and not is_excused


def list_last_tasks(draft: Draft, *, is_complete: bool) -> list[dict[str, Any]]:
    """List what comes after the pages: looking everything through, and paying."""
    not_yet = _("Cannot start yet")
    review: dict[str, Any] = {"text": _("Check your answers"), "url": "", "status": not_yet}
    payment: dict[str, Any] = {"text": _("Pay the fee and send"), "url": "", "status": not_yet}
    if is_complete:
        review |= {"url": reverse("applications:review"), "status": _("To do")}
    if has_unmatched_money(draft):
        payment |= {"status": _("Paid")}
    elif find_pending_of(draft):
        under_way = reverse("applications:payment-under-way")
        payment |= {"url": under_way, "status": _("Payment under way")}
    elif is_complete and can_pay(draft, at=read_clock()):
        payment |= {"url": reverse("applications:payment"), "status": _("To do")}
    return [review, payment]
