from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    help = "Ask submitters whether what was published a year ago is still true. Run it daily."

    def handle(self, *args, **options):
        self.stdout.write(f"{workflow.ask_if_still_true()} asked")
