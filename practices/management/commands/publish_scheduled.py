from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Publish all submissions that are due, and stop. `send_outbox --forever` does the same continuously; "
        "any number may run at the same time, and each submission is published once."
    )

    def handle(self, **options):
        self.stdout.write(f"{workflow.publish_due()} published.")
