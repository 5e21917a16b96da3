"""Practices from files. A new format is a module with `read` and its line in FORMATS."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from practices import workflow
from practices.documents import Document, Fault, complete
from practices.documents.form import checked, document_choices
from practices.exchange.imports import from_json
from practices.exchange.imports.errors import UnreadableFile
from practices.models import Practice, Revision

FORMATS: dict[str, Callable[[Path], list[Any]]] = {
    ".json": from_json.read,
}
"""File name ending → a function that reads the file's items. Raises UnreadableFile."""


@dataclasses.dataclass(frozen=True)
class ItemFault:
    """What is wrong with one item of the file; `position` counts from 1."""

    position: int
    title: str
    fault: Fault


@dataclasses.dataclass
class Report:
    """What an import did, or would have done had there been no faults."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    faults: list[ItemFault] = dataclasses.field(default_factory=list)

    @property
    def faulty_items(self) -> int:
        return len({fault.position for fault in self.faults})


def read(path: Path) -> list[Any]:
    """The items of a file, unchecked. Raises UnreadableFile with a sentence."""
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(FORMATS)
        raise UnreadableFile(gettext("the file must be one of: %(formats)s") % {"formats": known})
    return reader(path)


def run(
    items: list[Any], *, skip_faulty: bool = False, progress: Callable[[int], None] = lambda done: None
) -> Report:
    """Publish the documents of a file, all or nothing; with `skip_faulty`, all that are sound.

    An item is known by its source and title. One that equals any revision of its practice is there already and
    left alone, so the same file twice changes nothing, and what staff edited since stays; one that differs
    from all becomes the practice's next revision. Subscribers are not told: a load is not news.
    """
    report, sound = check(items)
    if report.faults and not skip_faulty:
        return report
    with transaction.atomic():
        known = _known_practices()
        for done, document in enumerate(sound, start=1):
            _publish(document, known.get(_key(document)), report)
            progress(done)
    return report


def check(items: list[Any]) -> tuple[Report, list[Document]]:
    """(a report of every fault, the documents that have none)."""
    report = Report()
    sound: list[Document] = []
    positions: dict[tuple[str, str], int] = {}
    choices = document_choices()
    for position, item in enumerate(items, start=1):
        document, faults = checked(item, choices=choices)
        if document is not None:
            first = positions.setdefault(_key(document), position)
            if first != position:
                faults = [
                    Fault("title", gettext("has the title and source of item %(first)s") % {"first": first})
                ]
            else:
                sound.append(document)
        title = str(item.get("title", "")) if isinstance(item, dict) else ""
        report.faults += [ItemFault(position, title, fault) for fault in faults]
    return report, sound


def _key(document: Document) -> tuple[str, str]:
    return document["source_url"], document["title"].casefold()


def _known_practices() -> dict[tuple[str, str], int]:
    """(source, title) of every revision there is → its practice. One query for the whole import."""
    rows = Revision.objects.values_list("document__source_url", "document__title", "practice_id")
    return {(source or "", title.casefold()): practice for source, title, practice in rows.iterator()}


def _publish(document: Document, practice_key: int | None, report: Report) -> None:
    if practice_key is None:
        workflow.publish_document(document, note=gettext("Imported"), announce=False)
        report.new += 1
    elif document in map(complete, _documents(practice_key)):
        report.unchanged += 1
    else:
        practice = Practice.objects.get(pk=practice_key)
        workflow.publish_document(document, to=practice, note=gettext("Imported anew"), announce=False)
        report.revised += 1


def _documents(practice_key: int) -> QuerySet:
    """What the practice was published as so far; older documents may lack fields that came later."""
    return Revision.objects.filter(practice=practice_key).values_list("document", flat=True)


__all__ = ["FORMATS", "ItemFault", "Report", "UnreadableFile", "check", "read", "run"]
