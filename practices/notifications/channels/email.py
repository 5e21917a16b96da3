"""E-mail channel, through Django's default mailer. SMTP transactions are pipelined where the server allows it."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend

from practices.models import OutboxMessage
from practices.notifications import emails
from practices.notifications.channels.errors import PermanentFailure, TemporaryFailure

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
    sender = emails.envelope_sender()
    sent_on_connection = 0

    def close() -> None:
        nonlocal sent_on_connection
        sent_on_connection = 0
        # Django discards the connection even if closing it fails.
        with suppress(OSError, smtplib.SMTPException):
            mailer.close()

    def send(message: OutboxMessage, before_send: Callable[[], None]) -> None:
        nonlocal sent_on_connection
        if sent_on_connection >= settings.MAIL_MESSAGES_PER_CONNECTION:
            close()
        try:
            if isinstance(mailer, EmailBackend):
                content = emails.as_bytes(message)
                recipient = emails.envelope_recipient(message)
                mailer.open()
                assert mailer.connection is not None  # noqa: S101 - open() raises otherwise
                _transmit(mailer.connection, sender, recipient, content, before_send)
            else:
                mailer.open()
                before_send()
                mailer.send_messages([emails.compose(message)])
            sent_on_connection += 1
        except smtplib.SMTPRecipientsRefused as refusal:
            code, text = next(iter(refusal.recipients.values()))
            if code == _CLOSING:
                close()
            raise _failure(code, f"{code} {_decoded(text)}") from refusal
        except smtplib.SMTPDataError as refusal:
            close()
            raise _failure(
                refusal.smtp_code, f"{refusal.smtp_code} {_decoded(refusal.smtp_error)}"
            ) from refusal
        except smtplib.SMTPResponseException as refusal:
            # The server refuses the sender or the connection, which an operator can fix; the message is not at fault.
            close()
            raise TemporaryFailure(f"{refusal.smtp_code} {_decoded(refusal.smtp_error)}") from refusal
        except (OSError, smtplib.SMTPException) as error:
            close()
            raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
        except Exception:
            close()  # the SMTP transaction may be incomplete
            raise

    try:
        yield send
    finally:
        close()


def _transmit(
    connection: smtplib.SMTP, sender: str, recipient: str, content: bytes, before_send: Callable[[], None]
) -> None:
    """Send one message like `SMTP.sendmail`, but pipelined, and call `before_send` just before the content.

    Raises the exceptions of `SMTP.sendmail`.
    """
    connection.ehlo_or_helo_if_needed()
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
