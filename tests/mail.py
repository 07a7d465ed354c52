"""
A mail server for tests: a real one, on a port of its own, that can be slow or refuse.

``MailServer`` listens in a thread of its own. The fixture ``mail_server`` has the portal send to
one, and ``mail_server.deliver()`` sends what is owed and gives it back.
"""

import asyncio
import email.policy
import logging
from email import message_from_bytes

from aiosmtpd.controller import Controller

from applications.tasks import send_owed_messages
from hos_portal.embedded.ports import LOOPBACK, find_free_port

# It tells of every command, after the test that it belongs to has ended.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class Mail:
    """One e-mail as it arrived."""

    def __init__(self, recipients, content):
        self.to = recipients
        self.parsed = message_from_bytes(content, policy=email.policy.default)
        self.id = self.parsed["Message-ID"]
        self.subject = self.parsed["Subject"]
        self.text, self.html = (
            self.parsed.get_body((kind,)).get_content().replace("\r\n", "\n")
            for kind in ("plain", "html")
        )


class MailServer:
    """
    Listens until ``stop``; ``start`` again brings it back on the same port.

    ``replies`` holds what it says to a recipient in place of "OK": ``{"a@b.org": "550 No"}``, and
    ``data_reply`` what it says to every text. ``pause_seconds`` pass between a mail's arrival and
    the answer to it; then ``before_answering`` is called.
    """

    def __init__(self):
        self.port = find_free_port()
        self.mails = []
        self.connections = 0
        self.replies = {}
        self.data_reply = None
        self.pause_seconds = 0
        self.before_answering = lambda: None
        self._controller = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def start(self):
        self._controller = Controller(self, hostname=LOOPBACK, port=self.port)
        self._controller.start()

    def stop(self):
        if self._controller:
            self._controller.stop()
            self._controller = None

    def deliver(self):
        """Have the portal send what it owes; give what arrived."""
        known = len(self.mails)
        send_owed_messages()
        return self.mails[known:]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data_reply:
            return self.data_reply
        self.mails.append(Mail(envelope.rcpt_tos, envelope.content))
        await asyncio.sleep(self.pause_seconds)
        self.before_answering()
        return "250 OK"
