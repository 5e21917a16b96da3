"""Imports of practices. To add a format, write a module with `read` and add its line to FORMATS."""

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
"""Readers by file extension. A reader returns the items of a file or raises UnreadableFile."""


@dataclasses.dataclass(frozen=True)
class ItemFault:
    """A fault of one item of the file; `position` counts from 1."""

    position: int
    title: str
    fault: Fault


@dataclasses.dataclass
class Report:
    """Result of an import. Where faults stopped it, all counts are 0."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    faults: list[ItemFault] = dataclasses.field(default_factory=list)

    @property
    def faulty_items(self) -> int:
        return len({fault.position for fault in self.faults})


def read(path: Path) -> list[Any]:
    """Return the items of a file, unchecked. Raises UnreadableFile with a message for people."""
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(FORMATS)
        raise UnreadableFile(gettext("the file must be one of: %(formats)s") % {"formats": known})
    return reader(path)


def run(
    items: list[Any], *, skip_faulty: bool = False, progress: Callable[[int], None] = lambda done: None
) -> Report:
    """Publish the documents of a file, all or nothing; with `skip_faulty`, all valid ones.

    Items are matched to practices by source and title. An item that equals any revision of its practice is left
    alone: importing is idempotent and never undoes later edits. One that differs from all becomes the next
    revision. Subscribers are not notified.
    """
    report, valid = check(items)
    if report.faults and not skip_faulty:
        return report
    with transaction.atomic():
        known = _known_practices()
        for done, document in enumerate(valid, start=1):
            _publish(document, known.get(_key(document)), report)
            progress(done)
    return report


def check(items: list[Any]) -> tuple[Report, list[Document]]:
    """Return a report of all faults, and the documents that have none."""
    report = Report()
    valid: list[Document] = []
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
                valid.append(document)
        title = str(item.get("title", "")) if isinstance(item, dict) else ""
        report.faults += [ItemFault(position, title, fault) for fault in faults]
    return report, valid


def _key(document: Document) -> tuple[str, str]:
    return document["source_url"], document["title"].casefold()


def _known_practices() -> dict[tuple[str, str], int]:
    """Return the practice of each (source, title) that any revision has or had. One query for the whole import."""
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
    """Documents of all revisions. Older ones may lack fields that were added later."""
    return Revision.objects.filter(practice=practice_key).values_list("document", flat=True)


__all__ = ["FORMATS", "ItemFault", "Report", "UnreadableFile", "check", "read", "run"]
