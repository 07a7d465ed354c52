"""Pages that somebody left half typed: kept as they were, and shown so again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from applications.forms.sections import SectionForm
from applications.models import Draft
from applications.services.drafts import keep_unfinished_page, list_unfinished_pages
from applications.views.pages import Page
from applications.views.typed_boxes import list_typed

LATER = "later"
# More than fits any question; a draft does not grow by what nobody types.
LONGEST_ANSWER = 2000
MOST_ANSWERS = 20


def name_unfinished(page: Page) -> str:
    """Name a page among those that are unfinished."""
    return f"{page.name}-{page.position}" if page.position else page.name


def list_unfinished_members(draft: Draft) -> list[str]:
    """List the unfinished pages about members, whose places change when one is taken off."""
    return [name for name in list_unfinished_pages(draft) if name.startswith("member-")]


def has_box(page: Page, name: str) -> bool:
    """Tell whether a page has a box of this name; a date has three of its question's name."""
    asked = page.form.base_fields
    return name in asked or name.rpartition("-")[0] in asked


def keep_as_typed(request: HttpRequest, draft: Draft, page: Page) -> None:
    """Keep a page that is wrong or not finished, for whoever reloads it or leaves; no empty one."""
    typed: dict[str, list[str]] = {}
    for name, value in list_typed(request):
        if has_box(page, name) and len(typed.setdefault(name, [])) < MOST_ANSWERS:
            typed[name].append(value[:LONGEST_ANSWER])
    if any(value.strip() for values in typed.values() for value in values):
        keep_unfinished_page(draft_id=draft.pk, page=name_unfinished(page), typed=typed)


def keep_for_later(request: HttpRequest, draft: Draft, page: Page) -> HttpResponse:
    """Keep a page that is not finished, and show how to come back."""
    keep_as_typed(request, draft, page)
    text = _("What you typed on “%(page)s” is kept. You can finish that page when you come back.")
    messages.success(request, text % {"page": page.title})
    return redirect("applications:later")


def show_unfinished(request: HttpRequest, draft: Draft, page: Page, form: SectionForm) -> None:
    """Show what was typed on a page and not finished, in place of what is saved of it."""
    typed = list_unfinished_pages(draft).get(name_unfinished(page))
    if typed is None:
        return
    form.show_as_typed(MultiValueDict(typed))
    text = _(
        "You had not finished this page. Here is what you typed; it is not saved as an answer."
    )
    messages.info(request, text)
