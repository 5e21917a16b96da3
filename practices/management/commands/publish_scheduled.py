from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Publish the submissions whose date has come, once. `send_outbox --forever` does the same all the time; "
        "any number may run at once, each is published once."
    )

    def handle(self, **options):
        self.stdout.write(f"{workflow.publish_due()} published.")
