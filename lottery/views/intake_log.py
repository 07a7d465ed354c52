"""The intake log for anybody: a page, and the file that the verifier checks."""

from itertools import pairwise
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applications.models import Exercise
from lottery.models import IntakeHead
from lottery.selectors.intake_log import (
    find_last_head,
    find_signer_pem,
    list_heads,
    write_intake_log,
)
from lottery.selectors.progress import find_published


class HeadRow(NamedTuple):
    """A head of the log beside how much came in since the one before."""

    head: IntakeHead
    growth: int


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the daily heads, public from the first one on; before it, when the first will be."""
    exercise = get_object_or_404(Exercise, code=code)
    heads = list_heads(exercise)
    context = {
        "exercise": exercise,
        "rows": list_rows(heads),
        "is_published": find_published(code) is not None,
        **(_describe_last(heads[-1]) if heads else {}),
    }
    return render(request, "lottery/verify/intake_log.html", context)


@require_safe
def download(request: HttpRequest, code: str) -> HttpResponse:
    """Give intake-log.txt; there is none before the first head."""
    exercise = get_object_or_404(Exercise, code=code)
    if find_last_head(exercise) is None:
        raise Http404
    response = HttpResponse(write_intake_log(exercise), content_type="text/plain; charset=us-ascii")
    # It keeps its name: it is the one that all the commands speak of.
    response.headers["Content-Disposition"] = 'inline; filename="intake-log.txt"'
    return response


@require_safe
def download_signer(request: HttpRequest, code: str) -> HttpResponse:
    """Give the public key under which the last head is signed, as the transcript will have it."""
    pem = find_signer_pem(get_object_or_404(Exercise, code=code))
    if pem is None:
        raise Http404
    response = HttpResponse(pem, content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = 'inline; filename="intake-signer.pem"'
    return response


def list_rows(heads: list[IntakeHead]) -> list[HeadRow]:
    """Give each head its growth; the first one's is its size."""
    if not heads:
        return []
    growths = (later.size - earlier.size for earlier, later in pairwise(heads))
    return [HeadRow(*row) for row in zip(heads, (heads[0].size, *growths), strict=True)]


def _describe_last(last: IntakeHead) -> dict[str, Any]:
    return {
        "last": last,
        # Its line in the file: two lines stand above the first head's.
        "last_line": last.sequence + 2,
    }
