"""The counter: a clerk keys a paper form on one page and hands over its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.forms.keying import PaperFormPage
from applications.forms.messages import describe_code
from applications.models import Application, Exercise
from applications.policy.errors import InvalidValue, Refusal
from applications.policy.hkid import normalise_hkic
from applications.policy.household import ApplicationDocument
from applications.selectors.appearances import (
    Appearance,
    find_appearances_of_hkic,
    find_appearances_of_household,
)
from applications.selectors.batches import find_open_batches
from applications.selectors.clock import read_clock
from applications.selectors.outlooks import foresee_screening
from applications.services.keying import key_paper_form
from applications.views.exercise_pages import for_exercise, go_to_current
from applications.views.rights import Right, requires

SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the clerk must know of one person: on which applications he or she stands already."""

    appearances: Sequence[Appearance]
    fault: str = ""


@require_GET
@requires(Right.KEY_FORMS)
def choose_keying(request: HttpRequest) -> HttpResponse:
    """Lead to the keying page of the exercise that staff work on now."""
    return go_to_current(request, "staff:key_paper")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.KEY_FORMS)
@for_exercise
def key_paper(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """
    Show the page; store what was keyed.

    A person who is on another form is shown once before anything is stored. The numbers that the
    clerk has seen come back with the form, whether the page showed them while it was typed or
    after the first press of the button.
    """
    now = read_clock()
    if request.method != "POST":
        batch = find_open_batches(exercise).filter(code=request.GET.get("batch", "")).first()
        return show_page(request, PaperFormPage(exercise=exercise, now=now, batch=batch))
    if "add_member" in request.POST:
        page = PaperFormPage.with_another_member(exercise=exercise, now=now, data=request.POST)
        return show_page(request, page, added=True)
    page = PaperFormPage(exercise=exercise, now=now, data=request.POST)
    document = page.read_document()
    if document is None:
        return show_page(request, page)
    return store_form(request, page, document)


def store_form(
    request: HttpRequest, page: PaperFormPage, document: ApplicationDocument
) -> HttpResponse:
    """Store a well-formed document, unless the clerk has to look at something first."""
    notices = find_notices(page, document)
    seen = set(request.POST.getlist(SEEN))
    if any(str(one.number) not in seen for each in notices.values() for one in each.appearances):
        return show_page(request, page, notices=notices, asks=True)
    try:
        application, _is_new = key_paper_form(
            exercise=page.exercise,
            document=document,
            submission_key=page.submission_key,
            keyed_at=page.now,
            officer=request.user,  # type: ignore[arg-type]
            batch=page.batch,
        )
    except Refusal as refusal:  # shown beside its field: nothing that was typed is lost
        page.show_refusal(refusal)
        return show_page(request, page, notices=notices)
    return redirect("staff:keyed", page.exercise.code, application.number)


def find_notices(page: PaperFormPage, document: ApplicationDocument) -> dict[str, Notice]:
    """Find what the clerk must know, by the prefix of the person's form."""
    found = find_appearances_of_household(
        exercise=page.exercise, document=document, submission_key=page.submission_key
    )
    return {
        str(form.prefix): Notice(appearances)
        for form, appearances in zip(page.person_forms, found, strict=True)
        if appearances
    }


def show_page(
    request: HttpRequest,
    page: PaperFormPage,
    *,
    notices: dict[str, Notice] | None = None,
    added: bool = False,
    asks: bool = False,
) -> HttpResponse:
    """Show the page with the cursor where the clerk goes on: an error, a new row, the start."""
    wrong = next(page.list_wrong_fields(), None)
    context: dict[str, Any] = {
        "exercise": page.exercise,
        "page": page,
        "people": [
            {"form": form, "notice": (notices or {}).get(str(form.prefix))}
            for form in page.members.forms
        ],
        "applicant_notice": (notices or {}).get("applicant"),
        "asks": asks,
    }
    if wrong is not None:
        wrong.field.widget.attrs["autofocus"] = True
    elif added:
        page.members.forms[-1].fields["relationship"].widget.attrs["autofocus"] = True
    elif not asks:
        page.arrival.fields["form_serial"].widget.attrs["autofocus"] = True
    return render(request, "staff/keying.html", context)


@require_POST
@requires(Right.KEY_FORMS)
@for_exercise
def check_person(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """
    Say as soon as a number is typed on which applications its holder stands already.

    The number is in the body, so it is in no log and no history. A clerk sees numbers, no names.
    """
    name = next((name for name in request.POST if name.endswith("-hkic")), "")
    typed = request.POST.get(name, "")
    if not typed.strip():
        return HttpResponse()
    try:
        hkic = normalise_hkic(typed)
    except InvalidValue as fault:  # the page says so at once; the field says so again when saved
        notice = Notice((), describe_code(fault.code, **fault.params))
    else:
        notice = Notice(find_appearances_of_hkic(exercise=exercise, hkic=hkic))
    return render(request, "staff/person_notice.html", {"notice": notice})


@require_GET
@requires(Right.KEY_FORMS)
@for_exercise
def show_keyed(request: HttpRequest, exercise: Exercise, number: int) -> HttpResponse:
    """Show the number, how the form will be judged, and the way to the receipt."""
    application = get_object_or_404(
        Application.objects.select_related("paper_form__batch"),
        exercise=exercise,
        number=number,
        channel="PAPER",
    )
    application.exercise = exercise
    context = {
        "exercise": exercise,
        "application": application,
        "outlook": foresee_screening(application),
    }
    return render(request, "staff/keyed.html", context)
