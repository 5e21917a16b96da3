from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    writes_to_people = True
    help = (
        "Remind submitters of requests for changes, and close submissions as withdrawn if there is no answer within "
        "UNANSWERED_DAYS. Run it daily."
    )

    def handle(self, *args, **options):
        reminded, closed = workflow.close_unanswered()
        self.stdout.write(f"{reminded} reminded, {closed} closed")
