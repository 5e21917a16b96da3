from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from practices.exchange import freeze

STEP = 100  # practices between two reports of progress


class Command(BaseCommand):
    help = (
        "Write the public catalogue as plain files into a folder, for archives, slow lines or a USB stick: pages, feeds, "
        "data, files and a search that works without a server. Open its index.html. A copy that was cut off is taken "
        "up where it stopped, unless something was published since; a complete one in the folder is replaced."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="empty, or with an earlier copy")

    def handle(self, *, folder, verbosity, **options):
        try:
            count = freeze.freeze(folder, progress=self.show if verbosity else lambda _done, _total: None)
        except freeze.FolderNotEmpty as error:
            raise CommandError(
                f"{folder} holds other files. Name an empty folder, or one of a copy."
            ) from error
        except (freeze.PageNotGiven, OSError) as error:
            raise CommandError(f"{error}. Run the command again to go on.") from error
        said = ngettext("%(count)s practice in %(folder)s.", "%(count)s practices in %(folder)s.", count)
        self.stdout.write(said % {"count": count, "folder": folder})

    def show(self, done, total):
        if done % STEP == 0 or done == total:
            self.stdout.write(f"practices: {done} of {total} …")
            self.stdout.flush()
