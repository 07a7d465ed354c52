"""Paying the fee: the choice of a way, the code for the Faster Payment System, and the wait."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from applications.forms.declarations import PaymentMethodForm
from applications.forms.phrases import say_hkd, say_moment
from applications.models import Draft, Exercise, Payment
from applications.policy.household import FeeMethod
from applications.policy.submission import find_paying_end, is_paying_over
from applications.selectors.clock import read_clock, read_clock_at_arrival
from applications.selectors.payments import find_last_of, find_pending_of
from applications.services.drafts import save_draft
from applications.services.paying import ask_about_payment, begin_payment, close_payment
from applications.services.payment_providers import get_provider
from applications.views.fps_code import describe_fps_code, draw_fps_picture
from applications.views.own_draft import find_draft, has_ended, name_version, needs_draft
from applications.views.review import can_pay
from applications.views.typed_boxes import is_sent, is_switching_language

NOTHING_NEW = 204
LAST_HOURS = timedelta(hours=12)


@require_http_methods(["GET", "POST"])
@needs_draft
def choose_payment(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Ask how the fee is to be paid, and lead to where; nobody pays who cannot apply."""
    pending = find_pending_of(draft)
    pressed_at = read_clock_at_arrival(request.META)
    if pending is None and not can_pay(draft, at=pressed_at):
        return redirect("applications:review")
    if pending is None and _has_changed_since_review(request, draft):
        messages.warning(
            request,
            _(
                "Your answers were changed in another window. "
                "Please check them again before you pay."
            ),
        )
        return redirect("applications:review")
    methods = get_provider().METHODS
    given = request.POST if is_sent(request) else None
    form = PaymentMethodForm(given, methods=methods, label_suffix="")
    if is_switching_language(request):
        form.show_as_typed(request.POST)
    if form.is_valid():
        method = FeeMethod(form.cleaned_data["method"])
        return _begin(draft, method, pressed_at, is_new=pending is None)
    if pending and not form.is_bound:
        return redirect("applications:payment-under-way")
    context = {
        "exercise": draft.exercise,
        "form": form,
        "fee": say_hkd(draft.exercise.parsed_terms.fee.application_hkd),
        "closing": _find_closing(draft.exercise, pressed_at),
        "back_url": reverse("applications:review"),
    }
    return render(request, "applications/apply/payment.html", context)


@require_http_methods(["GET", "POST"])
@needs_draft
def show_under_way(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Say that a payment is under way; go on with it, or give it up to change the answers."""
    payment = find_pending_of(draft)
    if payment is None:
        return redirect("applications:payment")
    if "continue" in request.POST:
        pressed_at = read_clock_at_arrival(request.META)
        return _begin(draft, FeeMethod(payment.method), pressed_at, is_new=False)
    if "cancel" in request.POST and not has_ended(draft):
        closed = close_payment(payment=payment, asked_at=read_clock())
        if closed.state == Payment.State.PAID:
            return redirect("applications:payment-waiting")
        messages.success(request, _("The payment is cancelled, and nothing was charged."))
        return redirect("applications:review")
    context = {
        **_describe(payment, draft),
        "has_ended": has_ended(draft),
        "is_over": is_paying_over(pressed_at=payment.opened_at, at=read_clock()),
        "back_url": reverse(f"applications:{'start' if has_ended(draft) else 'review'}"),
    }
    return render(request, "applications/apply/payment_under_way.html", context)


@require_GET
@needs_draft
def show_fps(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the code that the applicant's bank scans, with its amount and reference in words."""
    payment = find_pending_of(draft)
    if payment is None or payment.method != FeeMethod.FPS:
        return redirect("applications:payment-waiting")
    if is_paying_over(pressed_at=payment.opened_at, at=read_clock()):
        return redirect("applications:payment-under-way")
    context = {
        **_describe(payment, draft),
        **describe_fps_code(payment),
        "back_url": reverse("applications:payment-under-way"),
        "sandbox_url": get_provider().get_hosted_page_url(payment),
        "is_sandbox": get_provider().IS_SANDBOX,
    }
    return render(request, "applications/apply/payment_fps.html", context)


@require_GET
@needs_draft
def download_fps_code(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Give the code as a picture, for whoever pays on the same telephone and cannot scan it."""
    payment = find_pending_of(draft)
    if payment is None or payment.method != FeeMethod.FPS:
        return redirect("applications:payment-waiting")
    response = HttpResponse(draw_fps_picture(payment), content_type="image/png")
    response.headers["Content-Disposition"] = 'attachment; filename="fps.png"'
    return response


@require_GET
@never_cache
def show_waiting(request: HttpRequest) -> HttpResponse:
    """
    Wait until the provider says what became of the payment, and lead on once it is certain.

    The page asks again by itself and gets nothing while there is nothing new; without JavaScript
    its reader asks.
    """
    draft = find_draft(request)
    payment = find_last_of(draft) if draft else None
    if draft is None or payment is None:
        return redirect("applications:lookup" if draft is None else "applications:payment")
    if payment.state == Payment.State.PENDING:
        payment = ask_about_payment(payment=payment, asked_at=read_clock())
        draft.refresh_from_db()
    is_waiting = payment.state == Payment.State.PENDING and not draft.application_id
    target = _find_target(request, draft, payment)
    if request.headers.get("HX-Request"):
        here = "applications:payment-waiting"
        return (
            HttpResponse(status=NOTHING_NEW)
            if is_waiting
            else HttpResponseClientRedirect(reverse(target or here))
        )
    if target:
        return redirect(target)
    context = {**_describe(payment, draft), "is_waiting": is_waiting}
    return render(request, "applications/apply/payment_waiting.html", context)


def _has_changed_since_review(request: HttpRequest, draft: Draft) -> bool:
    """Tell whether the applicant would pay for other answers than those looked through."""
    now = name_version(request, draft)
    return request.GET.get("seen", now) != now


def _begin(draft: Draft, method: FeeMethod, pressed_at: datetime, *, is_new: bool) -> HttpResponse:
    """Begin to pay, or go on, in the language of this page; nothing may change after it."""
    payment = begin_payment(
        draft_id=draft.pk,
        method=method,
        pressed_at=pressed_at,
        seen_version=_keep_language(draft, pressed_at) if is_new else None,
    )
    if payment.state != Payment.State.PENDING:
        return redirect("applications:payment-waiting")
    if method is FeeMethod.FPS:
        return redirect("applications:payment-fps")
    return redirect(get_provider().get_hosted_page_url(payment))


def _keep_language(draft: Draft, at: datetime) -> int:
    """Keep the language of this page with the draft; give the version of the answers seen here."""
    if draft.language == get_language():
        return draft.version
    saved = save_draft(
        draft_id=draft.pk,
        changes={},
        seen_version=draft.version,
        saved_at=at,
        language=get_language(),
    )
    return saved.version


def _find_target(request: HttpRequest, draft: Draft, payment: Payment) -> str | None:
    """Name the page that a payment leads to; none while it waits, or for an officer."""
    if draft.application_id:
        return "applications:receipt"
    if payment.state != Payment.State.FAILED:
        return None
    if request.headers.get("HX-Request"):
        return "applications:payment-waiting"
    if has_ended(draft):
        text = _("The payment was not made, and nothing was charged. It is too late to try again.")
        messages.warning(request, text)
        return "applications:tasks"
    text = _("The payment was not made, and nothing was charged. Please try again.")
    messages.warning(request, text)
    return "applications:payment"


def _describe(payment: Payment, draft: Draft) -> dict[str, Any]:
    """Return what every page says of a payment under way."""
    return {
        "exercise": draft.exercise,
        "payment": payment,
        "amount": say_hkd(payment.amount_hkd),
        "is_fps": payment.method == FeeMethod.FPS,
        "paying_end": find_paying_end(payment.opened_at),
        "is_awaited": payment.state == Payment.State.PENDING,
    }


def _find_closing(exercise: Exercise, now: datetime) -> str:
    """Say when applications close, in the last hours before; "" earlier."""
    is_near = timedelta(0) < exercise.closes_at - now <= LAST_HOURS
    return say_moment(exercise.closes_at) if is_near else ""
