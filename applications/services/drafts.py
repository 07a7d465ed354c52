"""Keep what an applicant types until it is submitted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from applications.models import Draft, Exercise
from applications.policy.errors import Refusal


class DraftChangedElsewhere(Refusal):
    """Another tab or device has saved this draft since the page was opened."""

    code = "DRAFT_CHANGED_ELSEWHERE"


class DraftAlreadySubmitted(Refusal):
    """The draft has become an application and cannot be changed."""

    code = "DRAFT_ALREADY_SUBMITTED"


@transaction.atomic
def start_draft(
    *, exercise: Exercise, language: str, started_at: datetime, draft_id: UUID | None = None
) -> Draft:
    """
    Begin an empty draft.

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
    draft.save(force_insert=True)
    return draft


@transaction.atomic
def save_draft(
    *,
    draft_id: UUID,
    changes: Mapping[str, Any],
    seen_version: int,
    saved_at: datetime,
    language: str | None = None,
) -> Draft:
    """
    Put one page's answers into the draft.

    Saving the same answers again changes nothing, so a double click is harmless.

    :param changes: top-level keys of the application document with their new values.
    :param seen_version: the version that the page was made from.
    :raises DraftChangedElsewhere: when another page has changed the draft since.
    :raises DraftAlreadySubmitted: when it has become an application.
    """
    draft = Draft.objects.select_for_update().get(pk=draft_id)
    if draft.application_id:
        raise DraftAlreadySubmitted
    answers = {**draft.answers, **changes, "language": language or draft.language}
    if answers == draft.answers:
        return draft
    if draft.version != seen_version:
        raise DraftChangedElsewhere
    draft.answers = answers
    draft.language = answers["language"]
    draft.version += 1
    draft.updated_at = saved_at
    draft.save()
    return draft
