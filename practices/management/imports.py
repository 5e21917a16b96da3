"""Base of the commands that import: progress, faults item by item and by kind, and the results."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from practices.core.http.guards import site_address
from practices.exchange import imports
from practices.exchange.imports import Outcome, Report, Result

BAR = 30  # characters
BETWEEN_BARS = 0.2  # seconds


class ImportCommand(BaseCommand):
    def execute(self, *args, **options):
        self.counts: Counter[str] = Counter()
        self.report = Report()
        self.shows_bar = bool(options["verbosity"]) and sys.stderr.isatty()
        return super().execute(*args, **options)

    def run(self, items: Iterable[Any], total: int, *, verbosity: int, **options: Any) -> Iterator[Outcome]:
        """Import items, show what becomes of each, and yield it."""
        drawn = 0.0
        for outcome in imports.run(items, **options):
            self.counts[outcome.result] += 1
            notices = list(imports.notices(outcome))
            is_refused = outcome.result == Result.REFUSED
            self.report.add(outcome.position, outcome.title, outcome.faults, is_refused=is_refused)
            self.report.add(outcome.position, outcome.title, notices, is_refused=False)
            self.show(outcome, notices, is_detailed=verbosity > 1)
            if self.shows_bar and time.monotonic() - drawn > BETWEEN_BARS:
                self.draw(self.counts.total(), total)
                drawn = time.monotonic()
            yield outcome
        self.clear()

    def show(self, outcome, notices, *, is_detailed):
        item = f"item {outcome.position} (“{outcome.title}”)"
        for fault in [*outcome.faults, *notices]:
            self.clear()
            self.stderr.write(f"{item}: {in_words(fault.field, fault.message)}")
        if is_detailed and outcome.result != Result.REFUSED:
            address = f" {site_address(outcome.practice.get_absolute_url())}" if outcome.practice else ""
            self.stdout.write(f"{item}: {outcome.result}{address}")

    def draw(self, done, total):
        full = BAR * done // max(total, 1)
        self.stderr.write(f"\r[{'#' * full}{'.' * (BAR - full)}] {done} of {total}", ending="")

    def clear(self):
        if self.shows_bar:
            self.stderr.write("\r\x1b[K", ending="")

    def sum_up(self, name, *, dry_run, all_or_nothing=False):
        """Write the faults by kind, the most frequent first, and the results. Raises CommandError if any was refused."""
        kinds = self.report.by_kind()
        if any(kind.count > 1 for kind in kinds):
            self.stderr.write("By kind:")
            for kind in kinds:
                self.stderr.write(f"  {described(kind.as_json())}")
        said = ", ".join(f"{self.counts[result]} {result}" for result in Result)
        is_undone = all_or_nothing and self.counts[Result.REFUSED]
        dry = " This was a dry run: nothing was changed." if dry_run else ""
        total, refused = self.counts.total(), self.counts[Result.REFUSED]
        found = ngettext("%(count)s practice in %(file)s", "%(count)s practices in %(file)s", total)
        self.stdout.write(f"{found % {'count': total, 'file': name}}: {said}.{dry}")
        if is_undone:
            raise CommandError(f"Refused because of errors: {refused} of {total}. Nothing was imported.")
        if refused:
            raise CommandError(
                f"Refused because of errors: {refused} of {total}. "
                "Correct them and import the file again; the others will be skipped."
            )


def described(kind):
    """Return a kind of fault in one line: how often, where, and with which values."""
    places = ", ".join(map(str, kind["positions"]))
    more = ", …" if kind["item_count"] > len(kind["positions"]) else ""
    items = "Items" if len(kind["positions"]) > 1 else "Item"
    values = ", ".join(f"“{value}” × {count}" for value, count in kind["values"])
    said = f"{kind['count']} × {in_words(kind['field'], kind['message'])} {items} {places}{more}."
    return f"{said} Values: {values}." if values else said


def in_words(field, message):
    sentence = message if message.endswith((".", "?")) else f"{message}."
    return f"{field}: {sentence}" if field else sentence
