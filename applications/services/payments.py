"""Ask for the fee of a draft, and submit the application when the fee is certain."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from applications.models import Application, Draft, Payment, PaymentEvent, Reconciliation
from applications.policy.bill_numbers import BILL_BITS, write_bill_number
from applications.policy.document import parse_document
from applications.policy.errors import Refusal
from applications.policy.fees import FeeState
from applications.policy.household import ApplicationDocument, FeeMethod
from applications.policy.submission import find_submission_moment, is_paying_over
from applications.policy.timetable import hong_kong_date, is_open
from applications.selectors.assessments import assess_document
from applications.selectors.payments import has_unmatched_money
from applications.services.application_rows import Arrival
from applications.services.drafts import (
    DraftAlreadySubmitted,
    DraftChangedElsewhere,
    PaymentUnderWay,
)
from applications.services.exercises import keep_from_closing
from applications.services.intake import ExerciseClosed, store_new_application
from applications.services.payment_providers import (
    PaymentMessage,
    PaymentMessageForged,
    get_provider,
)


class HouseholdNotEligible(Refusal):
    """No fee is taken for an application that could not enter the ballot."""

    code = "HOUSEHOLD_NOT_ELIGIBLE"


class PaymentMethodNotOffered(Refusal):
    """The configured provider does not take this way of paying."""

    code = "PAYMENT_METHOD_NOT_OFFERED"


class FeeAlreadyTaken(Refusal):
    """Money came for this draft and made no application; an officer looks at it first."""

    code = "FEE_ALREADY_TAKEN"


class DraftChangedSincePayment(Refusal):
    """The answers are no longer those that the fee was asked for."""

    code = "DRAFT_CHANGED_SINCE_PAYMENT"


class PaymentReconciled(Refusal):
    """An officer has put on record what was done with this money, so it submits nothing."""

    code = "PAYMENT_RECONCILED"


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """
    What became of a provider's message.

    :ivar application: which the draft has become, with this money or with other money.
    :ivar refusal: why the money that came makes no application; it waits for an officer.
    """

    payment: Payment
    application: Application | None
    refusal: Refusal | None


@transaction.atomic
def open_payment(
    *, draft_id: UUID, method: FeeMethod, opened_at: datetime, seen_version: int | None = None
) -> Payment:
    """
    Begin to pay for a finished draft, or return the payment that is already under way.

    The exercise cannot be closed meanwhile, and the draft does not change until the payment ends.
    Whoever pressed before closing goes on after it.

    :param opened_at: when the applicant pressed the button, by the database's clock.
    :param seen_version: of the answers that the applicant looked through; by default the newest.
    :raises DraftChangedElsewhere: when they are no longer those.
    :raises MalformedDocument: while the draft has gaps.
    :raises HouseholdNotEligible: it could not enter the ballot, or somebody is on another form.
    :raises ExerciseClosed: outside the period.
    :raises DraftAlreadySubmitted: when it has been paid and submitted.
    :raises FeeAlreadyTaken: when money came for it and waits for an officer.
    :raises PaymentUnderWay: while it can still be paid in another way, or by an earlier press.
    :raises PaymentMethodNotOffered: for a method that the provider does not take.
    """
    if method not in get_provider().METHODS:
        raise PaymentMethodNotOffered
    keep_from_closing(exercise_id=Draft.objects.values_list("exercise_id").get(pk=draft_id)[0])
    drafts = Draft.objects.select_for_update(of=["self"]).select_related("exercise")
    draft = drafts.get(pk=draft_id)
    if draft.application_id:
        raise DraftAlreadySubmitted
    if has_unmatched_money(draft):
        raise FeeAlreadyTaken
    pending = draft.payments.filter(state=Payment.State.PENDING).first()
    if pending and not can_go_on(pending, method=method, at=opened_at):
        raise PaymentUnderWay
    if pending is None:
        if seen_version not in (None, draft.version):
            raise DraftChangedElsewhere
        _check_draft(draft, method, opened_at)
    return pending or _create_payment(draft, method, opened_at)


def can_go_on(payment: Payment, *, method: FeeMethod, at: datetime) -> bool:
    """Tell whether somebody who presses again goes on with a payment that is under way."""
    is_over = is_paying_over(pressed_at=payment.opened_at, at=at)
    return payment.method == method.value and not is_over


def record_payment(
    *, message: PaymentMessage, recorded_at: datetime
) -> tuple[Payment, Application | None]:
    """
    Record what a provider said, as `record_message`, for a caller whom a refusal should stop.

    It is raised after the payment has been stored: money that came is never forgotten.

    :raises PaymentMessageForged: another amount or kind than can be, or an unknown payment.
    :raises ExerciseClosed: paid outside the period, or told after the closing deed.
    :raises DraftChangedSincePayment: the draft is not what was paid for.
    :raises PaymentReconciled: an officer has refunded or kept the money meanwhile.
    """
    recorded = record_message(message=message, recorded_at=recorded_at)
    if recorded.refusal:
        raise recorded.refusal
    return recorded.payment, recorded.application


@transaction.atomic
def record_message(*, message: PaymentMessage, recorded_at: datetime) -> RecordedMessage:
    """
    Record what a provider said; a paid fee submits the draft in the same transaction.

    The same message again, a late one or one out of order ends in the same application. It counts
    as submitted when its applicant pressed the button, see `find_submission_moment`. Money that
    cannot submit the draft, because it came too late or is the second, is stored as paid all the
    same, without an application, and waits for an officer.

    :raises PaymentMessageForged: another amount or kind than can be, or an unknown payment.
    """
    payment = Payment.objects.select_for_update(of=["self"]).filter(pk=message.payment_id).first()
    if payment is None or payment.draft_id is None or payment.amount_hkd != message.amount_hkd:
        raise PaymentMessageForged
    if message.kind not in (Payment.State.PAID, Payment.State.FAILED):
        raise PaymentMessageForged
    is_reconciled = _is_reconciled(payment)
    if _store_event(payment, message, recorded_at) and payment.state != Payment.State.PAID:
        payment.state = message.kind
        payment.settled_at = recorded_at
        payment.reference = (message.reference or message.event_id)[:64]
    # Without its application: a join is read before the wait for the lock, the draft after it.
    drafts = Draft.objects.select_for_update(of=["self"]).select_related("exercise")
    draft = drafts.get(pk=payment.draft_id)
    refusal: Refusal | None = PaymentReconciled() if is_reconciled else None
    if message.kind == Payment.State.PAID and not draft.application_id and not refusal:
        refusal = _submit_or_say_why(draft, payment, message, recorded_at)
    payment.draft = draft
    payment.save(update_fields=["application", "state", "settled_at", "reference"])
    return RecordedMessage(payment, None if is_reconciled else draft.application, refusal)


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


def _check_draft(draft: Draft, method: FeeMethod, opened_at: datetime) -> None:
    """Refuse to ask a fee that could not submit the draft at this moment."""
    terms = draft.exercise.parsed_terms
    if draft.exercise.closed_at or not is_open(opened_at, terms):
        raise ExerciseClosed
    document = complete_document(draft, method=method, signed_on=hong_kong_date(opened_at))
    if not assess_document(exercise=draft.exercise, terms=terms, document=document).eligible:
        raise HouseholdNotEligible


def _create_payment(draft: Draft, method: FeeMethod, opened_at: datetime) -> Payment:
    return Payment.objects.create(
        draft=draft,
        draft_version=draft.version,
        method=method.value,
        amount_hkd=draft.exercise.parsed_terms.fee.application_hkd,
        bill_number=write_bill_number(secrets.randbits(BILL_BITS)),
        opened_at=opened_at,
    )


def _store_event(payment: Payment, message: PaymentMessage, recorded_at: datetime) -> bool:
    """
    Tell whether a message comes for the first time, and store it then.

    The payment is locked, so the same message cannot be on its way in twice. While it is pending
    there was none: the first message settles it.
    """
    is_pending = payment.state == Payment.State.PENDING
    if not is_pending and PaymentEvent.objects.filter(event_id=message.event_id).exists():
        return False
    PaymentEvent.objects.create(
        payment=payment,
        event_id=message.event_id,
        kind=message.kind,
        happened_at=datetime.fromisoformat(message.happened_at),
        recorded_at=recorded_at,
    )
    return True


def _is_reconciled(payment: Payment) -> bool:
    """Only money that made no application can be: no other payment costs a query."""
    is_unmatched = payment.state == Payment.State.PAID and payment.application_id is None
    return is_unmatched and Reconciliation.objects.filter(payment=payment).exists()


def _submit_or_say_why(
    draft: Draft, payment: Payment, message: PaymentMessage, recorded_at: datetime
) -> Refusal | None:
    try:
        payment.application = _submit_paid_draft(draft, payment, message, recorded_at)
    except Refusal as refusal:
        return refusal
    return None


def _submit_paid_draft(
    draft: Draft, payment: Payment, message: PaymentMessage, recorded_at: datetime
) -> Application:
    if payment.draft_version not in (None, draft.version):
        raise DraftChangedSincePayment
    submitted_at = find_submission_moment(
        pressed_at=payment.opened_at, taken_at=datetime.fromisoformat(message.happened_at)
    )
    application = store_new_application(
        exercise=draft.exercise,
        terms=draft.exercise.parsed_terms,
        document=complete_document(
            draft, method=FeeMethod(payment.method), signed_on=hong_kong_date(submitted_at)
        ),
        arrival=Arrival(
            submission_key=draft.pk,
            received_at=submitted_at,
            recorded_at=recorded_at,
            fee_state=FeeState.PAID,
        ),
    )
    draft.application = application
    draft.updated_at = recorded_at
    draft.save(update_fields=["application", "updated_at"])
    return application
