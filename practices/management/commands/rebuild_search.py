from django.utils.translation import ngettext

from practices.discovery import indexing
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Rebuild the index for lists, counts and search. Needed after an upgrade if its notes say so, and "
        "after writing practices without the workflow. Publications wait until it is done."
    )

    def handle(self, **options):
        count = indexing.rebuild_index(progress=self.show_progress)
        said = ngettext("%(count)s practice indexed.", "%(count)s practices indexed.", count)
        self.stdout.write(said % {"count": count})

    def show_progress(self, done):
        if done % (10 * indexing.BATCH) == 0:
            self.stdout.write(f"  {done} …")
