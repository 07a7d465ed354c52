"""Which attempt of a ballot a public address is about, and where the others are."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from lottery.forms.confirmation import read_attempt
from lottery.models import Draw
from lottery.selectors.progress import BallotProgress, find_published
from lottery.selectors.published import find_newest_drawn, list_public_attempts


def get_published_or_404(code: str, attempt: int | None = None) -> BallotProgress:
    """Find an attempt whose commitment is public, the newest when none is named."""
    progress = find_published(code, attempt)
    if progress is None:
        raise Http404
    return progress


def get_asked_or_404(request: HttpRequest, code: str) -> BallotProgress:
    """Find the attempt that ``?attempt=`` names, the newest published one without it."""
    return get_published_or_404(code, read_attempt_or_404(request))


def get_drawn_or_404(request: HttpRequest, code: str) -> BallotProgress:
    """Find the attempt that ``?attempt=`` names, once it has been drawn; else the newest drawn."""
    attempt = read_attempt_or_404(request)
    progress = get_published_or_404(code, attempt or find_newest_drawn(code))
    if progress.draw is None:
        raise Http404
    return progress


def get_draw_or_404(request: HttpRequest, code: str) -> Draw:
    """Find the draw of that attempt."""
    return get_drawn_or_404(request, code).get_draw()


def read_attempt_or_404(request: HttpRequest) -> int | None:
    """Read ``?attempt=``; what is no number names no attempt."""
    attempt = read_attempt(request.GET)
    if attempt is None and request.GET.get("attempt"):
        raise Http404
    return attempt


def describe_attempts(progress: BallotProgress) -> dict[str, Any]:
    """Say which attempt this is, why another followed, and where the others are."""
    public = list_public_attempts(progress.exercise)
    is_newest = max(row.attempt for row in public if row.is_published) == progress.attempt
    return {
        "attempt": progress.attempt,
        "attempts": public,
        "others": [row for row in public if row.is_published and row.attempt != progress.attempt],
        "is_newest": is_newest,
        "query": "" if is_newest else f"?attempt={progress.attempt}",
        "ballot_url": get_ballot_url(progress, is_newest=is_newest),
    }


def get_ballot_url(progress: BallotProgress, *, is_newest: bool) -> str:
    """Return the address of an attempt's page."""
    code = progress.exercise.code
    if is_newest:
        return reverse("verify:ballot", args=[code])
    return reverse("verify:attempt", args=[code, progress.attempt])
