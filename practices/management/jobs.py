"""Commands that a scheduler runs."""

from django.core.management.base import BaseCommand, CommandError

from practices.core import isolation, job_runs, maintenance


class Job(BaseCommand):
    """Command that does all it can, and fails at the end if something in it failed apart from the rest.

    Its runs are recorded, but for those that only say what they would do.
    """

    writes_to_people = False
    """True if it is left out during maintenance, because it queues e-mails."""

    def execute(self, *args, **options):
        if options.get("dry_run") or options.get("forever"):
            return self._do_all(*args, **options)
        with job_runs.recorded(type(self).__module__.rpartition(".")[2]):
            return self._do_all(*args, **options)

    def _do_all(self, *args, **options):
        if self.writes_to_people and maintenance.is_on():
            raise CommandError(
                "The catalogue is under maintenance, so nothing was done. Run it again afterwards."
            )
        with isolation.failures() as failed:
            output = super().execute(*args, **options)
        if failed:
            raise CommandError(
                f"{len(failed)} failed, everything else is done: {', '.join(failed[:5])}"
                f"{' …' if len(failed) > 5 else ''}. See the log for the reasons. The next run tries again."
            )
        return output
