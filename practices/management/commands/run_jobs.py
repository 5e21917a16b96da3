import logging

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

NIGHTLY = (
    "expire_drafts",
    "close_unanswered",
    "ask_if_still_true",
    "send_summaries",
    "apply_retention",
    "sweep_files",
    "dump_data",
)
"""Commands in the order in which they run: those that end something first, so that what follows knows of it."""

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Run all that is due every night, one after the other. If one fails, the others run all the same, and the "
        "command fails at the end. Running it twice does nothing twice. The backup is a command of its own."
    )

    def handle(self, **options):
        failed = []
        for name in NIGHTLY:
            self.stdout.write(f"{name} …")
            try:
                call_command(name, stdout=self.stdout, stderr=self.stderr)
            except Exception as error:
                _log.exception("The job %s failed", name)
                self.stderr.write(f"{name} failed: {error}")
                failed.append(name)
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The others have run. The log has the reasons.")
