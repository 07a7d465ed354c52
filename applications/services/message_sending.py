"""Send the e-mails that are owed, and keep what became of each."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, prefetch_related_objects

from applications.models import Exercise, Message, Officer
from applications.policy.errors import InvalidValue
from applications.policy.values import parse_email
from applications.selectors.messages import find_given_up
from applications.services.journal import record_deed
from applications.services.mail_server import (
    MailFailure,
    MailPutOff,
    MailServer,
    MailServerAway,
)
from applications.services.message_emails import NoLongerNeeded, write_email
from applications.services.owed import claim_owed_messages

SENDING_LOCK = 7_301_003
# Tried with pauses of 2, 4, 8 … minutes and at most 4 hours: a day in all.
MAXIMUM_ATTEMPTS = 13
LONGEST_PAUSE = timedelta(hours=4)
# A server that is away is asked again after half as long as the oldest message has waited.
SHORTEST_ABSENCE = timedelta(seconds=10)
LONGEST_ABSENCE = timedelta(minutes=10)

Clock = Callable[[], datetime]


class MailAddressInvalid(MailFailure):
    """What was stored is no address; nothing of it reaches a header."""

    code = "MAIL_ADDRESS_INVALID"


class MailNeverFinished(MailFailure):
    """Something went wrong each time before the message had an answer."""

    code = "MAIL_NEVER_FINISHED"


@dataclass(slots=True)
class Sending:
    """What became of the messages that one round took."""

    sent_count: int = 0
    put_off_count: int = 0
    given_up_count: int = 0
    is_server_away: bool = False


def send_due_messages(*, clock: Clock, stop_at: datetime) -> Sending:
    """
    Send what is due, a chunk at a time, until nothing is, the server is away, or it is time.

    Not one transaction: each message is marked as soon as the server has accepted it. A worker
    that is killed in between leaves one message that is sent again, under the same Message-ID.

    :param clock: reads the database's; each message has its own moment.
    """
    sending = Sending()
    with MailServer() as server:
        while not sending.is_server_away and clock() < stop_at:
            messages = claim_owed_messages(claimed_at=clock())
            if not messages:
                break
            prefetch_related_objects(messages, "draft__exercise", "application__exercise")
            _send_chunk(server, messages, clock, stop_at, sending)
    return sending


@contextmanager
def sending_alone() -> Iterator[bool]:
    """
    Tell whether nobody else sends, and keep it so until the block ends.

    Two senders would do no harm, but a slow server would keep two of the worker's children, and
    screening would wait. The lock ends with the connection, so a dead sender holds none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SENDING_LOCK])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SENDING_LOCK])


@transaction.atomic
def send_again(
    *, message_ids: Collection[int], exercise: Exercise, officer: Officer, ordered_at: datetime
) -> int:
    """
    Owe once more what was given up; return how many e-mails it is.

    What was sent, or is owed again already, is left alone, so a double click does no harm.
    """
    messages = find_given_up(exercise).select_for_update(of=["self"]).filter(pk__in=message_ids)
    for message in messages:
        message.attempts, message.due_at = 0, ordered_at
        message.given_up_at, message.refusal = None, ""
        message.save(update_fields=["attempts", "due_at", "given_up_at", "refusal"])
        record_deed(
            deed="MESSAGE_SENT_AGAIN",
            subject=f"message:{message.pk}",
            recorded_at=ordered_at,
            exercise=exercise,
            actor=officer,
            details={"kind": message.kind},
        )
    return len(messages)


def _send_chunk(
    server: MailServer,
    messages: Iterable[Message],
    clock: Clock,
    stop_at: datetime,
    sending: Sending,
) -> None:
    """Send claimed messages in turn; give back those whose turn does not come."""
    waiting = deque(messages)
    try:
        while waiting and clock() < stop_at:
            server.open()
            _send(server, waiting.popleft(), clock, sending)
    except MailServerAway:
        sending.is_server_away = True
    if waiting:
        _give_back(waiting, clock(), is_server_away=sending.is_server_away)


def _send(server: MailServer, message: Message, clock: Clock, sending: Sending) -> None:
    """
    Send one message and mark what became of it.

    :raises MailServerAway: when the server went away in the middle. This message is put off, so
        that it does not stand before the others should it be the one that the server dies of.
    """
    try:
        _check_attempts(message)
        _check_address(message)
        server.deliver(write_email(message, written_at=clock()))
    except (MailPutOff, MailServerAway) as failure:
        _put_off(message, failure, clock(), sending)
        if isinstance(failure, MailServerAway):
            raise
    except (MailFailure, NoLongerNeeded) as failure:
        _give_up(message, failure.code, clock(), sending)
    else:
        Message.objects.filter(pk=message.pk, sent_at=None).update(sent_at=clock(), refusal="")
        sending.sent_count += 1


def _check_attempts(message: Message) -> None:
    """Refuse one of which every worker died that took it: it was never put off nor given up."""
    if message.attempts > MAXIMUM_ATTEMPTS:
        raise MailNeverFinished


def _check_address(message: Message) -> None:
    """Refuse what is no ordinary address once more: a line break would end a header."""
    try:
        parse_email(message.address)
    except InvalidValue:
        raise MailAddressInvalid from None


def _put_off(message: Message, failure: MailFailure, now: datetime, sending: Sending) -> None:
    if message.attempts >= MAXIMUM_ATTEMPTS:
        _give_up(message, failure.code, now, sending)
        return
    pause = min(timedelta(minutes=2**message.attempts), LONGEST_PAUSE)
    Message.objects.filter(pk=message.pk, sent_at=None).update(
        due_at=now + pause, refusal=failure.code
    )
    sending.put_off_count += 1


def _give_up(message: Message, code: str, now: datetime, sending: Sending) -> None:
    Message.objects.filter(pk=message.pk, sent_at=None).update(given_up_at=now, refusal=code)
    sending.given_up_count += 1


def _give_back(messages: Collection[Message], now: datetime, *, is_server_away: bool) -> None:
    """Undo the claim of messages that were not tried, so that they come as a chunk again."""
    waited = now - min(message.owed_at for message in messages)
    pause = min(max(waited / 2, SHORTEST_ABSENCE), LONGEST_ABSENCE)
    Message.objects.filter(pk__in=[message.pk for message in messages], sent_at=None).update(
        attempts=F("attempts") - 1, due_at=now + pause if is_server_away else now
    )
