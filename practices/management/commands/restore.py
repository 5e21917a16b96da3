from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from practices.core import job_runs
from practices.exchange import backups
from practices.management.backups import BackupCommand, explained, passphrase

NOTHING_RESTORED = "Nothing was restored: try another copy of it, or an earlier backup."


class Command(BackupCommand):
    help = (
        "Restore a backup into the database and the storage of the settings. It checks the archive first, and every "
        "row and file afterwards. Nothing is sent then until you decide with held_mail what becomes of the e-mail in it. "
        "Stop the web server and the sender meanwhile."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--replace", action="store_true", help="delete all that the database holds, if it is not empty"
        )
        parser.add_argument(
            "--sent-until",
            metavar="TIME",
            help="when the catalogue that was lost sent its last e-mail, such as 2026-11-30T14:05Z; by default now",
        )

    def handle(self, *, path, passphrase_file, replace, sent_until, verbosity, **options):
        with explained(path, NOTHING_RESTORED):
            manifest = backups.restore(
                path,
                passphrase=passphrase(passphrase_file),
                replace=replace,
                sent_until=instant(sent_until) if sent_until else None,
                progress=self.show if verbosity else lambda _what, _count: None,
            )
        job_runs.note_success("backup", at=manifest.taken_at)  # an archive has no record of its own success
        self.stdout.write(f"Restored {self.summary(manifest)}.")
        if manifest.missing:
            self.stderr.write(
                f"These files were missing when the backup was made: {', '.join(manifest.missing)}."
            )
        self.stdout.write("Nothing is sent until you decide what becomes of the e-mail in it: run held_mail.")


def instant(text):
    """Return the instant that a text names, in the time zone of the site unless it says another. Raises CommandError."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"“{text}” is not a time. Write it like 2026-11-30T14:05Z.")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
