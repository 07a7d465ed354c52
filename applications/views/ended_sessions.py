"""
What was typed on a page whose session has ended: kept in the page itself until it can be saved.

It goes to and fro in hidden boxes and is shown in its own boxes again; it is saved only when its
reader presses the button once more, with a token that is fresh.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.forms.resume import ResumeCodeForm
from applications.models import Exercise
from applications.views.typed_boxes import AGAIN, BEGIN, CODE, SWITCH, is_sent, list_typed

# What these ask cannot be judged before the page with the same person's name.
LATER_PAGES = {"residence", "member-residence"}


def is_trying_code(request: HttpRequest) -> bool:
    """Tell whether somebody has typed a code, and not merely asked for the other language."""
    return CODE in request.POST and is_sent(request)


def comes_from_here(request: HttpRequest) -> bool:
    """
    Tell whether a page was sent by way of `ask_for_code`.

    Another site may have filled its hidden boxes, and its token is ours. So nothing of it is saved
    before its reader has seen it, even where the session had not ended at all.
    """
    return CODE in request.POST or BEGIN in request.POST


def ask_for_code(
    request: HttpRequest, form: ResumeCodeForm, exercises: list[Exercise]
) -> HttpResponse:
    """
    Ask for the code of the draft that a page belongs to, and keep what was typed on the page.

    :param exercises: those in which the reader can begin anew instead.
    """
    match = request.resolver_match
    stands_alone = match is not None and match.url_name not in LATER_PAGES
    context = {
        "form": form,
        "typed": list_typed(request),
        "exercises": exercises if stands_alone else [],
    }
    return render(request, "applications/resume_typed.html", context, status=403)


def show_again(request: HttpRequest, **replaced: str) -> None:
    """
    Let a page show what was typed, not yet judged, and say that it has not been saved.

    :param replaced: hidden boxes that get another value.
    """
    typed = QueryDict(mutable=True)
    for name, value in list_typed(request):
        typed.appendlist(name, value)
    for name, value in {**replaced, SWITCH: AGAIN}.items():
        typed[name] = value
    request.POST = typed  # type: ignore[assignment]
    messages.warning(
        request,
        _(
            "This page has not been saved yet. Nothing you typed is lost: please look through it "
            "and press “Save and continue” once more."
        ),
    )
