"""Delete what nobody needs any more: what drafts hold, and the API's kept answers."""

from datetime import datetime, timedelta

from django.db import transaction

from applications.models import Draft, IdempotencyKey, Message
from applications.selectors.drafts import (
    NO_ANSWERS,
    find_erasable_drafts,
    find_full_submitted_drafts,
    find_paid_for,
)

CHUNK = 500


@transaction.atomic
def erase_old_drafts(*, erased_at: datetime, kept: timedelta) -> int:
    """
    Erase a chunk of the drafts of exercises that ended a while ago; return how many.

    Whatever somebody typed is gone, and so are the messages about it. A draft that a payment or an
    application names stays as an empty row; any other goes altogether. Killed half way, a chunk is
    as it was; two workers at once take different drafts.

    :param kept: how long after closing drafts are kept.
    """
    drafts = list(
        find_erasable_drafts(closed_before=erased_at - kept)
        .select_for_update(of=["self"], skip_locked=True)
        .order_by("pk")
        .values_list("pk", "application_id")[:CHUNK]
    )
    every = [pk for pk, _application in drafts]
    paid_for = find_paid_for(every)
    named = [pk for pk, application in drafts if application or pk in paid_for]
    Message.objects.filter(draft_id__in=every).delete()
    Draft.objects.filter(pk__in=named).update(
        answers_json=NO_ANSWERS,
        resume_code=None,
        resume_key=None,
        email=None,
        worksheet_json=None,
        erased_at=erased_at,
    )
    Draft.objects.filter(pk__in=set(every) - set(named)).delete()
    return len(drafts)


@transaction.atomic
def empty_submitted_drafts(*, submitted_before: datetime) -> int:
    """
    Empty a chunk of the drafts that became applications a while ago; return how many.

    The application holds all of it, so a second copy would serve nobody. The code stays: until the
    draft is erased it leads to the receipt.
    """
    full = find_full_submitted_drafts(submitted_before=submitted_before)
    rows = list(
        full.select_for_update(of=["self"], skip_locked=True)
        .order_by("pk")
        .values_list("pk", flat=True)[:CHUNK]
    )
    Message.objects.filter(draft_id__in=rows).delete()
    return Draft.objects.filter(pk__in=rows).update(
        answers_json=NO_ANSWERS, email=None, worksheet_json=None
    )


@transaction.atomic
def delete_kept_answers(*, created_before: datetime) -> int:
    """Delete a chunk of the answers that the API keeps for repeated requests; return how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=created_before).order_by("created_at")
    rows = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:CHUNK])
    return IdempotencyKey.objects.filter(pk__in=rows).delete()[0]
