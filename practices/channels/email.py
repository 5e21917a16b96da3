"""E-mail, through Django's default mailer."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend

from practices import emails
from practices.channels.errors import PermanentFailure, TemporaryFailure
from practices.models import OutboxMessage

_CLOSING = 421  # the server hangs up after this answer (RFC 5321 §3.8)


@contextmanager
def open_channel() -> Iterator[Callable[[OutboxMessage], None]]:
    """Yields a function that sends one message; one connection serves many, renewed when it breaks."""
    mailer = mailers.default
    carried = 0

    def close() -> None:
        nonlocal carried
        carried = 0
        # One that is broken already is forgotten all the same.
        with suppress(OSError, smtplib.SMTPException):
            mailer.close()

    def send(message: OutboxMessage) -> None:
        nonlocal carried
        if carried >= settings.MAIL_MESSAGES_PER_CONNECTION:
            close()
        try:
            if isinstance(mailer, EmailBackend):
                content = emails.as_bytes(message)
                recipient = mailer.prep_address(message.address)
                mailer.open()
                assert mailer.connection is not None  # noqa: S101 - open() raises otherwise
                mailer.connection.sendmail(emails.sender(), [recipient], content)
            else:
                mailer.open()
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

    try:
        yield send
    finally:
        close()


def _failure(code: int, reason: str) -> Exception:
    """5xx is for good (RFC 5321 §4.2.1), except that the server wants us to sign in first: that we can mend."""
    for_good = 500 <= code < 600 and code not in (530, 534, 535, 538)
    return PermanentFailure(reason) if for_good else TemporaryFailure(reason)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
