from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Run all that is due every night, one after the other. If one fails, the others run all the same, and the "
        "command fails at the end. Running it twice does nothing twice. The backup is a command of its own."
    )

    def handle(self, **options):
        failed = []
        for name in settings.NIGHTLY_JOBS:
            self.stdout.write(f"{name} …")
            try:
                call_command(name, stdout=self.stdout, stderr=self.stderr)
            except Exception as error:
                self.stderr.write(f"{name} failed: {error}")
                failed.append(name)
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The others have run. The log has the reasons.")
