from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Remind of requests for changes that nobody answers, and close as withdrawn those that nobody has answered for "
        "UNANSWERED_DAYS. Run it daily."
    )

    def handle(self, *args, **options):
        reminded, closed = workflow.close_unanswered()
        self.stdout.write(f"{reminded} reminded, {closed} closed")
