"""E-mail channel, through Django's default mailer. SMTP transactions are pipelined where the server allows it."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from practices.core.deadlines import Exchange
from practices.models import OutboxMessage
from practices.notifications import emails
from practices.notifications.channels import smtp
from practices.notifications.channels.errors import PermanentFailure, ServerUnavailable, TemporaryFailure

QUIT_SECONDS = 2
"""Seconds that a server may take to say goodbye."""

_CLOSING = 421  # the server closes the connection after this reply (RFC 5321 §3.8)
_ACCEPTED = (250, 251)
_START_CONTENT = 354
_NOT_SIGNED_IN = (530, 534, 535, 538)


class _Reply(NamedTuple):
    code: int
    text: bytes


@contextmanager
def open_channel() -> Iterator[Callable[[OutboxMessage, Callable[[], None]], None]]:
    """Yield a function that sends one message. Messages share a connection, which is reopened when it breaks."""
    mailer = mailers.default
    connection = _Connection(mailer) if isinstance(mailer, EmailBackend) else _Mailer(mailer)
    try:
        yield connection.send
    finally:
        connection.close()


def reply_to_sender(mailer: EmailBackend) -> tuple[int, str]:
    """Sign in to the server of `mailer`, ask if it takes e-mail from MAIL_FROM, and return its reply. Sends nothing.

    Raises OSError; TimeoutError if it takes longer than MAIL_TIMEOUT_SECONDS altogether.
    """
    exchange, seconds = Exchange(), seconds_for_a_message()
    try:
        with exchange.within(seconds):
            connection = smtp.connect(mailer, exchange)
            code, text = connection.mail(emails.envelope_sender())
            connection.close()
    except OSError as error:
        if _is_late(error, exchange):
            raise TimeoutError(f"It did not answer within {seconds:g} seconds.") from error
        raise
    finally:
        exchange.close()
    return code, _decoded(text)


def _is_late(error: OSError, exchange: Exchange) -> bool:
    """Return whether an exchange failed for want of an answer, which smtplib calls a connection that was closed."""
    return exchange.reached or isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def seconds_for_a_message() -> float:
    """Seconds within which a message is handed over, connecting included: well within the lease of its sender."""
    return min(settings.MAIL_TIMEOUT_SECONDS, settings.OUTBOX_LEASE_SECONDS / 2)


class _Mailer:
    """Mailer that is not SMTP, such as files in development."""

    def __init__(self, mailer: BaseEmailBackend) -> None:
        self._mailer = mailer

    def send(self, message: OutboxMessage, before_send: Callable[[], None]) -> None:
        try:
            self._mailer.open()
            before_send()
            self._mailer.send_messages([emails.compose(message)])
        except OSError as error:
            self.close()
            raise TemporaryFailure(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        with suppress(OSError):
            self._mailer.close()


class _Connection:
    """Connection to the SMTP server for one message after another, each within its deadline."""

    def __init__(self, mailer: EmailBackend) -> None:
        self._mailer = mailer
        self._sender = emails.envelope_sender()
        self._exchange = Exchange()
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, message: OutboxMessage, before_send: Callable[[], None]) -> None:
        """Send one message. Raises ServerUnavailable if the server does not let us in within the deadline."""
        if self._sent >= settings.MAIL_MESSAGES_PER_CONNECTION:
            self.close()
        content = emails.as_bytes(message)
        recipient = emails.envelope_recipient(message)
        seconds = seconds_for_a_message()
        if self._mailer.timeout:
            seconds = min(seconds, self._mailer.timeout)
        try:
            with self._exchange.within(seconds):
                connection = self._opened()
                _transmit(connection, self._sender, recipient, content, before_send)
            self._sent += 1
            if self._exchange.reached:  # just after the last answer
                self.close()
        except smtplib.SMTPRecipientsRefused as refusal:
            code, text = next(iter(refusal.recipients.values()))
            if code == _CLOSING:
                self.close()
            raise _failure(code, f"{code} {_decoded(text)}") from refusal
        except smtplib.SMTPDataError as refusal:
            self.close()
            raise _failure(
                refusal.smtp_code, f"{refusal.smtp_code} {_decoded(refusal.smtp_error)}"
            ) from refusal
        except smtplib.SMTPResponseException as refusal:
            # The server refuses the sender or the connection, which an operator can fix; the message is not at fault.
            self.close()
            raise TemporaryFailure(f"{refusal.smtp_code} {_decoded(refusal.smtp_error)}") from refusal
        except OSError as error:
            let_in = self._smtp is not None
            late = _is_late(error, self._exchange)
            self.close()
            if not late:
                raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
            reason = f"The mail server took longer than {seconds:g} seconds."
            raise (TemporaryFailure if let_in else ServerUnavailable)(reason) from error
        except BaseException:
            self.close()  # the SMTP transaction may be incomplete
            raise

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = smtp.connect(self._mailer, self._exchange)
        return self._smtp

    def close(self) -> None:
        """Take leave of the server, unless it hangs, and close the connection."""
        connection, self._smtp, self._sent = self._smtp, None, 0
        if connection is not None:
            if not self._exchange.reached:
                with suppress(OSError), self._exchange.within(min(QUIT_SECONDS, seconds_for_a_message())):
                    connection.quit()
            connection.close()
        self._exchange.close()


def _transmit(
    connection: smtplib.SMTP, sender: str, recipient: str, content: bytes, before_send: Callable[[], None]
) -> None:
    """Send one message like `SMTP.sendmail`, but pipelined, and call `before_send` just before the content.

    Raises the exceptions of `SMTP.sendmail`.
    """
    size = f" SIZE={len(content)}" if connection.has_extn("size") else ""
    to_mail, to_rcpt, to_data = _replies(
        connection, [f"MAIL FROM:<{sender}>{size}", f"RCPT TO:<{recipient}>", "DATA"]
    )
    if to_data.code == _START_CONTENT and to_mail.code not in _ACCEPTED:
        connection.close()  # the server would read the next command as content
    elif to_data.code == _START_CONTENT and to_rcpt.code not in _ACCEPTED:
        connection.send(b".\r\n")  # an empty message without recipients (RFC 2920 §3.1)
        connection.getreply()
    if to_mail.code not in _ACCEPTED:
        raise smtplib.SMTPSenderRefused(*to_mail, sender)
    if to_rcpt.code not in _ACCEPTED:
        if to_rcpt.code != _CLOSING:
            with suppress(smtplib.SMTPServerDisconnected):
                connection.rset()
        raise smtplib.SMTPRecipientsRefused({recipient: to_rcpt})
    if to_data.code != _START_CONTENT:
        raise smtplib.SMTPDataError(*to_data)
    try:
        before_send()
    except BaseException:
        connection.close()  # the server would read the next command as content
        raise
    connection.send(_dot_stuffed(content))
    reply = _Reply(*connection.getreply())
    if reply.code not in _ACCEPTED:
        raise smtplib.SMTPDataError(*reply)


def _replies(connection: smtplib.SMTP, commands: list[str]) -> list[_Reply]:
    """Send commands and return a reply to each; commands not sent after a refusal share its reply.

    Sends all of them at once where the server offers PIPELINING (RFC 2920).
    """
    if pipelining := connection.has_extn("pipelining"):
        if any("\r" in command or "\n" in command for command in commands):
            raise ValueError("an SMTP command is one line")
        connection.send("".join(f"{command}\r\n" for command in commands))
    replies: list[_Reply] = []
    for command in commands:
        reply = _Reply(*(connection.getreply() if pipelining else connection.docmd(command)))
        replies.append(reply)
        if reply.code == _CLOSING or (not pipelining and reply.code not in (*_ACCEPTED, _START_CONTENT)):
            break
    return replies + [replies[-1]] * (len(commands) - len(replies))


def _dot_stuffed(content: bytes) -> bytes:
    """Double the dot of each line that begins with one and add the final dot (RFC 5321 §4.5.2)."""
    terminated = content if content.endswith(b"\r\n") else content + b"\r\n"
    return terminated.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _failure(code: int, reason: str) -> Exception:
    """Return PermanentFailure for a 5xx reply (RFC 5321 §4.2.1), unless it asks us to sign in, else TemporaryFailure."""
    permanent = 500 <= code < 600 and code not in _NOT_SIGNED_IN
    return PermanentFailure(reason) if permanent else TemporaryFailure(reason)


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
