"""Say early, and kindly, that somebody is on another application already; never on which."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from applications.forms.household import IdentityForm
from applications.forms.sections import SectionForm
from applications.models import Exercise
from applications.models.encrypted import hash_for_lookup
from applications.selectors.early_warnings import is_on_application
from applications.views.rate_limits import is_over_limit, read_client_address

MOST_PEOPLE = 20
WINDOW_SECONDS = 3600


def warn_of_other_application(request: HttpRequest, exercise: Exercise, form: SectionForm) -> None:
    """
    Warn when the person of a page that has just been saved is on an application already.

    Only with the right date of birth, so whoever knows a stranger's number learns nothing; and for
    a few people an hour, so nobody tries dates. Beyond that the review says it, before any fee.
    """
    if not isinstance(form, IdentityForm):
        return
    identity_key = _hash_identity(form.cleaned_data)
    birth_date = form.cleaned_data["birth_date"]
    if _is_probing(request, f"{identity_key.hex()}|{birth_date}"):
        return
    if is_on_application(exercise=exercise, identity_key=identity_key, birth_date=birth_date):
        messages.warning(
            request,
            _(
                "What you typed is saved. But somebody with these details is already on an "
                "application in this exercise, and each person may be on one form only: otherwise "
                "all the forms concerned are void and the fees are kept. Please talk to the people "
                "on your form before you pay. We cannot say which application it is."
            ),
        )


def _hash_identity(answers: dict[str, Any]) -> bytes:
    if answers.get("hkic"):
        return hash_for_lookup("hkic", answers["hkic"])
    return hash_for_lookup("birth-certificate", answers["birth_certificate"])


def _is_probing(request: HttpRequest, person: str) -> bool:
    """Tell whether this client has asked about too many different people; again is not another."""
    asked = hash_for_lookup("early-warning", f"{read_client_address(request)}|{person}")
    key = f"early-warning:{asked.hex()}"
    if cache.get(key):
        return False
    limit = {"tries": MOST_PEOPLE, "window_seconds": WINDOW_SECONDS}
    if is_over_limit(request, action="early-warning", **limit):
        return True
    cache.set(key, True, WINDOW_SECONDS)
    return False
