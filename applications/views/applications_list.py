"""Staff look applications up, and read everything that is stored of one."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from applications.forms.staff_search import FilterForm, SearchForm
from applications.models import Application, Exercise
from applications.pdf.receipt import render_receipt
from applications.selectors.case_files import (
    find_by_hkic,
    find_by_number,
    list_applications,
    read_case_file,
)
from applications.selectors.outlooks import foresee_screening
from applications.views.exercise_pages import for_exercise, go_to_current
from applications.views.receipt_content import compile_receipt
from applications.views.rights import Right, requires


@require_GET
@requires(Right.READ_APPLICATIONS)
def choose_applications(request: HttpRequest) -> HttpResponse:
    """Lead to the applications of the exercise that staff work on now."""
    return go_to_current(request, "staff:applications")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.READ_APPLICATIONS)
@never_cache
@for_exercise
def show_applications(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """
    List applications, newest first; look one up by a number sent in the body.

    One application found opens at once; several (the same person on several forms) are listed.
    """
    search = SearchForm(request.POST if request.method == "POST" else None)
    found: list[Application] | None = None
    if search.is_bound and search.is_valid():
        found = find_sought(exercise, search)
        if len(found) == 1:
            return redirect("staff:application", exercise.code, found[0].number)
    return render(request, "staff/applications.html", build_list(request, exercise, search, found))


def find_sought(exercise: Exercise, search: SearchForm) -> list[Application]:
    """Find what a valid search asks for."""
    if search.number is None:
        return find_by_hkic(exercise, search.hkic or "")
    application = find_by_number(exercise, search.number)
    return [application] if application else []


def build_list(
    request: HttpRequest, exercise: Exercise, search: SearchForm, found: list[Application] | None
) -> dict[str, Any]:
    """Gather the page: what was found, or one page of the narrowed list."""
    narrowed = FilterForm(request.GET)
    wanted = narrowed.wanted
    context = {"exercise": exercise, "search": search, "narrowed": narrowed, "is_search": False}
    if found is not None:
        return {**context, "applications": found, "is_search": True}
    before = narrowed.cleaned_data.get("older_than")
    listed = list_applications(exercise=exercise, wanted=wanted, older_than=before)
    return {
        **context,
        "applications": listed.applications,
        "older_query": listed.older_than and urlencode({**wanted, "older_than": listed.older_than}),
        "newest_query": before and urlencode(wanted),
    }


@require_GET
@requires(Right.READ_APPLICATIONS)
@never_cache
@for_exercise
def show_application(request: HttpRequest, exercise: Exercise, number: int) -> HttpResponse:
    """Show everything that is stored of one application."""
    application = find_application(exercise, number)
    context = {
        "exercise": exercise,
        "case": read_case_file(application),
        "application": application,
        "outlook": foresee_screening(application),
    }
    return render(request, "staff/application.html", context)


@require_GET
@requires(Right.READ_APPLICATIONS)
@never_cache
@for_exercise
def show_receipt(request: HttpRequest, exercise: Exercise, number: int) -> HttpResponse:
    """Show the application's receipt as a PDF in the browser, from where it is printed."""
    receipt = compile_receipt(find_application(exercise, number))
    response = HttpResponse(render_receipt(receipt), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="receipt-{number}.pdf"'
    return response


def find_application(exercise: Exercise, number: int) -> Application:
    """Find an application with what its page shows; an unknown number is a 404."""
    rows = Application.objects.select_related("paper_form__batch", "recorded_by")
    application = get_object_or_404(rows, exercise=exercise, number=number)
    application.exercise = exercise
    return application
