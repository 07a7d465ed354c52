"""Paying the fee: the choice, the provider's hosted page, and what the provider answers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.forms.declarations import PaymentMethodForm
from applications.forms.explanations import say_hkd
from applications.models import Draft, Payment
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services.drafts import save_draft
from applications.services.payment_providers import get_provider
from applications.services.payments import open_payment, record_payment
from applications.services.sandbox_payments import take_answer
from applications.views.own_draft import SESSION_KEY, needs_draft
from applications.views.review import can_pay


@require_http_methods(["GET", "POST"])
@needs_draft
def choose_payment(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Ask how the fee is to be paid, and lead to the provider; nobody pays who cannot apply."""
    if not can_pay(draft):
        return redirect("applications:review")
    form = PaymentMethodForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        now = read_clock()
        save_draft(
            draft_id=draft.pk,
            changes={},
            seen_version=draft.version,
            saved_at=now,
            language=get_language(),
        )
        method = FeeMethod(form.cleaned_data["method"])
        payment = open_payment(draft_id=draft.pk, method=method, opened_at=now)
        return redirect(get_provider().get_hosted_page_url(payment))
    context = {
        "exercise": draft.exercise,
        "form": form,
        "fee": say_hkd(draft.exercise.parsed_terms.fee.application_hkd),
        "back_url": reverse("applications:review"),
    }
    return render(request, "applications/apply/payment.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def show_sandbox_bank(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """
    Be the sandbox provider's own page: pay or decline, and send the signed answer back.

    It shows an amount and a method and knows nothing of the applicant.
    """
    payment = get_object_or_404(Payment, pk=payment_id, draft__isnull=False)
    if request.method == "POST":
        kind = Payment.State.PAID if "pay" in request.POST else Payment.State.FAILED
        body, signature = take_answer(payment, kind=kind, happened_at=read_clock())
        answer = urlencode({"message": body, "signature": signature})
        return redirect(f"{reverse('payments:return')}?{answer}")
    context = {
        "payment": payment,
        "amount": say_hkd(payment.amount_hkd),
        "is_paid": payment.state == Payment.State.PAID,
        "is_fps": payment.method == FeeMethod.FPS,
    }
    return render(request, "applications/sandbox_bank.html", context)


@require_GET
@never_cache
def receive_return(request: HttpRequest) -> HttpResponseBase:
    """Take the provider's signed answer from the applicant's browser, and lead on."""
    message = get_provider().read_message(
        request.GET.get("message", ""), request.GET.get("signature", "")
    )
    payment, application = record_payment(message=message, recorded_at=read_clock())
    is_own = request.session.get(SESSION_KEY) == str(payment.draft_id)
    with translation.override(payment.draft.language if payment.draft else None):
        if application is None:
            messages.warning(
                request, _("The payment was not made, and nothing was charged. Please try again.")
            )
            return redirect("applications:payment")
        return redirect("applications:receipt" if is_own else "applications:lookup")


@csrf_exempt
@require_POST
def receive_callback(request: HttpRequest) -> JsonResponse:
    """
    Take the provider's signed answer from the provider itself; ``X-Signature`` signs the body.

    The same answer may have come through the browser before: the application is the same one.
    """
    body = request.body.decode("utf-8", errors="replace")
    message = get_provider().read_message(body, request.headers.get("X-Signature", ""))
    payment, application = record_payment(message=message, recorded_at=read_clock())
    number = application.number if application else None
    return JsonResponse({"state": payment.state, "application_number": number})
