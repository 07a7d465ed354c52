"""Owe somebody an e-mail: the row is written with the deed, a task sends it."""

from datetime import datetime

from django.db import transaction

from applications.models import Application, Draft, Message

# A deed that happens once is told once, however often its transaction is tried.
TOLD_ONCE = {Message.Kind.RECEIPT, Message.Kind.WITHDRAWN, Message.Kind.PAYMENT_REMINDER}


@transaction.atomic
def owe_message(
    *,
    kind: Message.Kind,
    address: str,
    language: str,
    owed_at: datetime,
    draft: Draft | None = None,
    application: Application | None = None,
) -> Message:
    """
    Owe one e-mail about a draft or an application, in the caller's transaction.

    Either both the deed and the message are there or neither. Called again for a receipt, a
    withdrawal or a reminder it returns the message that is owed already; of the other kinds each
    call owes one more, because each link and each change is told.
    """
    subject = {"draft": draft, "application": application}
    rest = {"address": address, "language": language, "owed_at": owed_at, "due_at": owed_at}
    if kind in TOLD_ONCE:
        message, _ = Message.objects.get_or_create(kind=kind, **subject, defaults=rest)
        return message
    return Message.objects.create(kind=kind, **subject, **rest)
