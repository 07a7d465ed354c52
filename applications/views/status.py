"""How an application stands, for whoever holds its number and the applicant's identity number."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.forms.choices import CATEGORIES, TRACKS
from applications.forms.explanations import explain_with_rule
from applications.forms.look_up import LookUpForm
from applications.forms.phrases import say_moment, say_title
from applications.models import Application
from applications.policy.household import Category
from applications.policy.status import ApplicationState
from applications.selectors.clock import read_clock
from applications.selectors.exercises import takes_applications
from applications.selectors.freezing import is_frozen
from applications.selectors.look_ups import find_application, list_last_reasons
from applications.views.rate_limits import is_over_limit, is_subject_over_limit
from applications.views.receipt import answer_pdf
from applications.views.status_pass import FIELD, ask_again, give_pass, needs_pass, read_pass

TRIES = 10
TRIES_AT_ONE_NUMBER = 20
WINDOW_SECONDS = 600


@require_http_methods(["GET", "POST"])
@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """
    Ask for the two numbers and show how the application stands, or that there is none.

    An unknown number and a wrong identity number get the same answer. What was found once may be
    shown again for a quarter of an hour by a signed pass in the page's own forms, so neither the
    other language nor the PDF needs anything in an address.
    """
    if FIELD in request.POST:
        if application := read_pass(request):
            return show_status(request, application)
        ask_again(request)
    form = LookUpForm(request.POST if is_try(request) else None, label_suffix="")
    if is_try(request):
        if is_one_too_many(request, form):
            return render(request, "errors/429.html", status=429)
        if form.is_valid():
            application = find_application(**form.cleaned_data)
            if application:
                return show_status(request, application)
            form.add_error(
                None,
                _(
                    "We have no application with these two numbers. Please compare both with your "
                    "receipt and the identity card."
                ),
            )
    return render(request, "applications/lookup.html", {"form": form})


@needs_pass
def download_receipt(request: HttpRequest, application: Application) -> HttpResponse:
    """Give the PDF of an application that was looked up a moment ago."""
    return answer_pdf(application)


def is_try(request: HttpRequest) -> bool:
    """Tell whether somebody has typed numbers, and not merely asked for the other language."""
    return request.method == "POST" and "number" in request.POST


def is_one_too_many(request: HttpRequest, form: LookUpForm) -> bool:
    """Count a try, for the client and for both numbers; tell whether one of them had too many."""
    if is_over_limit(request, action="look-up", tries=TRIES, window_seconds=WINDOW_SECONDS):
        return True
    return form.is_valid() and has_been_tried_too_often(**form.cleaned_data)


def has_been_tried_too_often(*, number: int, hkic: str) -> bool:
    """
    Count a try at two numbers, from wherever it comes, whether or not there is such an application.

    Whoever knows one of them may be guessing the other.
    """
    tried = [
        is_subject_over_limit(
            subject, action="look-up", tries=TRIES_AT_ONE_NUMBER, window_seconds=WINDOW_SECONDS
        )
        for subject in (str(number), hkic)
    ]
    return any(tried)


def show_status(request: HttpRequest, application: Application, notice: str = "") -> HttpResponse:
    """
    Show the state of an application without naming anybody.

    :param notice: what has just been done, if anything.
    """
    exercise, terms = application.exercise, application.exercise.parsed_terms
    lookup_url = reverse("applications:lookup")
    context = {
        "exercise": exercise,
        "exercise_title": say_title(exercise),
        "application": application,
        "notice": notice,
        "received": say_moment(application.received_at),
        "withdrawn": say_moment(application.withdrawn_at) if application.withdrawn_at else "",
        "category": CATEGORIES[application.category],
        "track": TRACKS[application.track],
        "reasons": list_reasons(application),
        "can_withdraw": can_withdraw(application),
        "pass": give_pass(application),
        "is_open": takes_applications(exercise, at=read_clock()),
        "closes": say_moment(terms.closes_at),
        "lookup_url": lookup_url,
        # Not this page in the other language: it may be the answer to a deed.
        "switch_url": translate_url(lookup_url, "zh-hant" if get_language() == "en" else "en"),
    }
    return render(request, "applications/status.html", context)


def can_withdraw(application: Application) -> bool:
    """Tell whether the page offers to withdraw; the service decides."""
    is_withdrawn = application.state == ApplicationState.WITHDRAWN
    return not is_withdrawn and not is_frozen(application.exercise)


def list_reasons(application: Application) -> list[Mapping[str, Any]]:
    """List what the last screening found, each with its rule and the person's place on the form."""
    terms = application.exercise.parsed_terms
    category = Category(application.category)
    return [
        {
            **explain_with_rule(reason.code, terms, category)._asdict(),
            "whose": "" if reason.person is None else say_place(reason.person),
        }
        for reason in list_last_reasons(application)
    ]


def say_place(position: int) -> str:
    """Name somebody by his or her place on the form; 0 is the applicant."""
    if position == 0:
        return _("The applicant")
    return _("Person %(position)s on the form") % {"position": position + 1}
