"""How an application stands, for whoever holds its number and the applicant's identity number."""

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from applications.forms.choices import CATEGORIES, TRACKS
from applications.forms.explanations import explain_reason, say_moment
from applications.forms.look_up import LookUpForm
from applications.models import Application
from applications.policy.household import Category
from applications.selectors.look_ups import find_application, get_application
from applications.views.rate_limits import is_over_limit
from applications.views.receipt import answer_pdf
from applications.views.start import get_title

TRIES = 10
WINDOW_SECONDS = 600
PASS_SALT = "applications.status"  # noqa: S105 - a purpose, not a secret
PASS_SECONDS = 900


@require_http_methods(["GET", "POST"])
@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """
    Ask for the two numbers and show how the application stands, or that there is none.

    An unknown number and a wrong identity number get the same answer. What was found once may be
    shown again for a quarter of an hour by a signed pass in the page's own forms, so neither the
    other language nor the PDF needs anything in an address.
    """
    if request.method == "POST" and (application := read_pass(request)):
        return show_status(request, application)
    form = LookUpForm(request.POST if is_try(request) else None)
    if is_try(request):
        if is_over_limit(request, action="look-up", tries=TRIES, window_seconds=WINDOW_SECONDS):
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


@require_POST
@never_cache
def download_receipt(request: HttpRequest) -> HttpResponse:
    """Give the PDF of an application that was looked up a moment ago."""
    application = read_pass(request)
    return answer_pdf(application) if application else redirect("applications:lookup")


def is_try(request: HttpRequest) -> bool:
    """Tell whether somebody has typed numbers, and not merely asked for the other language."""
    return request.method == "POST" and "number" in request.POST


def show_status(request: HttpRequest, application: Application) -> HttpResponse:
    """Show the state of an application without naming anybody."""
    terms = application.exercise.parsed_terms
    context = {
        "exercise": application.exercise,
        "exercise_title": get_title(application.exercise),
        "application": application,
        "received": say_moment(application.received_at),
        "category": CATEGORIES[application.category],
        "track": TRACKS[application.track],
        "reasons": list_reasons(application),
        "pass": signing.dumps(application.pk, salt=PASS_SALT),
        "closes": say_moment(terms.closes_at),
    }
    return render(request, "applications/status.html", context)


def read_pass(request: HttpRequest) -> Application | None:
    """Return the application that this page's own pass speaks of, unless it is stale or forged."""
    try:
        pk = signing.loads(request.POST.get("pass", ""), salt=PASS_SALT, max_age=PASS_SECONDS)
    except signing.BadSignature:
        return None
    return get_application(pk)


def list_reasons(application: Application) -> list[Mapping[str, Any]]:
    """List what the last screening found, each with its rule and the person's place on the form."""
    terms = application.exercise.parsed_terms
    last = application.screenings.order_by("sequence").last()
    category = Category(application.category)
    findings = (finding.partition(":") for finding in (last.findings if last else ()))
    return [
        {
            "text": explain_reason(code, terms, category),
            "whose": say_place(int(position)) if position else "",
        }
        for code, _separator, position in findings
    ]


def say_place(position: int) -> str:
    """Name somebody by his or her place on the form; 0 is the applicant."""
    if position == 0:
        return _("The applicant")
    return _("Person %(position)s on the form") % {"position": position + 1}
