"""Officers look at each group of duplicates and settle it."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.selectors.duplicates import find_unsettled, list_unsettled_groups
from applications.services.settlements import settle_duplicates
from applications.views.exercise_pages import for_exercise
from applications.views.rights import Right, requires

NUMBER = re.compile(r"[0-9]{8}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.SETTLE_MATTERS)
@never_cache
@for_exercise
def show_duplicates(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """
    List the groups that no officer has settled, page by page; settle one or all that are shown.

    Each group comes back as the numbers that the officer saw, so nothing unseen is settled.
    """
    after = _read_after(request)
    if request.method == "POST":
        return _settle(request, exercise, after)
    listed = list_unsettled_groups(exercise, after=after)
    context = {
        "exercise": exercise,
        "listed": listed,
        "after": after,
        "unsettled_count": find_unsettled(exercise).count(),
    }
    return render(request, "staff/duplicates.html", context)


def _settle(request: HttpRequest, exercise: Exercise, after: int) -> HttpResponse:
    one = request.POST.getlist("group")
    shown = one or (request.POST.getlist("shown") if "all" in request.POST else [])
    settled = settle_duplicates(
        exercise=exercise,
        groups=[_read_numbers(text) for text in shown],
        officer=request.user,  # type: ignore[arg-type]
        settled_at=read_clock(),
    )
    if settled:
        told = ngettext("%(count)s group is settled.", "%(count)s groups are settled.", settled)
        messages.success(request, told % {"count": settled})
    address = reverse("staff:duplicates", args=[exercise.code])
    return redirect(f"{address}?after={after}" if after and one else address)


def _read_numbers(text: str) -> frozenset[int]:
    """Read the numbers of a group: ``10000012-10000034``."""
    return frozenset(int(number) for number in NUMBER.findall(text))


def _read_after(request: HttpRequest) -> int:
    text = request.GET.get("after", "")
    return int(text) if NUMBER.fullmatch(text) else 0
