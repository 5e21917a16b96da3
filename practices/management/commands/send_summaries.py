from django.core.management.base import BaseCommand

from practices.workflow import nightly_summary


class Command(BaseCommand):
    help = (
        "Queue the nightly summary to the moderators who want it, where anything awaits a decision. "
        "Run it nightly; twice in a night it goes once."
    )

    def handle(self, **options):
        self.stdout.write(f"{nightly_summary.send_summaries()} queued.")
