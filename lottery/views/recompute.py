"""A page on which the reader's own browser recomputes a draw."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lottery.services.transcripts import compute_transcript_version, measure_transcript
from lottery.views.attempts import get_drawn_or_404
from lottery.views.recompute_texts import TEXTS
from lottery.views.verify import describe_ballot


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page; what it does afterwards, it does in the browser."""
    progress = get_drawn_or_404(request, code)
    draw = progress.get_draw()
    context = {
        **describe_ballot(progress),
        "size": measure_transcript(draw=draw),
        "version": compute_transcript_version(draw=draw),
        "texts": TEXTS,
    }
    return render(request, "lottery/verify/recompute.html", context)
