from django.core.management.base import CommandError
from django.utils.translation import ngettext

from practices.discovery import reindexing
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Index all practices again for lists, counts and search, while the catalogue is in use. Needed after writing "
        "practices without the workflow, or after editing concepts. If it was interrupted, it goes on where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--outdated",
            action="store_true",
            help="leave out the practices whose entries this release has made, as set_up and upgrade do",
        )
        parser.add_argument(
            "--from-scratch",
            action="store_true",
            help="delete the index first, after rows of it were changed by hand; publications wait until it is done",
        )

    def handle(self, *, outdated, from_scratch, **options):
        if outdated and from_scratch:
            raise CommandError("--outdated and --from-scratch exclude each other.")
        if from_scratch:
            count = reindexing.rebuild(progress=self.show_progress)
        else:
            if not outdated and not reindexing.is_interrupted():
                reindexing.mark_all()
            count = reindexing.renew(progress=self.show_progress)
        said = ngettext("%(count)s practice indexed.", "%(count)s practices indexed.", count)
        self.stdout.write(said % {"count": count})

    def show_progress(self, done, of):
        if done % (10 * reindexing.BATCH) == 0:
            self.stdout.write(f"  {done} of {of} …")
            self.stdout.flush()
