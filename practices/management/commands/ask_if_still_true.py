from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    writes_to_people = True
    help = "Ask submitters whether practices published a year ago are still up to date. Run it daily."

    def handle(self, *args, **options):
        self.stdout.write(f"{workflow.ask_if_still_true()} asked")
