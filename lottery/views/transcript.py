"""The transcript for anybody, as ZIP and file by file; of the attempt that ``?attempt=`` names."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from lottery.services.transcripts import (
    compute_transcript_version,
    open_transcript_file,
    open_transcript_zip,
)
from lottery.views.attempts import get_draw_or_404

A_YEAR_SECONDS = 365 * 24 * 3600


def compute_etag(request: HttpRequest, code: str, name: str = "") -> str:
    """Name what is at an address of the transcript by all that can change its bytes."""
    return f'"{compute_transcript_version(draw=get_draw_or_404(request, code))}"'


@require_safe
@condition(etag_func=compute_etag)
def download(request: HttpRequest, code: str) -> HttpResponseBase:
    """Stream the transcript of a draw as a ZIP file; there is none before the draw."""
    draw = get_draw_or_404(request, code)
    return FileResponse(
        open_transcript_zip(draw=draw),
        as_attachment=True,
        filename=f"transcript-{code}-{draw.ceremony.publication.register.attempt}.zip",
        content_type="application/zip",
    )


@require_safe
@condition(etag_func=compute_etag)
def show_file(request: HttpRequest, code: str, name: str) -> HttpResponseBase:
    """
    Stream one file of the transcript, byte by byte as it was hashed.

    With ``?v=<version>`` it is that version or nothing, and never changes; without, the newest.
    """
    draw = get_draw_or_404(request, code)
    asked = request.GET.get("v")
    if asked is not None and asked != compute_transcript_version(draw=draw):
        raise Http404
    file = open_transcript_file(draw=draw, name=name)
    if file is None:
        raise Http404
    response = FileResponse(file, content_type="text/plain; charset=us-ascii")
    if asked is None:
        patch_cache_control(response, public=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, immutable=True, max_age=A_YEAR_SECONDS)
    return response
