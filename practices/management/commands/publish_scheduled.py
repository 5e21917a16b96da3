from django.core.management.base import BaseCommand

from practices import workflow


class Command(BaseCommand):
    help = (
        "Publish the submissions whose date has come, once. `send_outbox --forever` does the same all the time; "
        "any number may run at once, each is published once."
    )

    def handle(self, **options):
        self.stdout.write(f"{workflow.publish_due()} published.")
