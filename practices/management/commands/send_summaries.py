from django.core.management.base import BaseCommand

from practices import workflow


class Command(BaseCommand):
    help = (
        "Queue the nightly summary to the moderators who want it, where anything awaits a decision. "
        "Run it nightly; twice in a night it goes once."
    )

    def handle(self, **options):
        self.stdout.write(f"{workflow.send_summaries()} queued.")
