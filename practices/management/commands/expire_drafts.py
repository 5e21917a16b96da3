from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    writes_to_people = True
    help = "Warn submitters whose drafts will be deleted soon, and delete drafts left for DRAFT_DAYS. Run it daily."

    def handle(self, *args, **options):
        warned, deleted = workflow.expire_drafts()
        self.stdout.write(f"{warned} warned, {deleted} deleted")
