from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Queue the nightly summary to the moderators who want it, where anything awaits a decision. "
        "Run it nightly; twice in a night it goes once."
    )

    def handle(self, **options):
        self.stdout.write(f"{workflow.send_summaries()} queued.")
