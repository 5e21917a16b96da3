from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError

from practices.exchange import imports, predecessor
from practices.management.imports import ImportCommand


class Command(ImportCommand):
    help = (
        "Import the practices of a predecessor that ran on Drupal: from a folder of saved HTML pages (of practices, "
        "listings and terms), from files of its JSON:API, or from a table (CSV, XLSX). Titles, credits, dates and texts "
        "are taken over, terms become objectives, countries, goals and topics, and old addresses lead to the practices. "
        "Possible duplicates are named. The same files can be imported again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "path", type=Path, help="a file, or a folder that is searched with its subfolders"
        )
        parser.add_argument("--dry-run", action="store_true", help="only report what the import would do")
        parser.add_argument(
            "--objective",
            type=int,
            action="append",
            choices=range(1, 24),
            metavar="NUMBER",
            help="objective of practices whose pages name none",
        )

    def handle(self, *, path, dry_run, objective, verbosity, **options):
        addresses = 0
        try:
            entries = list(predecessor.read(path))
            for one, other in predecessor.doubles(entries):
                self.stderr.write(
                    f"Possible duplicates: “{one.title}” ({_where(one)}) and “{other.title}” ({_where(other)})."
                )
            items = predecessor.items(entries, objectives=objective)
            outcomes = self.run(items, len(entries), dry_run=dry_run, verbosity=verbosity)
            for entry, outcome in zip(entries, outcomes, strict=True):
                if outcome.practice and not dry_run:
                    addresses += predecessor.keep_addresses(outcome.practice, entry.paths)
        except imports.UnreadableFile as error:
            raise CommandError(f"{path}: {error}.") from error
        except DatabaseError as error:
            raise CommandError(
                f"The database failed after item {self.counts.total()} ({error}). Run the command again once it is back; "
                "what is imported already will be skipped."
            ) from error
        self.stdout.write(f"Old addresses that now lead to practices: {addresses}.")
        self.sum_up(path.name, dry_run=dry_run)


def _where(entry):
    return ", ".join(entry.addresses) or "no address"
