"""The sandbox provider's own page: a bank for demonstrations, which knows nobody."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.forms.phrases import say_hkd
from applications.models import Payment
from applications.policy.fps_qr import read_fps_payload
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services.payment_providers import get_provider
from applications.services.sandbox_payments import find_outcome, take_answer
from applications.views.fps_code import build_fps_payload


@require_http_methods(["GET", "POST"])
@never_cache
def show_sandbox_bank(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """
    Be the bank: pay or decline, and send the signed answer back; or leave without an answer.

    It shows an amount and a method, for FPS what it reads from the code, and knows nothing of the
    applicant. There is no such page where a real provider takes the fees.
    """
    if not get_provider().IS_SANDBOX:
        raise Http404
    payment = get_object_or_404(Payment, pk=payment_id, draft__isnull=False)
    if request.method == "POST":
        kind = Payment.State.PAID if "pay" in request.POST else Payment.State.FAILED
        body, signature = take_answer(payment, kind=kind, happened_at=read_clock())
        answer = urlencode({"message": body, "signature": signature})
        return redirect(f"{reverse('payments:return')}?{answer}")
    outcome = find_outcome(payment, asked_at=read_clock())
    is_fps = payment.method == FeeMethod.FPS
    context = {
        "payment": payment,
        "amount": say_hkd(payment.amount_hkd),
        "is_paid": outcome is not None and outcome.kind == Payment.State.PAID,
        "is_closed": outcome is not None and outcome.kind == Payment.State.FAILED,
        "scanned": read_fps_payload(build_fps_payload(payment)) if is_fps else None,
    }
    return render(request, "applications/sandbox_bank.html", context)
