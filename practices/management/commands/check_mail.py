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
