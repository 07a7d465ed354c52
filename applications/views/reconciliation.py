"""Payments that wait for somebody: ask the provider, or put on record what is known of them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.forms.reconciliation import MissingPaymentForm, ReconciliationForm
from applications.models import Exercise, Payment, Reconciliation
from applications.policy.submission import find_answer_end, is_answer_overdue
from applications.selectors.clock import read_clock
from applications.selectors.payments import (
    find_online_payment,
    find_pending,
    find_unmatched,
    list_on_record,
    list_pending,
    list_unmatched,
)
from applications.services.missing_payments import record_missing_payment
from applications.services.payment_providers import is_money_missing_from
from applications.services.reconciliation import record_reconciliation, settle_pending_payments
from applications.views.exercise_pages import for_exercise
from applications.views.form_statuses import get_form_status
from applications.views.rights import Right, requires

SHOWN = 100


@require_GET
@requires(Right.SETTLE_MATTERS)
@never_cache
@for_exercise
def show_payments(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """List payments without an answer, money without an application, and what is on record."""
    context = {
        "exercise": exercise,
        "pending": list_pending(exercise, limit=SHOWN),
        "pending_count": find_pending(exercise).count(),
        "unmatched": list_unmatched(exercise, limit=SHOWN),
        "unmatched_count": find_unmatched(exercise).count(),
        "on_record": list_on_record(exercise, limit=SHOWN),
        "is_money_missing": is_money_missing_from(exercise),
    }
    return render(request, "staff/payments.html", context)


@require_POST
@requires(Right.SETTLE_MATTERS)
@for_exercise
def ask_provider(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """Ask the provider now, as the task does by itself, about every payment without an answer."""
    now = read_clock()
    asked = settle_pending_payments(opened_before=now, asked_at=now, exercise=exercise)
    told = _("The provider was asked about %(asked)s and had an answer for %(answered)s.")
    counts = {"asked": asked.asked_count, "answered": asked.answered_count}
    messages.success(request, told % counts)
    return redirect("staff:payments", exercise.code)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.SETTLE_MATTERS)
@never_cache
@for_exercise
def show_payment(request: HttpRequest, exercise: Exercise, payment_id: UUID) -> HttpResponse:
    """Show a payment, and put on record what was done with money that made no application."""
    payment = _get_payment(exercise, payment_id)
    form = ReconciliationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _record(request, payment, form)
        messages.success(request, _("What was done with the money is on record."))
        return redirect("staff:payments", exercise.code)
    return _show(request, exercise, payment, form)


@require_POST
@requires(Right.SETTLE_MATTERS)
@for_exercise
def record_missing(request: HttpRequest, exercise: Exercise, payment_id: UUID) -> HttpResponse:
    """Put on record that the provider's statement shows no such payment."""
    payment = _get_payment(exercise, payment_id)
    form = MissingPaymentForm(request.POST)
    if not form.is_valid():
        return _show(request, exercise, payment, form)
    record_missing_payment(
        payment_id=payment.pk,
        reason=form.cleaned_data["reason"],
        officer=request.user,  # type: ignore[arg-type]
        recorded_at=read_clock(),
    )
    messages.success(request, _("That no money came is on record. Nothing waits for it any more."))
    return redirect("staff:payments", exercise.code)


def _get_payment(exercise: Exercise, payment_id: UUID) -> Payment:
    payment = find_online_payment(exercise, payment_id)
    if payment is None:
        raise Http404
    return payment


def _show(
    request: HttpRequest,
    exercise: Exercise,
    payment: Payment,
    form: ReconciliationForm | MissingPaymentForm,
) -> HttpResponse:
    """Show a payment with the form that was filled in, or that its state asks for."""
    if payment.state == Payment.State.PENDING and not form.is_bound:
        form = MissingPaymentForm()
    context = {
        "exercise": exercise,
        "payment": payment,
        "form": form,
        "answer_end": find_answer_end(payment.opened_at),
        "is_overdue": is_answer_overdue(
            pressed_at=payment.opened_at, asked_at=payment.asked_at, at=read_clock()
        ),
    }
    status = get_form_status(form)
    return render(request, "staff/payment.html", context, status=status)


def _record(request: HttpRequest, payment: Payment, form: ReconciliationForm) -> None:
    record_reconciliation(
        payment_id=payment.pk,
        outcome=Reconciliation.Outcome(form.cleaned_data["outcome"]),
        reference=form.cleaned_data["reference"] or "",
        reason=form.cleaned_data["reason"],
        officer=request.user,  # type: ignore[arg-type]
        recorded_at=read_clock(),
    )
