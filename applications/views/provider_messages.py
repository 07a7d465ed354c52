"""Where a provider's messages arrive, by itself or with the browser of somebody who has paid."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from applications.models import Payment
from applications.selectors.clock import read_clock
from applications.services.payment_providers import get_provider
from applications.services.payments import record_message
from applications.views.own_draft import find_draft


@require_GET
@never_cache
def receive_return(request: HttpRequest) -> HttpResponseBase:
    """
    Take in somebody who comes back from the provider, with its signed answer or without one.

    They read on in the language in which they left, whatever the provider's page was in. A browser
    that is not the applicant's own is led to where a number and an identity card number are asked.
    """
    payment = _record_answer(request) if "message" in request.GET else None
    own = find_draft(request)
    draft = payment.draft if payment else own
    with translation.override(draft.language if draft else translation.get_language()):
        if own is None or draft is None or own.pk != draft.pk:
            return redirect("applications:lookup")
        is_submitted = draft.application_id is not None
        return redirect("applications:receipt" if is_submitted else "applications:payment-waiting")


@csrf_exempt
@require_POST
def receive_callback(request: HttpRequest) -> JsonResponse:
    """
    Take the provider's signed message from the provider itself; a header signs the body.

    The same message may have come before: the application is the same one. Whatever becomes of the
    money, a message that was recorded is acknowledged, or the provider would repeat it for days.
    """
    provider = get_provider()
    body = request.body.decode("utf-8", errors="replace")
    message = provider.read_message(body, request.headers.get(provider.SIGNATURE_HEADER, ""))
    if message is None:
        return JsonResponse({"state": "IGNORED"})
    recorded = record_message(message=message, recorded_at=read_clock())
    return JsonResponse(
        {
            "state": recorded.payment.state,
            "application_number": recorded.application.number if recorded.application else None,
            "code": recorded.refusal.code if recorded.refusal else None,
        }
    )


def _record_answer(request: HttpRequest) -> Payment | None:
    message = get_provider().read_message(request.GET["message"], request.GET.get("signature", ""))
    if message is None:
        return None
    return record_message(message=message, recorded_at=read_clock()).payment
