from django.utils.translation import ngettext

from practices.core import stored_files
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Delete uploaded files that no row of the database names, for example after a crash. Files younger than "
        "FILES_GRACE_HOURS stay. Run it daily."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only list the files")

    def handle(self, *, dry_run, **options):
        try:
            names = stored_files.sweep(dry_run=dry_run)
        except stored_files.CannotBeListed:
            self.stderr.write(
                "This storage (FILES_BACKEND) cannot list its files or their age, so nothing was deleted. "
                "Compare its files with the table of attachments in another way."
            )
            return
        for name in names:
            self.stdout.write(name)
        if dry_run:
            said = ngettext(
                "%(count)s file would be deleted.", "%(count)s files would be deleted.", len(names)
            )
        else:
            said = ngettext("%(count)s file deleted.", "%(count)s files deleted.", len(names))
        self.stdout.write(said % {"count": len(names)})
