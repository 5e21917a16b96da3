from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Warn of drafts that end soon, and delete those nobody has gone on with for DRAFT_DAYS. Run it daily."
    )

    def handle(self, *args, **options):
        warned, deleted = workflow.expire_drafts()
        self.stdout.write(f"{warned} warned, {deleted} deleted")
