"""Send an applicant the link to his or her draft."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from applications.models import Message
from applications.policy.errors import Refusal
from applications.services.drafts import (
    DraftAlreadySubmitted,
    provide_resume_code,
)
from applications.services.messages import owe_message

MOST_LINKS = 5
WINDOW = timedelta(hours=1)


class TooManyLinks(Refusal):
    """So many links have been sent for this draft within the hour that no more are."""

    code = "TOO_MANY_LINKS"


@transaction.atomic
def send_draft_link(*, draft_id: UUID, address: str, language: str, asked_at: datetime) -> Message:
    """
    Owe an e-mail with the link that continues the draft, and remember the address for reminders.

    Each call owes one, because somebody who asks again has not found the first.

    :raises TooManyLinks: after the fifth within an hour, whatever the addresses.
    :raises DraftAlreadySubmitted: when it has become an application.
    :raises DraftErased: when there is nothing left to go on with.
    """
    draft = provide_resume_code(draft_id=draft_id)
    if draft.application_id:
        raise DraftAlreadySubmitted
    sent = draft.messages.filter(kind=Message.Kind.DRAFT_LINK, owed_at__gt=asked_at - WINDOW)
    if sent.count() >= MOST_LINKS:
        raise TooManyLinks
    draft.email = address
    draft.save(update_fields=["email"])
    return owe_message(
        kind=Message.Kind.DRAFT_LINK,
        address=address,
        language=language,
        owed_at=asked_at,
        draft=draft,
    )
