"""Checks of the settings of e-mail, for anything that would prevent e-mail from being sent or delivered."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend

from practices.core.addresses import canonical
from practices.notifications import channels

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Check:
    """Statement that should hold, and what follows otherwise."""

    what: str
    holds: bool
    otherwise: str


def sender_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def sender_domain() -> str:
    return canonical(sender_address()).rpartition("@")[2]


def server_name() -> str:
    mailer = mailers.default
    return mailer.host if isinstance(mailer, EmailBackend) else "MAIL_HOST"


def checks(*, connect: bool) -> Iterator[Check]:
    """Yield the checks. `connect`: also sign in to the mail server and ask whether it accepts our e-mail."""
    yield from _of_sender()
    mailer = mailers.default
    if not isinstance(mailer, EmailBackend):
        yield Check("MAIL_HOST is set", False, "Without it, no e-mail is sent.")
        return
    yield Check(
        f"The connection to {mailer.host}:{mailer.port} is encrypted or stays on this machine",
        mailer.use_tls or mailer.use_ssl or mailer.host in LOOPBACK_HOSTS,
        "Set MAIL_USE_TLS=true, or MAIL_USE_SSL=true for port 465: others can read addresses and password.",
    )
    if connect:
        yield _of_server(mailer)


def _of_sender() -> Iterator[Check]:
    """Check that MAIL_FROM is an address of the site's domain."""
    address, domain, host = sender_address(), sender_domain(), settings.SITE_HOST.lower()
    yield Check(
        f"MAIL_FROM contains an e-mail address: {address}",
        "@" in address,
        "No mail server would accept our e-mail.",
    )
    yield Check(
        f"MAIL_FROM and SITE_URL have the same domain: {domain} and {host}",
        domain == host or domain.endswith(f".{host}") or host.endswith(f".{domain}"),
        "Links to another domain than the sender's look like phishing.",
    )


def _of_server(mailer: EmailBackend) -> Check:
    try:
        code, answer = channels.reply_to_sender(mailer)
        said = f"It answers {code} {answer}."
    except TimeoutError as error:
        code, said = 0, str(error)
    except OSError as error:
        code, said = 0, f"{type(error).__name__}: {error}"
    return Check(
        f"{mailer.host}:{mailer.port} answers, accepts our login and accepts e-mail from MAIL_FROM",
        code == 250,
        said,
    )
