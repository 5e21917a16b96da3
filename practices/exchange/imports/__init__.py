"""Imports of practices. To add a format, write a module with `read` and add its line to FORMATS."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import AbstractContextManager, nullcontext
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
from practices.core import catalogue_version, stored_files
from practices.core.http.guards import site_address
from practices.core.titles import title_key
from practices.documents import Document, Fault, fingerprint, source_key
from practices.documents.criteria import lacks_support
from practices.documents.files import facts as facts_of_files
from practices.documents.files import of_practice, of_revision
from practices.documents.form import checked, document_choices
from practices.exchange.imports import facts, from_json, from_zip
from practices.exchange.imports.errors import UnreadableFile
from practices.exchange.imports.facts import ADDRESS, Facts
from practices.models import Practice, Revision, RevisionFile, StoredFile

type Content = Callable[[str, int], bytes | None]
"""Function that returns the file of a SHA-256 and a size, or None."""

FORMATS: dict[str, Callable[[Path], Iterator[Any]]] = {
    ".json": from_json.read,
    ".zip": from_zip.read,
}
"""Readers by file extension. A reader yields the items of a file or raises UnreadableFile."""
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


def contents(path: Path) -> AbstractContextManager[Content]:
    """Return the files that come with the items of a file."""
    return from_zip.contents(path) if path.suffix.lower() == ".zip" else nullcontext(_nothing)


def _nothing(sha256: str, size: int) -> None:
    return None


def run(items: Iterable[Any], *, content: Content = _nothing, dry_run: bool = False) -> Iterator[Outcome]:
    """Publish the documents of a file one by one, and yield what became of each.

    Each item is a transaction of its own: a faulty one is refused, and the next one is read. An item of an export is
    the practice of its number and date of publication; without these, it revises the practice at its `url`, or else
    the one that has or had its source and title. Otherwise it is a new practice, unless one of the same title and
    countries was there before the file: a title alone identifies none, so the person decides which it is. It keeps the
    number, dates and revision of an export if nobody has that number here. An item that equals any revision is left
    alone: importing is idempotent, also when two imports run at once, and never undoes later edits. Subscribers are not
    notified. `content` returns the files that items list and that the catalogue lacks.
    """
    _fill_identities()
    choices = document_choices()
    first_positions: dict[str, int] = {}
    of_the_file: set[int] = set()
    for position, raw in enumerate(items, start=1):
        title = _title(raw)
        item, faults = _checked(raw, choices)
        if item is not None and item.facts.origin is None:
            key = source_key(item.document)
            first = first_positions.setdefault(key, position) if key else position
            if first != position:
                fault = gettext("has the same title and source as item %(first)s") % {"first": first}
                faults = [Fault("title", fault)]
        if item is None or faults:
            yield Outcome(position, title, Result.REFUSED, faults=tuple(faults))
            continue
        try:
            outcome = _import(item, content, of_the_file, dry_run=dry_run)
        except FileMissing as missing:
            fault = gettext(
                "“%(name)s” is not in this file. Import the dump, which has all files, or leave out “files”."
            )
            faults = [Fault("files", fault % {"name": missing})]
            yield Outcome(position, title, Result.REFUSED, faults=tuple(faults))
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
                outcome,
                position=position,
                title=title,
                lacks_support=is_news and lacks_support(item.document),
            )


class FileMissing(Exception):
    """A file that an item lists is neither in the catalogue nor with the import."""


@dataclasses.dataclass(frozen=True)
class Item:
    """A valid item of a file."""

    document: Document
    facts: Facts
    practice: Practice | None
    """The practice that it is, as far as its number or address says."""


def _title(item: Any) -> str:
    title = item.get("title", "") if isinstance(item, dict) else ""
    return title if isinstance(title, str) else ""


def _checked(raw: Any, choices: dict[str, list]) -> tuple[Item | None, list[Fault]]:
    """Return a valid item, or its faults."""
    known, practice = Facts(), None
    if isinstance(raw, dict):
        raw, beside = facts.divide(raw)
        known, faults = facts.read(beside)
        if faults:
            return None, faults
        practice = _practice_of(known)
        if known.has_address and practice is None and known.origin is None:
            return None, [Fault(ADDRESS, gettext("is not the address of a practice in this catalogue"))]
    try:
        document, faults = checked(raw, choices=choices)
    except RecursionError:
        return None, [Fault("", gettext("contains lists or objects that are nested too deeply"))]
    return (None if document is None else Item(document, known, practice)), faults


def _practice_of(known: Facts) -> Practice | None:
    """Return the practice that facts name.

    A number alone names none, as other catalogues have the same numbers.
    """
    if known.origin is None:
        return _practice_at(known.address)
    return Practice.objects.filter(pk=known.origin.pk, published_at=known.origin.published_at).first()


def _practice_at(address: Any) -> Practice | None:
    if not isinstance(address, str) or not address.startswith(f"{settings.SITE_URL}/"):
        return None
    try:
        found = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return None
    if found.view_name not in ("practices:practice-detail", "practices:permanent"):
        return None
    return Practice.objects.filter(pk=found.kwargs["pk"]).first()


def _import(item: Item, content: Content, of_the_file: Set[int], *, dry_run: bool) -> Outcome:
    """Publish a valid document if it says anything new. The outcome lacks its position and title. Raises FileMissing.

    `of_the_file` has the keys of the practices that earlier items of the same file are. An item of an export is none of
    these, though they may have its source.
    """
    apart = of_the_file if item.facts.origin else frozenset()
    if same := _same(item, apart):
        return Outcome(0, "", Result.UNCHANGED, same)
    # Before the transaction, so that no lock waits for the storage.
    practice = item.practice or _from_same_source(item.document, apart)
    files = _files(item, practice, content, dry_run=dry_run)
    with transaction.atomic():
        # From here on no other import publishes, so that what is not found now does not appear either.
        catalogue_version.lock()
        item = dataclasses.replace(item, practice=item.practice or _practice_of(item.facts))
        if same := _same(item, apart):
            return Outcome(0, "", Result.UNCHANGED, same)
        practice = item.practice or _from_same_source(item.document, apart)
        result = Result.REVISED if practice else Result.NEW
        namesakes = [] if practice else _namesakes(item.document, of_the_file)
        same_countries = (each for each in namesakes if _in_same_countries(each, item.document))
        if double := next(same_countries, None):
            return Outcome(0, "", Result.REFUSED, faults=(_double_fault(double),))
        if not dry_run:
            practice = _publish(item, practice, files)
        return Outcome(0, "", result, practice, namesake=next(iter(namesakes), None))


def _publish(item: Item, practice: Practice | None, files: list[StoredFile] | None) -> Practice:
    origin = item.facts.origin
    if practice is None and origin is not None and not Practice.objects.filter(pk=origin.pk).exists():
        return workflow.recreate_practice(
            item.document, origin=origin, files=files or (), note=gettext("Imported")
        )
    note = gettext("Imported again") if practice else gettext("Imported")
    return workflow.publish_document(
        item.document, files=files, to=practice, note=note, announce=False, cause=workflow.Cause.EDITED
    )


def _files(
    item: Item, practice: Practice | None, content: Content, *, dry_run: bool
) -> list[StoredFile] | None:
    """Return the files that an item lists, stored; None if it does not list any. Raises FileMissing."""
    if item.facts.files is None:
        return None
    present = {file.sha256: file for file in of_practice(practice) if file.name} if practice else {}
    return [_file(fact, present.get(fact["sha256"]), content, dry_run=dry_run) for fact in item.facts.files]


def _file(fact: dict, present: StoredFile | None, content: Content, *, dry_run: bool) -> StoredFile:
    row = RevisionFile(
        name=fact["name"], description=fact["description"], content_type=fact["type"], size=fact["size"],
        sha256=fact["sha256"],
    )  # fmt: skip
    if present is not None:
        row.file = present.file
        return row
    found = content(fact["sha256"], fact["size"])
    if found is None:
        raise FileMissing(fact["name"])
    if not dry_run:
        row.file = stored_files.store(found, name=fact["name"])
    return row


def _same(item: Item, apart: Set[int]) -> Practice | None:
    """Return the practice of which a revision says and has just this: that of the item if known, else of its source."""
    practice = item.practice or _from_same_source(item.document, apart)
    if practice is None and item.document["source_url"]:
        return None
    found = Revision.objects.filter(fingerprint=fingerprint(item.document))
    if practice is not None:
        found = found.filter(practice=practice)
    for revision in found.select_related("practice").order_by("practice_id", "-number"):
        if revision.practice_id not in apart and _has_files(revision, item.facts.files):
            return revision.practice
    return None


def _has_files(revision: Revision, listed: list[dict] | None) -> bool:
    present = of_revision(revision)
    if listed is None or present is None:
        return True
    wanted = [[each[name] for name in ("name", "description", "type", "size", "sha256")] for each in listed]
    return facts_of_files(file for file in present if file.name) == wanted


def _from_same_source(document: Document, apart: Set[int]) -> Practice | None:
    """Return the practice that has the source and title of a document, or else one that had them."""
    key = source_key(document)
    if key is None:
        return None
    found = (
        Revision.objects.filter(source_key=key).select_related("practice").order_by("practice_id", "number")
    )
    practices = [
        (revision.practice, revision.number)
        for revision in found.defer("document")
        if revision.practice_id not in apart
    ]
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
    return Fault("title", fault % {"address": site_address(practice.remaining.get_absolute_url())})


def _fill_identities() -> None:
    """Give revisions of earlier versions the hashes by which an import knows them."""
    without = Revision.objects.filter(fingerprint=None).values_list("pk", flat=True)
    for keys in batched(list(without), BATCH, strict=False):
        revisions = list(Revision.objects.filter(pk__in=keys))
        for revision in revisions:
            revision.fingerprint = fingerprint(revision.document)
            revision.source_key = source_key(revision.document)
        Revision.objects.bulk_update(revisions, ["fingerprint", "source_key"])


__all__ = ["FORMATS", "Outcome", "Result", "UnreadableFile", "contents", "read", "run"]
