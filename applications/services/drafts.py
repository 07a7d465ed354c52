"""Keep what an applicant types until it is submitted."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from applications.models import Draft, Exercise
from applications.models.encrypted import hash_for_lookup
from applications.policy.errors import Refusal
from applications.policy.resume_codes import CODE_BITS, write_resume_code
from applications.selectors.drafts import RESUME_CODE
from applications.selectors.payments import find_pending_of

# Under it a worksheet keeps pages that were left half typed, by their addresses.
UNFINISHED = "unfinished"


class DraftChangedElsewhere(Refusal):
    """Another tab or device has saved this draft since the page was opened."""

    code = "DRAFT_CHANGED_ELSEWHERE"


class DraftAlreadySubmitted(Refusal):
    """The draft has become an application and cannot be changed."""

    code = "DRAFT_ALREADY_SUBMITTED"


class PaymentUnderWay(Refusal):
    """While a payment may still bring money, the draft stays what is being paid for."""

    code = "PAYMENT_UNDER_WAY"


class DraftErased(Refusal):
    """What was typed has been deleted, some time after closing."""

    code = "DRAFT_ERASED"


@transaction.atomic
def start_draft(
    *, exercise: Exercise, language: str, started_at: datetime, draft_id: UUID | None = None
) -> Draft:
    """
    Begin an empty draft with a code that continues it elsewhere.

    :param draft_id: for a caller that can name its drafts again, such as the demonstration.
    """
    draft = Draft(
        id=draft_id or uuid4(),
        exercise=exercise,
        language=language,
        created_at=started_at,
        updated_at=started_at,
    )
    draft.answers = {"exercise": exercise.code, "channel": "ONLINE", "language": language}
    if exercise.parsed_terms.youth is None:  # nobody is asked
        draft.answers = {**draft.answers, "youth_scheme": False}
    _put_resume_code(draft)
    draft.save(force_insert=True)
    return draft


@transaction.atomic
def provide_resume_code(*, draft_id: UUID) -> Draft:
    """
    Return the draft with its code; one that was begun before there were codes gets its own now.

    :raises DraftErased: when there is nothing left to go on with.
    """
    draft = lock_draft(draft_id)
    if draft.erased_at:
        raise DraftErased
    if draft.resume_code is None:
        _put_resume_code(draft)
        draft.save(update_fields=["resume_code", "resume_key"])
    return draft


@transaction.atomic
def save_draft(
    *,
    draft_id: UUID,
    changes: Mapping[str, Any],
    seen_version: int,
    saved_at: datetime,
    language: str | None = None,
    finished_pages: Collection[str] = (),
) -> Draft:
    """
    Put one page's answers into the draft.

    Saving the same answers again changes nothing, so a double click is harmless.

    :param changes: top-level keys of the application document with their new values; ``None``
        takes one out.
    :param seen_version: the version that the page was made from.
    :param finished_pages: what `keep_unfinished_page` kept of these is dropped.
    :raises DraftChangedElsewhere: when another page has changed the draft since.
    :raises DraftAlreadySubmitted: when it has become an application.
    :raises DraftErased: when what it held has been deleted.
    :raises PaymentUnderWay: while a payment for it may still bring money.
    """
    draft = lock_draft_to_fill_in(draft_id)
    merged = {**draft.answers, **changes, "language": language or draft.language}
    answers = {name: value for name, value in merged.items() if value is not None}
    has_changed = answers != draft.answers
    if has_changed:
        check_may_change(draft, seen_version=seen_version)
    if _drop_unfinished(draft, finished_pages):
        draft.save(update_fields=["worksheet_json"])
    if not has_changed:
        return draft
    draft.answers = answers
    draft.language = answers["language"]
    draft.version += 1
    draft.updated_at = saved_at
    draft.save(update_fields=["answers_json", "language", "version", "updated_at"])
    return draft


@transaction.atomic
def keep_unfinished_page(*, draft_id: UUID, page: str, typed: Mapping[str, list[str]]) -> Draft:
    """
    Keep a page as it was left, half typed or wrong; it is no answer until it is saved as one.

    :param page: names the page among those of the draft.
    :param typed: by the names of the boxes.
    :raises DraftAlreadySubmitted: when it has become an application.
    :raises DraftErased: when what it held has been deleted.
    """
    draft = lock_draft_to_fill_in(draft_id)
    draft.worksheet = {
        **draft.worksheet,
        UNFINISHED: {**list_unfinished_pages(draft), page: dict(typed)},
    }
    draft.save(update_fields=["worksheet_json"])
    return draft


def list_unfinished_pages(draft: Draft) -> dict[str, dict[str, list[str]]]:
    """Return what was left half typed, by page."""
    return draft.worksheet.get(UNFINISHED) or {}


def lock_draft(draft_id: UUID) -> Draft:
    """Lock a draft for the rest of the caller's transaction."""
    return Draft.objects.select_for_update().get(pk=draft_id)


def lock_draft_to_fill_in(draft_id: UUID) -> Draft:
    """
    Lock a draft in which something can still be typed.

    :raises DraftAlreadySubmitted: when it has become an application.
    :raises DraftErased: when what it held has been deleted.
    """
    draft = lock_draft(draft_id)
    if draft.application_id:
        raise DraftAlreadySubmitted
    if draft.erased_at:
        raise DraftErased
    return draft


def check_may_change(draft: Draft, *, seen_version: int) -> None:
    """
    Refuse another version of a locked draft.

    :raises DraftChangedElsewhere: when another page has changed the draft since.
    :raises PaymentUnderWay: while a payment may still bring money. It is for the version that
        there is; with a newer one the money would submit nothing.
    """
    if draft.version != seen_version:
        raise DraftChangedElsewhere
    if find_pending_of(draft):
        raise PaymentUnderWay


def _put_resume_code(draft: Draft) -> None:
    code = write_resume_code(secrets.randbits(CODE_BITS))
    draft.resume_code = code
    draft.resume_key = hash_for_lookup(RESUME_CODE, code)


def _drop_unfinished(draft: Draft, pages: Collection[str]) -> bool:
    """Take pages out of the unfinished ones; tell whether one of them was there."""
    unfinished = list_unfinished_pages(draft)
    left = {page: typed for page, typed in unfinished.items() if page not in pages}
    if left == unfinished:
        return False
    draft.worksheet = {**draft.worksheet, UNFINISHED: left}
    return True
