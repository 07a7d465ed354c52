"""Payments that wait for somebody: without an answer, or without an application."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from applications.models import (
    Draft,
    Exercise,
    MissingPayment,
    Payment,
    PaymentEvent,
    Reconciliation,
)


def find_pending(exercise: Exercise) -> QuerySet[Payment]:
    """Find the online payments of an exercise of which the provider has said nothing yet."""
    return Payment.objects.filter(state=Payment.State.PENDING, draft__exercise=exercise)


def find_unmatched(exercise: Exercise) -> QuerySet[Payment]:
    """
    Find the money that came and made no application, and of which nothing else is on record.

    It came after closing, or for a draft that was changed or paid in another way meanwhile.
    """
    reconciled = Reconciliation.objects.filter(payment=OuterRef("pk"))
    return Payment.objects.filter(
        ~Exists(reconciled),
        state=Payment.State.PAID,
        application=None,
        draft__exercise=exercise,
    )


def list_pending(exercise: Exercise, *, limit: int) -> list[Payment]:
    """List payments without an answer, the oldest first."""
    return list(find_pending(exercise).order_by("opened_at", "pk")[:limit])


def list_unmatched(exercise: Exercise, *, limit: int) -> list[Payment]:
    """List money without an application, the oldest first, with ``paid_at`` and ``why``."""
    rows = _with_moment(find_unmatched(exercise)).select_related("draft__application")
    return list(rows.order_by("settled_at", "pk")[:limit])


def list_on_record(exercise: Exercise, *, limit: int) -> list[Reconciliation | MissingPayment]:
    """List what officers have put on record of money and of its absence, the newest first."""
    found: list[Reconciliation | MissingPayment] = []
    for model in (Reconciliation, MissingPayment):
        rows = model.objects.filter(payment__draft__exercise=exercise)
        found += rows.select_related("payment", "recorded_by").order_by("-recorded_at")[:limit]
    return sorted(found, key=lambda row: row.recorded_at, reverse=True)[:limit]


def find_online_payment(exercise: Exercise, payment_id: UUID) -> Payment | None:
    """Find an online payment, with ``paid_at``, ``why`` and what is on record of it."""
    rows = Payment.objects.filter(pk=payment_id, draft__exercise=exercise)
    related = (
        "reconciliation__recorded_by",
        "found_missing__recorded_by",
        "draft__application",
    )
    return _with_moment(rows).select_related(*related).first()


def find_unanswered_since(opened_before: datetime, exercise: Exercise | None) -> QuerySet[Payment]:
    """Find the payments of at least some age that the provider has not told of."""
    rows = Payment.objects.filter(
        state=Payment.State.PENDING, opened_at__lte=opened_before, draft__isnull=False
    )
    return rows if exercise is None else rows.filter(draft__exercise=exercise)


def find_pending_of(draft: Draft) -> Payment | None:
    """Find the payment of a draft that may still bring money; there is one at most."""
    return draft.payments.filter(state=Payment.State.PENDING).first()


def find_last_of(draft: Draft) -> Payment | None:
    """Find the payment of a draft that was begun last."""
    return draft.payments.order_by("-opened_at", "pk").first()


def has_unmatched_money(draft: Draft) -> bool:
    """Tell whether money came for a draft, made no application, and waits for an officer."""
    money = draft.payments.filter(state=Payment.State.PAID, application=None)
    return money.filter(reconciliation=None).exists()


def _with_moment(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """
    Add when the provider took the money, and why it makes no application.

    ``PAID_TWICE`` when other money did, ``ANSWERS_CHANGED`` when the draft is not what was paid
    for, ``TOO_LATE`` otherwise.
    """
    events = PaymentEvent.objects.filter(payment=OuterRef("pk"), kind=Payment.State.PAID)
    why = Case(
        When(draft__application__isnull=False, then=Value("PAID_TWICE")),
        When(~Q(draft_version=F("draft__version")), then=Value("ANSWERS_CHANGED")),
        default=Value("TOO_LATE"),
    )
    paid_at = Subquery(events.order_by("pk").values("happened_at")[:1])
    return rows.annotate(paid_at=paid_at, why=why)
