from practices import workflow
from practices.management.jobs import Job


class Command(Job):
    writes_to_people = True
    help = "Remind those who have not answered a question, and tell askers who get no answer. Run it daily."

    def handle(self, *args, **options):
        done = workflow.follow_up_questions()
        self.stdout.write(", ".join(f"{count} {what}" for what, count in done.items()))
