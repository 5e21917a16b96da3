from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    writes_to_people = True
    help = (
        "Queue the nightly summary for moderators who want it, if any submission waits for a decision. "
        "Run it nightly. If it runs twice in a night, the summary is still sent once."
    )

    def handle(self, **options):
        self.stdout.write(f"{workflow.send_summaries()} queued.")
