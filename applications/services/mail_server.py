"""Hand e-mails to the mail server, and say what its refusals mean for us."""

import smtplib
from contextlib import suppress
from types import TracebackType
from typing import ClassVar, Self

from django.core.mail import EmailMessage, get_connection

# Many servers end a connection that brings too much, in the middle of a message.
MESSAGES_FOR_EACH_CONNECTION = 50
SERVICE_CLOSING = 421
PERMANENT = 500


class MailFailure(Exception):
    """An e-mail was not accepted. What the server said is not kept: it may quote the address."""

    code: ClassVar[str]


class MailServerAway(MailFailure):
    """Nobody answers, in time or at all, or the server does not let us in: no message's fault."""

    code = "MAIL_SERVER_AWAY"


class MailPutOff(MailFailure):
    """The server wants this message later."""

    code = "MAIL_PUT_OFF"


class MailAddressRefused(MailFailure):
    """The server will never take anything for this address."""

    code = "MAIL_ADDRESS_REFUSED"


class MailRefused(MailFailure):
    """The server will never take this message."""

    code = "MAIL_REFUSED"


class MailServer:
    """The configured mail server; its connection is opened when it is needed."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._delivered_count: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """
        Make sure that the server listens.

        :raises MailServerAway: when it does not, or does not let us in.
        """
        if self._delivered_count == MESSAGES_FOR_EACH_CONNECTION:
            self.close()
        if self._delivered_count is not None:
            return
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException):
            self.close()
            raise MailServerAway from None
        self._delivered_count = 0

    def deliver(self, email: EmailMessage) -> None:
        """
        Hand over one e-mail to one address.

        :raises MailFailure: one of its kinds, when the server has not accepted it.
        """
        self.open()
        try:
            self._connection.send_messages([email])
        except smtplib.SMTPRecipientsRefused as refused:
            (reply, _), *_ = refused.recipients.values()
            raise _judge(reply, MailAddressRefused) from None
        except smtplib.SMTPSenderRefused as refused:
            raise _judge(refused.smtp_code, MailServerAway) from None
        except smtplib.SMTPResponseException as refused:
            raise _judge(refused.smtp_code, MailRefused) from None
        except (OSError, smtplib.SMTPException):
            raise MailServerAway from None
        self._delivered_count = (self._delivered_count or 0) + 1

    def close(self) -> None:
        """End the connection; one that is broken has ended already."""
        with suppress(OSError, smtplib.SMTPException):
            self._connection.close()
        self._delivered_count = None


def _judge(reply: int, for_good: type[MailFailure]) -> MailFailure:
    """Read a reply: 421 is a server that hangs up, other 4xx are for later, 5xx are for good."""
    if reply == SERVICE_CLOSING:
        return MailServerAway()
    return for_good() if reply >= PERMANENT else MailPutOff()
