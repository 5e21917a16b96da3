import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from practices.exchange.thesaurus import load_thesaurus

FILE = settings.BASE_DIR / "fixtures" / "thesaurus.json"


class Command(BaseCommand):
    help = (
        "Load the concepts that search knows from fixtures/thesaurus.json. Run it with every upgrade, and "
        "rebuild_search after it. Concepts that staff have edited or added stay as they are."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?", default=FILE)

    def handle(self, *, file, verbosity, **options):
        try:
            loaded = load_thesaurus(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file} is not a thesaurus: {error!r}") from error
        if verbosity:
            self.stdout.write(
                f"Concepts added: {loaded.added}, changed: {loaded.changed}, removed: {loaded.removed}, "
                f"kept as staff have edited them: {loaded.kept}."
            )
