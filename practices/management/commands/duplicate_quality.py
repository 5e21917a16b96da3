import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from practices import documents, workflow
from practices.discovery import duplicates
from practices.models import Objective, Practice


@dataclasses.dataclass(frozen=True)
class JudgedPair:
    """A submitted document and a practice, with what people and the catalogue say of them."""

    submitted: dict[str, Any]
    published: dict[str, Any]
    kind: str
    is_same: bool
    reason: str | None = None
    """The reason for which the practice was found; None if it was not."""

    @property
    def is_found(self) -> bool:
        return self.reason is not None

    def __str__(self) -> str:
        return f"{self.submitted['title']} / {self.published['title']}"


@dataclasses.dataclass(frozen=True)
class Quality:
    """Precision and recall of judged pairs."""

    pairs: Sequence[JudgedPair]

    @property
    def misses(self) -> list[JudgedPair]:
        return [pair for pair in self.pairs if pair.is_same and not pair.is_found]

    @property
    def false_hits(self) -> list[JudgedPair]:
        return [pair for pair in self.pairs if pair.is_found and not pair.is_same]

    @property
    def precision(self) -> float:
        """The share of the found pairs that are the same; 1 if none is found."""
        found = [pair.is_same for pair in self.pairs if pair.is_found]
        return sum(found) / len(found) if found else 1

    @property
    def recall(self) -> float:
        """The share of the same pairs that are found; 1 if none is the same."""
        same = [pair.is_found for pair in self.pairs if pair.is_same]
        return sum(same) / len(same) if same else 1

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0


class Command(BaseCommand):
    help = (
        "Measure likely duplicates on pairs that people have judged: precision (the share of the pairs it finds that "
        "are the same practice), recall (the share of the same pairs that it finds) and F1, and list misses and false "
        'hits. FILE is JSON: {"pairs": [{"submitted": title or document, "country": code, "published": title or '
        'document, "in": code, "same": true or false, "kind": name}, …]}, where a document has at least a title, and '
        "“country”, “in” and “kind” may be left out. Practices that the catalogue lacks are published for the "
        "measurement, in a transaction that is rolled back: run it on a copy of the catalogue."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        quality = measure(read(file))
        for name in ("precision", "recall", "f1"):
            self.stdout.write(f"{name:<10}{getattr(quality, name):>7.3f}")
        self.show("Misses", quality.misses, of=sum(pair.is_same for pair in quality.pairs))
        self.show("False hits", quality.false_hits, of=sum(not pair.is_same for pair in quality.pairs))

    def show(self, heading, pairs, *, of):
        self.stdout.write(f"\n{heading}: {len(pairs)} of {of}")
        for pair in pairs:
            said = f" ({pair.reason})" if pair.is_found else ""
            self.stdout.write(f"  {pair.kind or 'pair'}: {pair}{said}")


def read(file: Path) -> list[JudgedPair]:
    """Return the pairs of a file. Raises CommandError if it has none in the form that --help describes."""
    try:
        return [
            JudgedPair(
                _document(pair["submitted"], pair.get("country", "")),
                _document(pair["published"], pair.get("in", "")),
                str(pair.get("kind", "")),
                bool(pair["same"]),
            )
            for pair in json.loads(file.read_text(encoding="utf-8"))["pairs"]
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise CommandError(f"{file} has no pairs in the form that --help describes ({error!r}).") from error


def _document(said: str | dict[str, Any], country: str) -> dict[str, Any]:
    document = {"title": said, "countries": country.split()} if isinstance(said, str) else dict(said)
    if not document["title"]:
        raise ValueError("a title is empty")
    return document


def measure(pairs: Sequence[JudgedPair]) -> Quality:
    """Return the quality of likely duplicates on pairs. Leaves the catalogue as it was."""
    with transaction.atomic():
        practices = [practice_of(pair.published) for pair in pairs]
        judged = _judged(pairs, practices)
        transaction.set_rollback(True)
    return Quality(judged)


def practice_of(document: dict[str, Any]) -> Practice:
    """Return the practice with this title and, if some are named, with its countries; publish it if there is none."""
    named = set(document.get("countries", ()))
    for practice in Practice.objects.published().filter(title=document["title"]):
        if not named or named & {country.code for country in practice.countries.all()}:
            return practice
    some = Objective.objects.values_list("number", flat=True)[:1]
    whole = documents.complete({"language": "en", "objectives": list(some), **document})
    return workflow.publish_document(whole, announce=False)


def _judged(pairs: Sequence[JudgedPair], practices: Sequence[Practice]) -> list[JudgedPair]:
    """Return each pair with the reason for which the catalogue finds its practice."""
    likely = duplicates.likely_duplicates_of_each(
        [(documents.complete(pair.submitted), []) for pair in pairs]
    )
    return [
        dataclasses.replace(
            pair, reason=next((str(each.reason) for each in found if each.practice == practice), None)
        )
        for pair, practice, found in zip(pairs, practices, likely, strict=True)
    ]
