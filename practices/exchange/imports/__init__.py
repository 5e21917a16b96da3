"""Imports of practices. To add a format, write a module with `read` and add its line to FORMATS."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Set
from enum import StrEnum
from itertools import batched
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from practices import workflow
from practices.core import catalogue_version
from practices.core.titles import title_key
from practices.documents import Document, Fault, fingerprint, source_key
from practices.documents.criteria import lacks_support
from practices.documents.form import checked, document_choices
from practices.exchange.imports import from_json
from practices.exchange.imports.errors import UnreadableFile
from practices.models import Practice, Revision

FORMATS: dict[str, Callable[[Path], Iterator[Any]]] = {
    ".json": from_json.read,
}
"""Readers by file extension. A reader yields the items of a file or raises UnreadableFile."""
ADDRESS = "url"
"""Name beside the fields of a document: the address here of the practice that the item revises."""
BATCH = 500  # revisions per query


class Result(StrEnum):
    """Result of importing an item, as the command's report names it."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Outcome of one item of the file; `position` counts from 1."""

    position: int
    title: str
    result: Result
    practice: Practice | None = None
    """The practice that was published, revised or found; None if the item was refused."""
    faults: tuple[Fault, ...] = ()
    namesake: Practice | None = None
    """Another practice of the same title in other countries, beside which a new one was published."""
    lacks_support: bool = False
    """True if what was published claims a level of evidence without a reason or a link."""


def read(path: Path) -> Iterator[Any]:
    """Yield the items of a file, unchecked. Raises UnreadableFile with a message for people."""
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(FORMATS)
        raise UnreadableFile(gettext("the file must be one of: %(formats)s") % {"formats": known})
    return reader(path)


def run(items: Iterable[Any], *, dry_run: bool = False) -> Iterator[Outcome]:
    """Publish the documents of a file one by one, and yield what became of each.

    Each item is a transaction of its own: a faulty one is refused, and the next one is read. An item revises the
    practice at its `url`, or else the one that has or had its source and title. Otherwise it is a new practice, unless
    one of the same title and countries was there before the file: a title alone identifies none, so the person decides
    which it is. An item that equals any revision is left alone: importing is idempotent, also when two imports run at
    once, and never undoes later edits. Subscribers are not notified.
    """
    _fill_identities()
    choices = document_choices()
    first_positions: dict[str, int] = {}
    of_the_file: set[int] = set()
    for position, item in enumerate(items, start=1):
        title = _title(item)
        document, practice, faults = _checked(item, choices)
        if document is not None:
            key = source_key(document)
            first = first_positions.setdefault(key, position) if key else position
            if first != position:
                fault = gettext("has the same title and source as item %(first)s") % {"first": first}
                faults = [Fault("title", fault)]
        if document is None or faults:
            yield Outcome(position, title, Result.REFUSED, faults=tuple(faults))
            continue
        try:
            with transaction.atomic():
                outcome = _import(document, practice, of_the_file, dry_run=dry_run)
        except (OperationalError, InterfaceError):  # not the fault of the item
            raise
        except DatabaseError as error:
            faults = [Fault("", gettext("cannot be saved: %(why)s") % {"why": error})]
            yield Outcome(position, title, Result.REFUSED, faults=tuple(faults))
        else:
            if outcome.practice:
                of_the_file.add(outcome.practice.pk)
            is_news = outcome.result in (Result.NEW, Result.REVISED)
            yield dataclasses.replace(
                outcome, position=position, title=title, lacks_support=is_news and lacks_support(document)
            )


def _title(item: Any) -> str:
    title = item.get("title", "") if isinstance(item, dict) else ""
    return title if isinstance(title, str) else ""


def _checked(item: Any, choices: dict[str, list]) -> tuple[Document | None, Practice | None, list[Fault]]:
    """Return the document of an item and the practice at its address, or the faults."""
    practice = None
    if isinstance(item, dict) and ADDRESS in item:
        practice = _practice_at(item[ADDRESS])
        if practice is None:
            return None, None, [Fault(ADDRESS, gettext("is not the address of a practice in this catalogue"))]
        item = {name: value for name, value in item.items() if name != ADDRESS}
    try:
        document, faults = checked(item, choices=choices)
    except RecursionError:
        return None, None, [Fault("", gettext("contains lists or objects that are nested too deeply"))]
    return document, practice, faults


def _practice_at(address: Any) -> Practice | None:
    if not isinstance(address, str) or not address.startswith(f"{settings.SITE_URL}/"):
        return None
    try:
        found = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return None
    if found.view_name != "practices:practice-detail":
        return None
    return Practice.objects.filter(pk=found.kwargs["pk"]).first()


def _import(
    document: Document, practice: Practice | None, of_the_file: Set[int], *, dry_run: bool
) -> Outcome:
    """Publish a valid document if it says anything new. The outcome lacks its position and title.

    `of_the_file` has the keys of the practices that earlier items of the same file are.
    """
    if same := _same(document, practice):
        return Outcome(0, "", Result.UNCHANGED, same)
    # From here on no other import publishes, so that what is not found now does not appear either.
    catalogue_version.lock()
    if same := _same(document, practice):
        return Outcome(0, "", Result.UNCHANGED, same)
    practice = practice or _from_same_source(document)
    result = Result.REVISED if practice else Result.NEW
    namesakes = [] if practice else _namesakes(document, of_the_file)
    if double := next((namesake for namesake in namesakes if _in_same_countries(namesake, document)), None):
        return Outcome(0, "", Result.REFUSED, faults=(_double_fault(double),))
    namesake = next(iter(namesakes), None)
    if not dry_run:
        note = gettext("Imported again") if practice else gettext("Imported")
        practice = workflow.publish_document(
            document, to=practice, note=note, announce=False, cause=workflow.Cause.EDITED
        )
    return Outcome(0, "", result, practice, namesake=namesake)


def _same(document: Document, practice: Practice | None) -> Practice | None:
    """Return the practice of which a revision says just this: `practice` if given, else that of the same source."""
    practice = practice or _from_same_source(document)
    if practice is None and document["source_url"]:
        return None
    found = Revision.objects.filter(fingerprint=fingerprint(document))
    if practice is not None:
        found = found.filter(practice=practice)
    revision = found.select_related("practice").order_by("practice_id").first()
    return revision.practice if revision else None


def _from_same_source(document: Document) -> Practice | None:
    """Return the practice that has the source and title of a document, or else one that had them."""
    key = source_key(document)
    if key is None:
        return None
    found = (
        Revision.objects.filter(source_key=key).select_related("practice").order_by("practice_id", "number")
    )
    practices = [(revision.practice, revision.number) for revision in found.defer("document")]
    present = [practice for practice, number in practices if number == practice.revision_number]
    return next(iter([*present, *(practice for practice, _number in practices)]), None)


def _namesakes(document: Document, of_the_file: Set[int]) -> list[Practice]:
    """Return the practices of the same title that were there before the file, oldest first.

    One file may hold two of the same title, since an export of a catalogue that has both does.
    """
    key = title_key(document["title"])
    if not key:
        return []
    found = Practice.objects.filter(title_key=key).select_related("merged_into").prefetch_related("countries")
    return [practice for practice in found.order_by("pk") if practice.pk not in of_the_file]


def _in_same_countries(practice: Practice, document: Document) -> bool:
    """Return whether the countries of both do not speak against their being the same: one may name none."""
    theirs = {country.code for country in practice.countries.all()}
    return not theirs or not document["countries"] or not theirs.isdisjoint(document["countries"])


def _double_fault(practice: Practice) -> Fault:
    fault = gettext(
        "is the title of a practice that is already here: %(address)s. If it is the same one, add this address to the "
        'item as "url" to revise it; if not, give the item a title that tells the two apart'
    )
    return Fault("title", fault % {"address": f"{settings.SITE_URL}{practice.remaining.get_absolute_url()}"})


def _fill_identities() -> None:
    """Give revisions of earlier versions the hashes by which an import knows them."""
    without = Revision.objects.filter(fingerprint=None).values_list("pk", flat=True)
    for keys in batched(list(without), BATCH, strict=False):
        revisions = list(Revision.objects.filter(pk__in=keys))
        for revision in revisions:
            revision.fingerprint = fingerprint(revision.document)
            revision.source_key = source_key(revision.document)
        Revision.objects.bulk_update(revisions, ["fingerprint", "source_key"])


__all__ = ["FORMATS", "Outcome", "Result", "UnreadableFile", "read", "run"]
