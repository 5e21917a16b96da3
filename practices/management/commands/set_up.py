from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from practices import workflow
from practices.exchange import doctor
from practices.management import findings
from practices.management.preparation import PreparingCommand


class Command(PreparingCommand):
    help = (
        "Set up whatever is missing on a machine of production, at first and after each upgrade: tables, reference data, "
        "thesaurus, index, static files, a moderator if there is none. Then say, as doctor does, what is wrong with all "
        "that can be checked before the web server runs."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--moderator", default="moderator", metavar="NAME", help="name of the first moderator"
        )
        parser.add_argument(
            "--practices",
            type=Path,
            metavar="FILE",
            help="import these practices if there are none, such as fixtures/practices.json",
        )

    def handle(self, *, moderator, practices, **options):
        self.prepare()
        call_command("collectstatic", interactive=False, verbosity=0)
        if practices:
            self.load_practices(practices)
        if not workflow.moderators().exists():
            self.show_account(moderator, self.create_moderator(moderator))
        findings.write(doctor.examine(doctor.BEFORE_START), self.stdout)

    def show_account(self, name, password):
        if password:
            self.stdout.write(
                f"\n  The first moderator signs in at {settings.SITE_URL}/admin/\n"
                f"  name: {name}   password: {password}   (shown this once)\n"
            )
