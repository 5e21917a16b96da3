from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import ngettext

from practices.core.http.guards import site_address
from practices.exchange import imports
from practices.exchange.imports import Result


class Command(BaseCommand):
    help = (
        "Publish the practices of a JSON file or a dump (ZIP) one by one and report the result for each. A faulty item "
        "is refused, with its fields and reasons; the others are imported. An item revises the practice with the "
        'number and date of publication of an export, the one at the address it gives as "url", or else the one with '
        "the same source and title. Otherwise it is a new practice, which keeps a number that is free here, and refused "
        "if its title is already here, in the same countries or none. "
        "Items that are already there are skipped, so a file can be imported again."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only report what the import would do")

    def handle(self, *, file, dry_run, verbosity, **options):
        counts: Counter[str] = Counter()
        try:
            for _item in imports.read(file):
                pass  # nothing is imported of a file that is cut off or broken in the middle
            with imports.contents(file) as content:
                for outcome in imports.run(imports.read(file), content=content, dry_run=dry_run):
                    counts[outcome.result] += 1
                    self.show(outcome, verbosity=verbosity)
        except imports.UnreadableFile as error:
            raise CommandError(f"{file}: {error}.") from error
        except DatabaseError as error:
            raise CommandError(
                f"The database failed at item {counts.total() + 1} ({error}). The items before it are imported; "
                "import the file again once the database is back."
            ) from error
        said = ", ".join(f"{counts[result]} {result}" for result in Result)
        dry = " This was a dry run: nothing was changed." if dry_run else ""
        total = counts.total()
        found = ngettext("%(count)s practice in %(file)s", "%(count)s practices in %(file)s", total)
        self.stdout.write(f"{found % {'count': total, 'file': file.name}}: {said}.{dry}")
        if counts[Result.REFUSED]:
            raise CommandError(
                f"Refused because of errors: {counts[Result.REFUSED]} of {total}. "
                "Correct them and import the file again; the others will be skipped."
            )

    def show(self, outcome, *, verbosity):
        item = f"item {outcome.position} (“{outcome.title}”)"
        for fault in outcome.faults:
            self.stderr.write(
                f"{item}: {fault.field}: {fault.message}" if fault.field else f"{item}: {fault.message}"
            )
        if verbosity and not outcome.faults:
            self.stdout.write(f"{item}: {outcome.result}{self.address(outcome.practice)}")
        if outcome.lacks_support:
            self.stderr.write(
                f"{item}: evidence_level: has neither a reason nor a link. It is imported all the same; please add "
                '"evidence_reason" or "evidence_url".'
            )
        if outcome.namesake:
            self.stderr.write(
                f"{item}: another practice has the same title:{self.address(outcome.namesake)} "
                'If they are the same, give its address as "url" and merge the two.'
            )

    @staticmethod
    def address(practice):
        return f" {site_address(practice.get_absolute_url())}" if practice else ""
