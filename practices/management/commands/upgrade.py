from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandError

from practices.exchange import doctor
from practices.management import findings
from practices.management.preparation import PreparingCommand

AGAIN = "Fix the cause, then run “manage.py upgrade” again: it repeats no work that is done."
UNCHANGED = "Nothing has been changed. " + AGAIN
GOES_ON = "The previous release goes on with the tables as they are. " + AGAIN


class Command(PreparingCommand):
    help = (
        "Upgrade to this release while the previous one goes on: backup, translations, tables, reference data and "
        "thesaurus, static files, index, then what doctor finds. Stops at the first step that fails and says what to "
        "do. Afterwards, restart the web server and the sender."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder",
            type=Path,
            metavar="FOLDER",
            help="the backup is written to it, with the time as its name",
        )
        parser.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="a file whose first line is the passphrase that encrypts the backup",
        )

    def handle(self, *, folder, passphrase_file, **options):
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. The backup is written to it first.")
        self.step("Backup", UNCHANGED, lambda: self.back_up(folder, passphrase_file))
        self.step("Translations", UNCHANGED, self.compile_messages)
        self.step("Tables", GOES_ON, self.migrate)
        self.step("Reference data and thesaurus", GOES_ON, self.load_data)
        self.step("Static files", GOES_ON, self.collect_static)
        self.step("Index", GOES_ON, self.renew_index)
        self.stdout.write("Check …")
        if findings.write(doctor.examine(doctor.BEFORE_START), self.stdout):
            raise CommandError(f"There are faults, see above. {GOES_ON}")
        self.stdout.write("Upgraded. Now restart the web server and the sender, then run “manage.py doctor”.")

    def step(self, name, remedy, act):
        self.stdout.write(f"{name} …")
        self.stdout.flush()
        try:
            act()
        except Exception as error:
            raise CommandError(f"{name} failed: {error or type(error).__name__}\n{remedy}") from error

    def back_up(self, folder, passphrase_file):
        call_command("backup", folder, passphrase_file=passphrase_file, stdout=self.stdout)

    def collect_static(self):
        call_command("collectstatic", interactive=False, verbosity=0)
