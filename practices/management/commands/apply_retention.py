from practices import personal_data
from practices.management.jobs import Job


class Command(Job):
    help = "Delete data at the end of its retention period, as /privacy/ says. Run it daily."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only count, and delete nothing")

    def handle(self, *, dry_run, **options):
        for what, count in personal_data.apply_retention(dry_run=dry_run).items():
            self.stdout.write(f"{what}: {count}")
