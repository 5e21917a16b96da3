from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError, transaction

from practices.exchange import imports
from practices.exchange.imports import Result
from practices.exchange.imports import columns as table_columns
from practices.management.imports import ImportCommand


class Command(ImportCommand):
    help = (
        "Publish the practices of a file: JSON, JSON Lines, CSV, XLSX or a dump (ZIP). A faulty item is refused, with "
        "all its fields and reasons, which are summed up at the end; the others are imported. An item revises the "
        "practice with the number and date of publication of an export, the one at the address it gives as “url”, or "
        "else the one with the same source and title; what it does not state stays as it is. Otherwise it is a new "
        "practice, which keeps a number that is free here, and refused if its title is already here, in the same "
        "countries or none. Items that are already there are skipped, so a file can be imported again, also after an "
        "interruption."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only report what the import would do")
        parser.add_argument(
            "--all-or-nothing",
            action="store_true",
            help="import in one transaction, and nothing if an item is refused; nobody can publish meanwhile",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="HEADING=NAME",
            help='what a column of a table is, such as "Pays=countries"; without a name, it is left out',
        )
        parser.add_argument("--mapping", metavar="NAME", help="use the columns remembered by this name")
        parser.add_argument("--remember", metavar="NAME", help="remember the columns by this name")

    def handle(self, *, file, dry_run, all_or_nothing, column, mapping, remember, verbosity, **options):
        try:
            columns = self.columns(column, mapping)
            total = sum(
                1 for _item in imports.read(file, mapping=columns)
            )  # nothing of a broken file is imported
            with transaction.atomic() if all_or_nothing else nullcontext():
                with imports.contents(file) as content:
                    items = imports.read(file, mapping=columns)
                    options = {"content": content, "dry_run": dry_run, "verbosity": verbosity}
                    for _outcome in self.run(items, total, **options):
                        pass  # all is shown and counted already
                if not dry_run:
                    imports.reserve_numbers(file)
                if all_or_nothing and self.counts[Result.REFUSED]:
                    transaction.set_rollback(True)
        except imports.UnreadableFile as error:
            raise CommandError(f"{file}: {error}.") from error
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped. The first {self.counts.total()} items are done; import the file again to go on: they will "
                "be skipped."
            ) from None
        except DatabaseError as error:
            raise CommandError(
                f"The database failed after item {self.counts.total()} ({error}). The items before are imported; "
                "import the file again once the database is back."
            ) from error
        if remember:
            table_columns.remember(remember, columns)
        self.sum_up(file.name, dry_run=dry_run, all_or_nothing=all_or_nothing)

    def columns(self, assignments, mapping):
        """Return the columns that were assigned by name and one by one. Raises CommandError."""
        columns = table_columns.remembered(mapping) if mapping else {}
        if columns is None:
            raise CommandError(f"No columns are remembered as “{mapping}”.")
        given = dict(text.rpartition("=")[::2] for text in assignments)
        if unknown := [name for name in given.values() if name and name not in table_columns.NAMES]:
            known = ", ".join(table_columns.NAMES)
            raise CommandError(f"There is no column “{unknown[0]}”. The columns are: {known}.")
        return columns | given
