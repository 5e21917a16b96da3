from django.template.defaultfilters import filesizeformat

from practices.exchange import dumps
from practices.management.jobs import Job


class Command(Job):
    help = (
        "Write all public practices with their files into one archive, which /data/ offers with its checksum and date, "
        "and delete those before the newest DUMPS_KEPT. Run it daily."
    )

    def handle(self, *, verbosity, **options):
        dump = dumps.make(progress=self.show if verbosity else lambda _count: None)
        size = filesizeformat(dump.size).replace("\xa0", " ")
        self.stdout.write(f"{dump.name}: practices: {dump.practices}, {size}, SHA-256 {dump.sha256}")

    def show(self, count):
        self.stdout.write(f"practices: {count} …")
        self.stdout.flush()
