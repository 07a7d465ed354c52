"""The transcript as one file, for anybody."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import condition, require_safe

from lottery.selectors.progress import find_published
from lottery.services.transcripts import open_transcript_zip


def compute_etag(request: HttpRequest, code: str) -> str | None:
    """Name a transcript by what it cannot change after: its commitment and the time of its draw."""
    progress = find_published(code)
    if progress is None or progress.register is None or progress.draw is None:
        return None
    return f'"{progress.register.commitment_sha256}-{progress.draw.run_at.timestamp()}"'


@require_safe
@condition(etag_func=compute_etag)
def download(request: HttpRequest, code: str) -> HttpResponseBase:
    """Stream the transcript of a draw as a ZIP file; there is none before the draw."""
    progress = find_published(code)
    if progress is None or progress.draw is None:
        raise Http404
    return FileResponse(
        open_transcript_zip(draw=progress.draw),
        as_attachment=True,
        filename=f"transcript-{code}-1.zip",
        content_type="application/zip",
    )
