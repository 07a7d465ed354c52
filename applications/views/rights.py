"""Who of the staff may do what: one table, and the guard that every staff page stands behind."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from applications.models import Officer

UNAUTHORISED = 401

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Right(StrEnum):
    """What a staff page asks for."""

    SEE_COUNTS = "SEE_COUNTS"
    KEY_FORMS = "KEY_FORMS"
    READ_APPLICATIONS = "READ_APPLICATIONS"
    SETTLE_MATTERS = "SETTLE_MATTERS"
    RUN_BALLOT = "RUN_BALLOT"


RIGHTS: Mapping[str, frozenset[Right]] = {
    Officer.Role.CLERK.value: frozenset(
        {Right.SEE_COUNTS, Right.KEY_FORMS, Right.READ_APPLICATIONS}
    ),
    Officer.Role.OFFICER.value: frozenset(Right),
}


def has_right(officer: object, right: Right) -> bool:
    """Tell whether somebody is an officer whose role has this right."""
    return (
        isinstance(officer, Officer)
        and officer.is_active
        and right in RIGHTS.get(officer.role, frozenset())
    )


def requires(right: Right) -> Callable[[View], View]:
    """
    Let only officers with this right see a page.

    Whoever is not signed in is sent to the log-in and comes back; a signed-in officer without the
    right gets the page "you cannot open this page". A fragment that htmx asks for answers 401, so
    that no log-in page lands in the middle of another page.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if getattr(request, "htmx", False):
                    return HttpResponse(status=UNAUTHORISED)
                return redirect_to_login(request.get_full_path())
            if not has_right(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return guard
