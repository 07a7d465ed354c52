"""What the pages have in common whose deed asks for the applicant's date of birth first."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.forms.phrases import say_title
from applications.forms.sections import TypedForm
from applications.models import Application
from applications.views.rate_limits import is_over_limit, is_subject_over_limit
from applications.views.status_pass import give_pass
from applications.views.typed_boxes import is_sent, is_switching_language

ASKED = "asked"
TRIES = 10
WINDOW_SECONDS = 3600
DAY_SECONDS = 24 * 3600


def is_answered(request: HttpRequest) -> bool:
    """Tell whether the page's questions were answered, and not merely the page asked for."""
    return ASKED in request.POST and is_sent(request)


def is_one_too_many(request: HttpRequest, application: Application) -> bool:
    """
    Count a guess at the date of birth, for the client and for the application.

    There are some 10,000 dates to try; at ten a day an exercise is over before.
    """
    by_client = is_over_limit(
        request, action="birth-date", tries=TRIES, window_seconds=WINDOW_SECONDS
    )
    by_application = is_subject_over_limit(
        str(application.pk), action="birth-date", tries=TRIES, window_seconds=DAY_SECONDS
    )
    return by_client or by_application


def refuse_guesses(request: HttpRequest) -> HttpResponse:
    """Ask somebody who has guessed too often to wait."""
    why = _(
        "To protect everybody’s data we allow only a few attempts at the date of birth. "
        "Please try again tomorrow."
    )
    return render(request, "errors/429.html", {"why": why}, status=429)


def read_birth_date(application: Application) -> date:
    """Return the applicant's date of birth, which no page shows."""
    return application.people.get(position=0).birth_date


def show_deed(
    request: HttpRequest,
    application: Application,
    form: TypedForm,
    *,
    template: str,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show the page; what was typed stays when the reader only changes the language."""
    if is_switching_language(request):
        form.show_as_typed(request.POST)
    context = {
        "exercise": application.exercise,
        "exercise_title": say_title(application.exercise),
        "application": application,
        "form": form,
        "pass": give_pass(application),
        **more,
    }
    return render(request, template, context, status=status)
