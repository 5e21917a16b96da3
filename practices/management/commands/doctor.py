from django.core.management.base import BaseCommand, CommandError

from practices.exchange import doctor
from practices.management import findings


class Command(BaseCommand):
    help = (
        "Check all that the catalogue needs: settings, database, storage, cache, e-mail, jobs, its public address. "
        "Say in plain words what is wrong and what to do. Sends no e-mail. Fails if there is a fault."
    )
    requires_system_checks = ()  # it reports them itself, with all else

    def handle(self, **options):
        if findings.write(doctor.examine(doctor.ALL), self.stdout):
            raise CommandError("There are faults, see above.")
