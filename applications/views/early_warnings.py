"""Say early, and kindly, what would stand in the way at the end: before more pages, and any fee."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from applications.forms.explanations import get_limits_hkd
from applications.forms.household import IdentityForm
from applications.forms.phrases import say_hkd
from applications.forms.sections import SectionForm
from applications.models import Exercise
from applications.models.encrypted import hash_for_lookup
from applications.policy.household import Category
from applications.selectors.early_warnings import is_on_application
from applications.views.rate_limits import is_over_limit, read_client_address

MOST_PEOPLE = 20
WINDOW_SECONDS = 3600
AMOUNTS = ("monthly_income_hkd", "net_assets_hkd")


def warn_of_other_application(request: HttpRequest, exercise: Exercise, form: SectionForm) -> None:
    """
    Warn when the person of a page that has just been saved is on an application already.

    Only with the right date of birth, so that one page with a stranger's number tells nothing; and
    for a few people an hour, so nobody tries dates. The review, which takes a whole form, says it
    of the number alone: who mistyped a date must not pay for a form that voids another.
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


def warn_of_limit(
    request: HttpRequest, answers: Mapping[str, Any], form: SectionForm, *, title: str
) -> None:
    """Warn when an amount that has just been saved is above the limit of those on the form now."""
    category = Category.FAMILY if answers.get("members") else Category.ONE_PERSON
    limits_hkd = dict(zip(AMOUNTS, get_limits_hkd(form.terms, category), strict=True))
    for name in form.fields.keys() & limits_hkd.keys():
        amount_hkd, limit_hkd = form.cleaned_data[name], limits_hkd[name]
        if amount_hkd > limit_hkd:
            text = _(
                "%(title)s: %(amount)s is saved, but it is above the limit for the people on your "
                "form now, %(limit)s. Please check it: with this amount you cannot apply."
            )
            words = {"title": title, "amount": say_hkd(amount_hkd), "limit": say_hkd(limit_hkd)}
            messages.warning(request, text % words)


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
