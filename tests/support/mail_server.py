"""Local SMTP server for tests of sending."""

import asyncio
import email
import email.policy
import logging
import socket
from contextlib import closing

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)  # DEBUG and INFO repeat every line of SMTP


class MailServer:
    """SMTP server with configurable replies, which keeps the messages it accepted."""

    def __init__(self):
        self.received = []
        self.reply_to_mail = "250 OK"
        self.replies = {}
        """Address → reply to RCPT."""
        self.replies_to_data = {}
        """Address → reply to DATA. None closes the connection instead."""
        self.connections = 0
        self.takes_commands_together = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        if self.takes_commands_together:
            responses.insert(-1, "250-PIPELINING")
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.reply_to_mail

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        reply = self.replies_to_data.get(envelope.rcpt_tos[0], "250 OK")
        if reply is None:
            server.transport.abort()
            await asyncio.sleep(0)
            return "250 OK"
        if reply.startswith("250"):
            self.received.append((envelope.rcpt_tos, envelope.original_content))
        return reply

    @property
    def recipients(self):
        return [addresses for addresses, _content in self.received]

    @property
    def messages(self):
        return [
            email.message_from_bytes(content, policy=email.policy.default) for _to, content in self.received
        ]


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mailers(port):
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


class MailServerThread(Controller):
    """Thread that runs a MailServer and closes open connections when it ends."""

    def __init__(self, server, **options):
        super().__init__(server, hostname="127.0.0.1", port=free_port(), **options)
        self.connections = []

    def factory(self):
        self.connections.append(super().factory())
        return self.connections[-1]

    def stop(self):
        for connection in self.connections:
            if connection.transport is not None:
                self.loop.call_soon_threadsafe(connection.transport.abort)
        super().stop()
