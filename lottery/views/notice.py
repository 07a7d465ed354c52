"""For the public: the signed notice of a commitment, its timestamp, and how to check both."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from applications.forms.messages import describe_code
from lottery.models import Publication
from lottery.selectors.notices import find_notice, find_timestamp_request
from lottery.selectors.progress import BallotProgress
from lottery.services.signing import get_certificate_pem, get_signer_pem
from lottery.views.attempts import get_asked_or_404

PEM = "application/x-pem-file"
HTTP_FAULT = "HTTP_"


@require_safe
def show_notice(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was handed out with a commitment."""
    progress = get_asked_or_404(request, code)
    return render(request, "lottery/verify/notice.html", describe_notice(progress))


@require_safe
def download(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Give one of the files, byte by byte as it was signed or hashed."""
    publication = get_asked_or_404(request, code).get_publication()
    content, content_type = _find_file(publication, name)
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=content_type)
    # commitment.txt keeps its name: it is the one that all the commands speak of.
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_safe
def show_signer_key(request: HttpRequest) -> HttpResponse:
    """Give the public key of the portal's signatures, for ``openssl dgst -verify``."""
    return HttpResponse(get_signer_pem(), content_type=PEM)


@require_safe
def show_signer_certificate(request: HttpRequest) -> HttpResponse:
    """Give the certificate of the portal's signatures, and its chain."""
    return HttpResponse(get_certificate_pem(), content_type=PEM)


def describe_notice(progress: BallotProgress) -> dict[str, Any]:
    """Gather what there is of a published commitment: notice, request, timestamp."""
    publication = progress.get_publication()
    owed = find_timestamp_request(publication)
    return {
        "progress": progress,
        "exercise": progress.exercise,
        "register": progress.get_register(),
        "query": f"?attempt={progress.attempt}",
        "publication": publication,
        "notice": find_notice(publication),
        "owed": owed,
        "token": getattr(owed, "token", None),
        "fault": say_fault(owed.last_fault) if owed and owed.last_fault else "",
    }


def say_fault(fault: str) -> str:
    """Say in the reader's language why the authority gave no timestamp."""
    if fault.startswith(HTTP_FAULT):
        status = fault.removeprefix(HTTP_FAULT)
        return gettext("The authority answered with HTTP status %(status)s.") % {"status": status}
    return describe_code(fault)


def _find_file(publication: Publication, name: str) -> tuple[bytes | None, str]:
    if name == "commitment.txt":
        text = publication.register.commitment_text
        return text.encode("ascii"), "text/plain; charset=us-ascii"
    if name == "notice.pdf":
        notice = find_notice(publication)
        return bytes(notice.pdf) if notice else None, "application/pdf"
    owed = find_timestamp_request(publication)
    if name == "commitment.tsq":
        return bytes(owed.request) if owed else None, "application/timestamp-query"
    token = getattr(owed, "token", None)
    return bytes(token.response) if token else None, "application/timestamp-reply"
