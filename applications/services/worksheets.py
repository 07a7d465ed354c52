"""Keep how an answer was worked out, beside the draft's answers and no part of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from applications.models import Draft
from applications.services.drafts import check_may_change, lock_draft_to_fill_in, save_draft


@transaction.atomic
def save_worksheet(
    *,
    draft_id: UUID,
    name: str,
    amounts: Mapping[str, Any],
    changes: Mapping[str, Any],
    seen_version: int,
    saved_at: datetime,
    language: str,
) -> Draft:
    """
    Keep what somebody typed to work an answer out, and save the answer when it follows.

    Saving the same again changes nothing, so a double click is harmless.

    :param name: of the page that the answer is for.
    :param changes: as in `save_draft`; empty while somebody only tries amounts.
    :raises DraftChangedElsewhere: when another page has changed the draft since.
    :raises DraftAlreadySubmitted: when it has become an application.
    :raises DraftErased: when what it held has been deleted.
    :raises PaymentUnderWay: while a payment may still bring money.
    """
    draft = lock_draft_to_fill_in(draft_id)
    if draft.worksheet.get(name) != amounts:
        check_may_change(draft, seen_version=seen_version)
        draft.worksheet = {**draft.worksheet, name: dict(amounts)}
        draft.version = seen_version = draft.version + 1
        draft.updated_at = saved_at
        draft.save(update_fields=["worksheet_json", "version", "updated_at"])
    return save_draft(
        draft_id=draft_id,
        changes=changes,
        seen_version=seen_version,
        saved_at=saved_at,
        language=language,
    )
