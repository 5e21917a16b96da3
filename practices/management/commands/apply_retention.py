from practices import personal_data
from practices.management.jobs import Job


class Command(Job):
    help = "Erase what has been kept for its time, as /privacy/ says. Run it daily."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how much it would be")

    def handle(self, *, dry_run, **options):
        for what, count in personal_data.apply_retention(dry_run=dry_run).items():
            self.stdout.write(f"{what}: {count}")
