"""What an applicant sees of an unsent form after closing, until it is deleted."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from applications.forms.phrases import say_date, say_moment
from applications.models import Draft, Exercise
from applications.selectors.payments import find_pending_of, has_unmatched_money
from applications.views.summaries import list_summaries


def show_closed(request: HttpRequest, draft: Draft) -> HttpResponse:
    """
    Say that the exercise has closed without this application, and show what was typed.

    Of a press before closing that still counts nobody is told that it came to nothing.
    """
    if find_pending_of(draft):
        return redirect("applications:payment-under-way")
    exercise = draft.exercise
    context = {
        "exercise": exercise,
        "summaries": list_summaries(draft.answers, exercise.parsed_terms),
        "closed": say_moment(exercise.closes_at),
        "deleted_on": say_deletion(exercise),
        "is_paid": has_unmatched_money(draft),
    }
    return render(request, "applications/apply/closed.html", context)


def say_deletion(exercise: Exercise) -> str:
    """Write the day from which drafts of an exercise are deleted."""
    return say_date(timezone.localtime(exercise.closes_at + settings.DRAFT_KEPT).date())
