"""A page of questions that came with a stale token, or with none."""

from django.http import HttpRequest, HttpResponse

from applications.views.ended_sessions import show_again
from applications.views.own_draft import find_draft
from applications.views.typed_boxes import NOT_TYPED


def show_page_as_typed(request: HttpRequest) -> HttpResponse | None:
    """
    Show a page of questions again with what was typed on it; ``None`` for any other page.

    Whoever sent it may have been another site, so nothing that it says is done: neither is a code
    tried nor a draft begun nor an answer saved. Somebody has to press a button of ours.
    """
    match = request.resolver_match
    if match is None or not getattr(match.func, "shows_typed", False) or not request.POST:
        return None
    if getattr(request, "htmx", False):
        return None
    if find_draft(request):
        show_again(request)
    else:
        typed = request.POST.copy()
        for name in NOT_TYPED:
            typed.pop(name, None)
        request.POST = typed  # type: ignore[assignment]
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if response.status_code == 200:
        response.status_code = 403
    return response
