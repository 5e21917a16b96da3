from django.core.management.base import BaseCommand, CommandError

from practices.notifications import mail_setup

LOOK_UP = """
Look these up by hand, because only the DNS and the operator of your mail server know them:

  SPF: who may send for {domain}
      dig +short TXT {domain}
    One line with v=spf1 that names the server that sends your e-mail, and ends with -all or ~all.
  DKIM: the signature that this server adds
      dig +short TXT SELECTOR._domainkey.{domain}
    SELECTOR is the value of s= in the DKIM-Signature of one of our e-mails; its d= must be {domain}.
  DMARC: what receivers do with e-mail that fails both checks
      dig +short TXT _dmarc.{domain}
    v=DMARC1; p=quarantine or reject, and rua= with an address that somebody reads.
  PTR: the IP address that sends your e-mail has a host name, and that name has this address
      dig +short {host}
      dig +short -x ADDRESS
    If your provider sends from other addresses than {host}, the provider has to take care of this.

Then send an e-mail to an address of your own at a large provider, and look for spf=pass, dkim=pass and
dmarc=pass in its Authentication-Results. docs/mail.md has an example of each record."""


class Command(BaseCommand):
    help = (
        "Check the settings for anything that would prevent e-mail from being sent or delivered, and list what to look "
        "up by hand. Sends nothing. Fails if something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--connect",
            action="store_true",
            help="also sign in to the mail server and check that it accepts our e-mail",
        )

    def handle(self, *, connect, **options):
<<<<<<< HEAD
        failed = 0
        for check in mail_setup.checks(connect=connect):
            failed += not check.holds
            self.stdout.write(
                f"OK     {check.what}."
                if check.holds
                else f"WRONG  Not the case: {check.what}. {check.otherwise}"
            )
        self.stdout.write(LOOK_UP.format(domain=mail_setup.sender_domain(), host=mail_setup.server_name()))
        if failed:
            raise CommandError(f"{failed} problems found, see above.")
=======
        self.failed = 0
        domain = self.check_sender()
        mailer = mailers.default
        if not isinstance(mailer, EmailBackend):
            self.say("MAIL_HOST is set", False, "Without it, no e-mail is sent.")
            host = "MAIL_HOST"
        else:
            host = mailer.host
            self.check_tls(mailer)
            if connect:
                self.check_server(mailer)
        self.stdout.write(LOOK_UP.format(domain=domain, host=host))
        if self.failed:
            raise CommandError(f"{self.failed} problems found, see above.")

    def say(self, what, holds, otherwise):
        self.failed += not holds
        self.stdout.write(f"OK     {what}." if holds else f"WRONG  Not the case: {what}. {otherwise}")

    def check_sender(self):
        """Check that MAIL_FROM is an address of the site's domain; return its domain."""
        _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        domain = canonical(address).rpartition("@")[2]
        host = settings.SITE_HOST.lower()
        self.say(
            f"MAIL_FROM contains an e-mail address: {address}",
            "@" in address,
            "No mail server would accept our e-mail.",
        )
        self.say(
            f"MAIL_FROM and SITE_URL have the same domain: {domain} and {host}",
            domain == host or domain.endswith(f".{host}") or host.endswith(f".{domain}"),
            "Links to another domain than the sender's look like phishing.",
        )
        return domain

    def check_tls(self, mailer):
        self.say(
            f"The connection to {mailer.host}:{mailer.port} is encrypted or stays on this machine",
            mailer.use_tls or mailer.use_ssl or mailer.host in LOOPBACK_HOSTS,
            "Set MAIL_USE_TLS=true, or MAIL_USE_SSL=true for port 465: others can read addresses and password.",
        )

    def check_server(self, mailer):
        try:
            code, answer = channels.reply_to_sender(mailer)
            said = f"It answers {code} {answer}."
        except OSError as error:
            code, said = 0, f"{type(error).__name__}: {error}"
        self.say(
            f"{mailer.host}:{mailer.port} answers, accepts our login and accepts e-mail from MAIL_FROM",
            code == 250,
            said,
        )
>>>>>>> 294897e3 (Add e-mail over TLS from the first byte, as on port 465)
