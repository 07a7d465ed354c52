"""The boxes of a page as they come from a browser: what was typed, and which button was pressed."""

from django.http import HttpRequest

SWITCH = "switch_language"
AGAIN = "again"  # what that button would send on a page that we show again by ourselves
CODE = "resume_code"
BEGIN = "begin_again"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a box
NOT_TYPED = {SWITCH, CODE, BEGIN, TOKEN}


def is_sent(request: HttpRequest) -> bool:
    """Tell whether a page was sent to be taken, and not merely asked for in the other language."""
    return request.method == "POST" and not is_switching_language(request)


def is_switching_language(request: HttpRequest) -> bool:
    """Tell whether a page is asked for in the other language; what was typed stays on it."""
    return SWITCH in request.POST


def is_shown_again(request: HttpRequest) -> bool:
    """
    Tell whether a page is only shown again, for its reader to judge.

    Another site may have filled it, so what is on it is not even kept as unfinished.
    """
    return request.POST.get(SWITCH) == AGAIN


def list_typed(request: HttpRequest) -> list[tuple[str, str]]:
    """List the boxes of a page and what was typed into each."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
        for value in values
    ]
