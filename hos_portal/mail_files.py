"""E-mails as files, for a demonstration: one each, which every mail program opens."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """
    Writes each e-mail into the directory ``EMAIL_FILE_PATH``, named after its Message-ID.

    The same e-mail again is the same file. Only the account that runs the portal may read it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._directory = Path(settings.EMAIL_FILE_PATH)

    def open(self) -> bool:
        """Make the directory, so that one that cannot be written to is a server that is away."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the e-mails; each is there whole or not at all."""
        self.open()
        for email in email_messages:
            message = email.message()
            name = str(message["Message-ID"]).strip("<>").partition("@")[0]
            draft = self._directory / f".{name}"
            draft.write_bytes(message.as_bytes())
            draft.rename(self._directory / f"{name}.eml")
        return len(email_messages)
