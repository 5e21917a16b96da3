from email.utils import parseaddr

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend
from django.core.management.base import BaseCommand, CommandError

from practices.core.addresses import canonical
from practices.notifications import channels

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
LOOK_UP = """
To look up by hand, since only the DNS and your mail server's operator know:

  SPF: who may send for {domain}
      dig +short TXT {domain}
    One line with v=spf1 that names the server which sends to the world, and ends in -all or ~all.
  DKIM: the signature that server adds
      dig +short TXT SELECTOR._domainkey.{domain}
    SELECTOR is what stands after s= in the DKIM-Signature of an e-mail of ours; d= there must be {domain}.
  DMARC: what others do with e-mail that fails both
      dig +short TXT _dmarc.{domain}
    v=DMARC1; p=quarantine or reject, and rua= with an address that somebody reads.
  PTR: the address that server sends from has a name, and that name has this address
      dig +short {host}
      dig +short -x ADDRESS
    If your provider sends from other addresses than {host}, this is theirs to see to.

Then send an e-mail to an address of your own at a large provider, and look for spf=pass, dkim=pass and
dmarc=pass in its Authentication-Results. docs/mail.md has an example of each record."""


class Command(BaseCommand):
    help = (
        "Say what would keep our e-mail from being sent or believed: what can be seen from here, and what to look "
        "up by hand. Sends nothing. Fails if something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--connect", action="store_true", help="also sign in to the mail server and ask if we may send"
        )

    def handle(self, *, connect, **options):
        self.failed = 0
        domain = self.check_sender()
        mailer = mailers.default
        if not isinstance(mailer, EmailBackend):
            self.say("MAIL_HOST is set", False, "without it e-mail is not sent.")
            host = "MAIL_HOST"
        else:
            host = mailer.host
            self.check_tls(mailer)
            if connect:
                self.check_server(mailer)
        self.stdout.write(LOOK_UP.format(domain=domain, host=host))
        if self.failed:
            raise CommandError(f"{self.failed} wrong, see above.")

    def say(self, what, holds, otherwise):
        self.failed += not holds
        self.stdout.write(f"right  {what}." if holds else f"WRONG  Not so: {what}; {otherwise}")

    def check_sender(self):
        """Check that MAIL_FROM is an address of the site's domain; return its domain."""
        _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        domain = canonical(address).rpartition("@")[2]
        host = settings.SITE_HOST.lower()
        self.say(f"MAIL_FROM has an address, {address}", "@" in address, "nobody would take our e-mail.")
        self.say(
            f"MAIL_FROM and SITE_URL are of one domain, {domain} and {host}",
            domain == host or domain.endswith(f".{host}") or host.endswith(f".{domain}"),
            "links that lead elsewhere than to the sender's domain look like phishing.",
        )
        return domain

    def check_tls(self, mailer):
        self.say(
            f"what goes to {mailer.host}:{mailer.port} is encrypted, or stays on this machine",
            mailer.use_tls or mailer.use_ssl or mailer.host in LOOPBACK_HOSTS,
            "set MAIL_USE_TLS=true, or addresses and the password can be read on the way.",
        )

    def check_server(self, mailer):
        try:
            code, answer = channels.reply_to_sender(mailer)
            said = f"it says {code} {answer}"
        except OSError as error:
            code, said = 0, f"{type(error).__name__}: {error}"
        self.say(
            f"{mailer.host}:{mailer.port} answers, lets us in and takes e-mail from MAIL_FROM",
            code == 250,
            said,
        )
