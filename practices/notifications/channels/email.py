"""E-mail, through Django's default mailer."""

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

_CLOSING = 421  # the server hangs up after this answer (RFC 5321 §3.8)
_TAKEN = (250, 251)
_GO_ON = 354


class _Answer(NamedTuple):
    code: int
    text: bytes


@contextmanager
def open_channel() -> Iterator[Callable[[OutboxMessage, Callable[[], None]], None]]:
    """Yields a function that sends one message; one connection serves many, renewed when it breaks."""
    mailer = mailers.default
    sender = emails.envelope_sender()
    carried = 0

    def close() -> None:
        nonlocal carried
        carried = 0
        # One that is broken already is forgotten all the same.
        with suppress(OSError, smtplib.SMTPException):
            mailer.close()

    def send(message: OutboxMessage, about_to_go: Callable[[], None]) -> None:
        nonlocal carried
        if carried >= settings.MAIL_MESSAGES_PER_CONNECTION:
            close()
        try:
            if isinstance(mailer, EmailBackend):
                content = emails.as_bytes(message)
                recipient = emails.envelope_recipient(message)
                mailer.open()
                assert mailer.connection is not None  # noqa: S101 - open() raises otherwise
                _hand_over(mailer.connection, sender, recipient, content, about_to_go)
            else:
                mailer.open()
                about_to_go()
                mailer.send_messages([emails.compose(message)])
            carried += 1
        except smtplib.SMTPRecipientsRefused as refusal:
            code, answer = next(iter(refusal.recipients.values()))
            if code == _CLOSING:
                close()
            raise _failure(code, f"{code} {_text(answer)}") from refusal
        except smtplib.SMTPDataError as refusal:
            close()
            raise _failure(refusal.smtp_code, f"{refusal.smtp_code} {_text(refusal.smtp_error)}") from refusal
        except smtplib.SMTPResponseException as refusal:
            # The server refuses us, not the recipient or the message: that we can mend.
            close()
            raise TemporaryFailure(f"{refusal.smtp_code} {_text(refusal.smtp_error)}") from refusal
        except (OSError, smtplib.SMTPException) as error:
            close()
            raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
        except Exception:
            close()  # it may be in the midst of a message
            raise

    try:
        yield send
    finally:
        close()


def _hand_over(
    connection: smtplib.SMTP, sender: str, recipient: str, content: bytes, about_to_go: Callable[[], None]
) -> None:
    """What `SMTP.sendmail` does for one recipient, with a word before the content goes and fewer waits for answers."""
    connection.ehlo_or_helo_if_needed()
    size = f" SIZE={len(content)}" if connection.has_extn("size") else ""
    to_mail, to_rcpt, to_data = _answers(
        connection, [f"MAIL FROM:<{sender}>{size}", f"RCPT TO:<{recipient}>", "DATA"]
    )
    if to_data.code == _GO_ON and to_mail.code not in _TAKEN:
        connection.close()  # it would take for content what comes next
    elif to_data.code == _GO_ON and to_rcpt.code not in _TAKEN:
        connection.send(b".\r\n")  # a message to nobody (RFC 2920 §3.1)
        connection.getreply()
    if to_mail.code not in _TAKEN:
        raise smtplib.SMTPSenderRefused(*to_mail, sender)
    if to_rcpt.code not in _TAKEN:
        if to_rcpt.code != _CLOSING:
            with suppress(smtplib.SMTPServerDisconnected):
                connection.rset()
        raise smtplib.SMTPRecipientsRefused({recipient: to_rcpt})
    if to_data.code != _GO_ON:
        raise smtplib.SMTPDataError(*to_data)
    try:
        about_to_go()
    except BaseException:
        connection.close()  # or what comes next would be taken for content
        raise
    connection.send(_as_content(content))
    answer = _Answer(*connection.getreply())
    if answer.code not in _TAKEN:
        raise smtplib.SMTPDataError(*answer)


def _answers(connection: smtplib.SMTP, commands: list[str]) -> list[_Answer]:
    """The answer to each command; after a refusal, that refusal where the rest were not asked.

    They are asked in one go where the server lets us (PIPELINING, RFC 2920).
    """
    if together := connection.has_extn("pipelining"):
        if any("\r" in command or "\n" in command for command in commands):
            raise ValueError("a command of SMTP is one line")
        connection.send("".join(f"{command}\r\n" for command in commands))
    answers: list[_Answer] = []
    for command in commands:
        answer = _Answer(*(connection.getreply() if together else connection.docmd(command)))
        answers.append(answer)
        if answer.code == _CLOSING or (not together and answer.code not in (*_TAKEN, _GO_ON)):
            break
    return answers + [answers[-1]] * (len(commands) - len(answers))


def _as_content(content: bytes) -> bytes:
    """With a dot before each line that begins with one, and the dot that ends it (RFC 5321 §4.5.2)."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return ended.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _failure(code: int, reason: str) -> Exception:
    """5xx is for good (RFC 5321 §4.2.1), except that the server wants us to sign in first: that we can mend."""
    for_good = 500 <= code < 600 and code not in (530, 534, 535, 538)
    return PermanentFailure(reason) if for_good else TemporaryFailure(reason)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
