import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from practices.discovery import PracticeFilter, results
from practices.models import Practice

FIRST = 10
"""Hits that a reader looks at."""
ABSENT = "absent"
"""Kind of query for what no practice is about, which has to find nothing."""


@dataclasses.dataclass(frozen=True)
class Query:
    """A search text, and the practices that belong among its first hits, each by a distinctive part of its title."""

    text: str
    kind: str
    wanted: tuple[str, ...]
    titles: tuple[str, ...] = ()
    """Titles of the hits, best first, at most FIRST."""

    @property
    def recall(self) -> float:
        return sum(self._place(each) is not None for each in self.wanted) / len(self.wanted)

    @property
    def reciprocal_rank(self) -> float:
        """1 divided by the place of the first practice that belongs there, counted from 1; 0 without any."""
        places = [place for each in self.wanted if (place := self._place(each)) is not None]
        return 1 / (min(places) + 1) if places else 0

    @property
    def missing(self) -> list[str]:
        return [each for each in self.wanted if self._place(each) is None]

    def _place(self, part: str) -> int | None:
        folded = part.casefold()
        return next((place for place, title in enumerate(self.titles) if folded in title.casefold()), None)


class Command(BaseCommand):
    help = (
        "Measure search against queries that people have judged: recall@10 (the share of the practices that belong "
        "there among the first ten hits), MRR (the mean reciprocal rank of the first of them) and the share of "
        "queries that find nothing, by kind of query, and the queries that fail. FILE is JSON: "
        '{"queries": [{"q": text, "kind": name, "want": [distinctive part of a title, …]}, …]}. Queries of the '
        'kind "absent" have to find nothing; others that want nothing are left out.'
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        queries = [dataclasses.replace(query, titles=search(query.text)) for query in read(file)]
        judged = [query for query in queries if query.wanted]
        absent = [query for query in queries if query.kind == ABSENT]
        self.show_table(judged)
        self.show_failures(judged)
        if absent:
            found = [query for query in absent if query.titles]
            self.stdout.write(f"\nAbsent topics that find something: {len(found)} of {len(absent)}")
            for query in found:
                self.stdout.write(f"  {query.text}: {'; '.join(query.titles[:3])}")

    def show_table(self, judged):
        self.stdout.write(f"{'kind':<12}{'queries':>8}{'recall@10':>11}{'MRR':>7}{'nothing found':>15}")
        for kind in [*sorted({query.kind for query in judged}), "all"]:
            of_kind = [query for query in judged if kind in (query.kind, "all")]
            if of_kind:
                self.stdout.write(
                    f"{kind:<12}{len(of_kind):>8}{mean(query.recall for query in of_kind):>11.3f}"
                    f"{mean(query.reciprocal_rank for query in of_kind):>7.3f}"
                    f"{mean(not query.titles for query in of_kind):>15.1%}"
                )

    def show_failures(self, judged):
        failed = [query for query in judged if query.missing]
        self.stdout.write(f"\nQueries that fail: {len(failed)} of {len(judged)}")
        for query in failed:
            place = f"{len(query.titles)} of the first {FIRST}" if query.titles else "nothing found"
            self.stdout.write(f"  {query.kind}: {query.text} ({place}): without {'; '.join(query.missing)}")


def read(file: Path) -> list[Query]:
    """Return the queries of a file. Raises CommandError if it has none, or wants a title that no practice has."""
    try:
        queries = [
            Query(str(query["q"]), str(query["kind"]), tuple(query["want"]))
            for query in json.loads(file.read_text(encoding="utf-8"))["queries"]
        ]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CommandError(f"{file} has no queries in the form that --help describes ({error!r}).") from error
    published, wanted = Practice.objects.published(), {title for query in queries for title in query.wanted}
    if unknown := [each for each in sorted(wanted) if not published.filter(title__icontains=each).exists()]:
        raise CommandError(f"No practice has this in its title: {'; '.join(unknown)}.")
    return queries


def search(text: str) -> tuple[str, ...]:
    """Return the titles of the first hits, found and ranked as on the page of results."""
    practice_filter = PracticeFilter({"q": text})
    if not practice_filter.terms:
        return ()
    hits = results.page(practice_filter.ranked_selection, sort=practice_filter.sort, size=FIRST)
    published = Practice.objects.published().in_bulk([hit.practice for hit in hits])
    return tuple(published[hit.practice].title for hit in hits)


def mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)
