"""Officers see which e-mails did not go and why, and have them sent again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.models import Exercise
from applications.selectors.clock import read_clock
from applications.selectors.messages import count_waiting, find_given_up, list_given_up
from applications.services.message_sending import send_again
from applications.views.exercise_pages import for_exercise
from applications.views.rights import Right, requires

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.SETTLE_MATTERS)
@never_cache
@for_exercise
def show_messages(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """List the e-mails that were given up; send one again, or all that are shown."""
    if request.method == "POST":
        return _send_again(request, exercise)
    context = {
        "exercise": exercise,
        "given_up": list_given_up(exercise, limit=SHOWN),
        "given_up_count": find_given_up(exercise).count(),
        "waiting": count_waiting(exercise),
    }
    return render(request, "staff/messages.html", context)


def _send_again(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    one = request.POST.getlist("message")
    chosen = one or (request.POST.getlist("shown") if "all" in request.POST else [])
    count = send_again(
        message_ids=[int(text) for text in chosen if text.isascii() and text.isdecimal()],
        exercise=exercise,
        officer=request.user,  # type: ignore[arg-type]
        ordered_at=read_clock(),
    )
    if count:
        told = ngettext(
            "%(count)s e-mail is being sent again.",
            "%(count)s e-mails are being sent again.",
            count,
        )
        messages.success(request, told % {"count": count})
    return redirect("staff:messages", exercise.code)
