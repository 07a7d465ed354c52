"""Find drafts: by their code, those to remind their owners of, those to erase."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from applications.models import Draft, Payment
from applications.models.encrypted import encrypt_text, hash_for_lookup

RESUME_CODE = "resume-code"
NO_ANSWERS = "{}"


def find_draft_by_code(code: str) -> Draft | None:
    """
    Find the draft that a code continues, submitted or not.

    :param code: as `parse_resume_code` gives it.
    """
    key = hash_for_lookup(RESUME_CODE, code)
    drafts = Draft.objects.select_related("exercise", "application")
    return drafts.filter(resume_key=key).first()


def find_unpaid_drafts(*, closing_from: datetime, closing_to: datetime) -> QuerySet[Draft]:
    """Find the drafts without a fee or a reminder in exercises that close in a while."""
    paid = Payment.objects.filter(draft=OuterRef("pk"), state=Payment.State.PAID)
    return Draft.objects.filter(
        ~Exists(paid),
        application=None,
        reminded_at=None,
        erased_at=None,
        exercise__closed_at=None,
        exercise__closes_at__gt=closing_from,
        exercise__closes_at__lte=closing_to,
    )


def find_erasable_drafts(*, closed_before: datetime) -> QuerySet[Draft]:
    """
    Find the drafts whose exercise ended long enough ago, and which nothing needs any more.

    A draft whose money made no application stays until an officer has put on record what was done
    with it; one whose payment may still turn out to have been made in time, until an officer has
    closed the exercise.
    """
    payments = Payment.objects.filter(draft=OuterRef("pk"), application=None)
    unmatched = payments.filter(state=Payment.State.PAID, reconciliation=None)
    waiting = payments.filter(state=Payment.State.PENDING)
    is_over = Q(application__isnull=False) | Q(exercise__closed_at__isnull=False) | ~Exists(waiting)
    return Draft.objects.filter(
        is_over, ~Exists(unmatched), erased_at=None, exercise__closes_at__lte=closed_before
    )


def find_full_submitted_drafts(*, submitted_before: datetime) -> QuerySet[Draft]:
    """Find the submitted drafts that still hold a second copy of what the application holds."""
    # What is encrypted cannot be compared, but ciphertext is as long as its text.
    empty = len(encrypt_text(NO_ANSWERS, label=""))
    length = Length(F("answers_json"), output_field=IntegerField())
    return Draft.objects.annotate(length=length).filter(
        length__gt=empty, application__isnull=False, updated_at__lte=submitted_before
    )


def find_paid_for(draft_ids: Sequence[UUID]) -> set[UUID]:
    """Find those of some drafts that a payment names, whatever became of it."""
    named = Payment.objects.filter(draft_id__in=draft_ids).values_list("draft_id", flat=True)
    return {draft_id for draft_id in named if draft_id}
