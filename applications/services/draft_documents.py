"""Drafts as programs write them: by a document of which parts may be missing, none half right."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications.models import Draft, Exercise
from applications.policy.document_partial import DRAFT_PARTS, read_partial_document
from applications.policy.errors import Fault, MalformedDocument
from applications.policy.household import Channel
from applications.policy.timetable import hong_kong_date
from applications.selectors.exercises import takes_applications
from applications.services.drafts import save_draft, start_draft
from applications.services.intake import ExerciseClosed, ExerciseNotOpenYet


@transaction.atomic
def start_draft_with_parts(
    *, exercise: Exercise, document: Mapping[str, Any], language: str, started_at: datetime
) -> Draft:
    """
    Begin a draft with the parts that are there already.

    :param language: for whoever does not name one in the document.
    :raises ExerciseNotOpenYet, ExerciseClosed: outside the period.
    :raises MalformedDocument: when a part that is there is not right.
    """
    if started_at < exercise.opens_at:
        raise ExerciseNotOpenYet
    if not takes_applications(exercise, at=started_at):
        raise ExerciseClosed
    parts = _read_parts(exercise, document, started_at)
    draft = start_draft(
        exercise=exercise, language=parts.get("language", language), started_at=started_at
    )
    return save_draft(
        draft_id=draft.pk, changes=parts, seen_version=draft.version, saved_at=started_at
    )


@transaction.atomic
def replace_draft(
    *, draft: Draft, document: Mapping[str, Any], seen_version: int, saved_at: datetime
) -> Draft:
    """
    Put a whole partial document in the place of what the draft holds.

    What is not in it any more is taken out. The same document again changes nothing.

    :raises MalformedDocument: when a part that is there is not right.
    :raises DraftChangedElsewhere, DraftAlreadySubmitted: as `save_draft`.
    """
    parts = _read_parts(draft.exercise, document, saved_at)
    kept = {"exercise": draft.exercise.code, "channel": Channel.ONLINE.value}
    nothing = dict.fromkeys(DRAFT_PARTS)
    changes = {**nothing, **kept, "language": draft.language, **parts}
    return save_draft(
        draft_id=draft.pk,
        changes=changes,
        seen_version=seen_version,
        saved_at=saved_at,
        language=changes["language"],
    )


def _read_parts(
    exercise: Exercise, document: Mapping[str, Any], read_at: datetime
) -> dict[str, Any]:
    """Read a partial document of this exercise; where there is no Youth Scheme nobody is asked."""
    parts = read_partial_document(document, today=hong_kong_date(read_at))
    if parts.get("exercise", exercise.code) != exercise.code:
        raise MalformedDocument([Fault("exercise", "OTHER_EXERCISE")])
    if exercise.parsed_terms.youth is None:
        parts["youth_scheme"] = False
    return parts
