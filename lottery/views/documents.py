"""The documents of a draw for printing: its ranking list and its certificate."""

from typing import IO

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from applications.pdf.layout import CHINESE_FIRST, ENGLISH_FIRST
from applications.selectors.clock import read_clock
from lottery.models import Draw
from lottery.services.draw_certificates import open_draw_certificate
from lottery.services.ranking_lists import count_parts, open_ranking_list
from lottery.views.attempts import get_draw_or_404

LONGEST_PART = 4


@require_safe
def download_ranking_list(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the ranking list, or with ``?part=2`` a further part of a long one."""
    draw = get_draw_or_404(request, code)
    part = _read_part_or_404(request, draw)
    file = open_ranking_list(draw=draw, part=part, first_language=get_first_language())
    name = f"ranking-{name_attempt(draw)}"
    return answer_pdf(file, f"{name}-{part}.pdf" if count_parts(draw) > 1 else f"{name}.pdf")


@require_safe
def download_certificate(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the certificate of a draw as it stands now, signed where there is a key."""
    draw = get_draw_or_404(request, code)
    file = open_draw_certificate(
        draw=draw, first_language=get_first_language(), read_clock=read_clock
    )
    return answer_pdf(file, f"certificate-{name_attempt(draw)}.pdf")


def answer_pdf(file: IO[bytes], name: str) -> HttpResponseBase:
    """Stream a document, which whoever keeps it has to ask for again: it may have news."""
    response = FileResponse(file, filename=name, content_type="application/pdf")
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _read_part_or_404(request: HttpRequest, draw: Draw) -> int:
    text = request.GET.get("part", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_PART):
        raise Http404
    if not 1 <= int(text) <= count_parts(draw):
        raise Http404
    return int(text)


def name_attempt(draw: Draw) -> str:
    """Name a draw in the name of a file."""
    register = draw.ceremony.publication.register
    return f"{register.exercise.code}-{register.attempt}"


def get_first_language() -> str:
    """Return the reader's language, in which a bilingual document begins."""
    return ENGLISH_FIRST if get_language() == ENGLISH_FIRST else CHINESE_FIRST
