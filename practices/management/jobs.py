"""Commands that a scheduler runs."""

from django.core.management.base import BaseCommand, CommandError

from practices.core import isolation


class Job(BaseCommand):
    """Command that does all it can, and fails at the end if something in it failed apart from the rest."""

    def execute(self, *args, **options):
        with isolation.failures() as failed:
            output = super().execute(*args, **options)
        if failed:
            raise CommandError(
                f"{len(failed)} failed, everything else is done: {', '.join(failed[:5])}"
                f"{' …' if len(failed) > 5 else ''}. See the log for the reasons. The next run tries again."
            )
        return output
