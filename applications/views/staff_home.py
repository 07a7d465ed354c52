"""Where staff arrive: every exercise, where it stands, and what they may do with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from applications.selectors.clock import read_clock
from applications.selectors.exercises import list_exercises
from applications.selectors.messages import count_given_up
from applications.services.payment_providers import get_provider
from applications.views.rights import Right, has_right, requires


@require_GET
@requires(Right.SEE_COUNTS)
def show_home(request: HttpRequest) -> HttpResponse:
    """List the exercises with the ways to their pages."""
    may_settle = has_right(request.user, Right.SETTLE_MATTERS)
    context = {
        "overviews": list_exercises(at=read_clock()),
        "may_settle": may_settle,
        "given_up": count_given_up() if may_settle else {},
        "is_sandbox": get_provider().IS_SANDBOX,
        "may_run_ballot": has_right(request.user, Right.RUN_BALLOT),
    }
    return render(request, "staff/home.html", context)
