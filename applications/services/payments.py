"""Ask for the fee of a draft, and submit the application when the fee is certain."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from applications.models import Application, Draft, Payment, PaymentEvent, Reconciliation
from applications.policy.document import parse_document
from applications.policy.errors import Refusal
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument, FeeMethod
from applications.policy.timetable import hong_kong_date, is_open
from applications.selectors.assessments import assess_document
from applications.services.application_rows import Arrival
from applications.services.drafts import DraftAlreadySubmitted
from applications.services.intake import ExerciseClosed, store_application
from applications.services.payment_providers import PaymentMessage, PaymentMessageForged


class HouseholdNotEligible(Refusal):
    """No fee is taken for an application that could not enter the ballot."""

    code = "HOUSEHOLD_NOT_ELIGIBLE"


class PaymentReconciled(Refusal):
    """An officer has put on record what was done with this money, so it submits nothing."""

    code = "PAYMENT_RECONCILED"


@transaction.atomic
def open_payment(*, draft_id: UUID, method: FeeMethod, opened_at: datetime) -> Payment:
    """
    Begin to pay for a finished draft, or return the payment that is already under way.

    :raises MalformedDocument: while the draft has gaps.
    :raises HouseholdNotEligible: it could not enter the ballot, or somebody is on another form.
    :raises ExerciseClosed: outside the period.
    :raises DraftAlreadySubmitted: when it has been paid and submitted.
    """
    draft = Draft.objects.select_for_update(of=["self"]).select_related("exercise").get(pk=draft_id)
    if draft.application_id:
        raise DraftAlreadySubmitted
    terms = draft.exercise.parsed_terms
    if draft.exercise.closed_at or not is_open(opened_at, terms):
        raise ExerciseClosed
    document = complete_document(draft, method=method, signed_on=hong_kong_date(opened_at))
    if not assess_document(exercise=draft.exercise, terms=terms, document=document).eligible:
        raise HouseholdNotEligible
    pending = draft.payments.filter(state=Payment.State.PENDING, method=method.value).first()
    return pending or Payment.objects.create(
        draft=draft,
        method=method.value,
        amount_hkd=terms.fee.application_hkd,
        opened_at=opened_at,
    )


def record_payment(
    *, message: PaymentMessage, recorded_at: datetime
) -> tuple[Payment, Application | None]:
    """
    Record what a provider said; a paid fee submits the draft in the same transaction.

    The same message again, a late one or one out of order ends in the same application. The moment
    of submission is when the provider took the money, so that somebody who paid before closing is
    in, however slow the message was. When the paid draft cannot be submitted, the refusal is raised
    after the payment has been stored as paid: money that came is never forgotten.

    :raises PaymentMessageForged: another amount or kind than can be, or an unknown payment.
    :raises ExerciseClosed: paid outside the period, or told after the closing deed.
    :raises MalformedDocument: the draft was changed while its applicant was paying.
    :raises PaymentReconciled: an officer has refunded or kept the money meanwhile.
    """
    payment, outcome = _record_message(message, recorded_at)
    if isinstance(outcome, Refusal):
        raise outcome
    return payment, outcome


@transaction.atomic
def _record_message(
    message: PaymentMessage, recorded_at: datetime
) -> tuple[Payment, Application | Refusal | None]:
    payment = Payment.objects.select_for_update(of=["self"]).filter(pk=message.payment_id).first()
    if payment is None or payment.draft_id is None or payment.amount_hkd != message.amount_hkd:
        raise PaymentMessageForged
    if message.kind not in (Payment.State.PAID, Payment.State.FAILED):
        raise PaymentMessageForged
    happened_at = datetime.fromisoformat(message.happened_at)
    # The payment is locked, so the same message cannot be on its way in twice.
    is_new = not PaymentEvent.objects.filter(event_id=message.event_id).exists()
    is_reconciled = _is_reconciled(payment)
    if is_new:
        PaymentEvent.objects.create(
            payment=payment,
            event_id=message.event_id,
            kind=message.kind,
            happened_at=happened_at,
            recorded_at=recorded_at,
        )
    drafts = Draft.objects.select_for_update(of=["self"]).select_related("exercise")
    draft = drafts.get(pk=payment.draft_id)
    if is_new and payment.state != Payment.State.PAID:
        payment.state = message.kind
        payment.settled_at = recorded_at
        payment.reference = message.event_id[:64]
    outcome: Application | Refusal | None = draft.application
    if is_reconciled:
        outcome = PaymentReconciled()
    elif outcome is None and message.kind == Payment.State.PAID:
        outcome = _submit_or_say_why(draft, payment, happened_at, recorded_at)
    if message.kind == Payment.State.PAID and isinstance(outcome, Application):
        payment.application = outcome
    payment.save()
    return payment, outcome


def _is_reconciled(payment: Payment) -> bool:
    """Only money that made no application can be: no other payment costs a query."""
    is_unmatched = payment.state == Payment.State.PAID and payment.application_id is None
    return is_unmatched and Reconciliation.objects.filter(payment=payment).exists()


def complete_document(
    draft: Draft, *, method: FeeMethod | None, signed_on: date
) -> ApplicationDocument:
    """
    Read a draft as a whole document, signed on the day of submission.

    :raises MalformedDocument: naming everything that is missing or wrong.
    """
    fee = {"method": method.value, "reference": None} if method else None
    mapping = draft.answers | {"signed_on": signed_on.isoformat(), "fee": fee}
    return parse_document(mapping, today=signed_on)


def _submit_or_say_why(
    draft: Draft, payment: Payment, happened_at: datetime, recorded_at: datetime
) -> Application | Refusal:
    try:
        return _submit_paid_draft(draft, payment, happened_at, recorded_at)
    except Refusal as refusal:
        return refusal


def _submit_paid_draft(
    draft: Draft, payment: Payment, happened_at: datetime, recorded_at: datetime
) -> Application:
    document = complete_document(
        draft, method=FeeMethod(payment.method), signed_on=hong_kong_date(happened_at)
    )
    application, _ = store_application(
        exercise=draft.exercise,
        terms=draft.exercise.parsed_terms,
        document=document,
        arrival=Arrival(
            submission_key=draft.pk,
            received_at=happened_at,
            recorded_at=recorded_at,
            fee_state=FeeState.PAID,
        ),
    )
    draft.application = application
    draft.updated_at = recorded_at
    draft.save(update_fields=["application", "updated_at"])
    return application
