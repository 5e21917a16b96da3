from django.core.management.base import BaseCommand

from practices import workflow


class Command(BaseCommand):
    help = "Ask submitters whether what was published a year ago is still true. Run it daily."

    def handle(self, *args, **options):
        self.stdout.write(f"{workflow.ask_if_still_true()} asked")
