"""Matching of the items of an import with practices that are here, or that say the same already."""

from collections.abc import Collection, Iterable, Set
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from practices.core.http.guards import own_addresses, site_address
from practices.core.plain_text import plain
from practices.core.titles import title_key
from practices.core.web_addresses import clean_address
from practices.documents import FIELDS, Document, Fault, complete, fingerprint, source_key, source_page
from practices.documents.files import facts as facts_of_files
from practices.documents.files import of_revision
from practices.exchange.imports.facts import ADDRESS, NUMBER, Facts, as_number
from practices.models import Practice, Revision

type Mark = tuple[str, object]

NEXT_NUMBER: Mark = ("pk", 0)
"""The mark that stands for any number: a practice that gets the next one may get that of an item of an export."""
HIGHEST_NUMBER = 2**53


def identify(
    known: Facts, stated: dict[str, Any], apart: Set[int], *, absent: Set[Mark] = frozenset()
) -> tuple[Practice | None, list[Fault]]:
    """Return the practice that an item is, or why that cannot be told.

    An item of an export is the practice of its number and date of publication; without these, it is the one at its
    address here, or of its number if that has its source or title, or else the one that has or had both, unless that is
    one of `apart`. A number alone identifies none, as other catalogues have the same numbers. Marks in `absent`, which
    no practice has, are not looked up.
    """
    described = _described(stated)
    title, source = described["title"], described["source_url"]
    if known.origin is not None:
        return _of_origin(known, absent) or _from_same_source(described, apart, absent), []
    if known.has_address:
        practice = _at_address(known.address)
        return practice, [] if practice else [Fault(ADDRESS, _unknown_address())]
    if known.number and (practice := Practice.objects.filter(pk=known.number).first()):
        is_same = title_key(title) == practice.title_key or (
            source and source_page(described) == practice.source_page
        )
        return (practice, []) if is_same else (None, [Fault(NUMBER, _other_number(practice))])
    return _from_same_source(described, apart, absent), []


def _described(stated: dict[str, Any]) -> Document:
    """Return the title and the source that an item states, as the form cleans them."""
    return {"title": _text(stated, "title"), "source_url": clean_address(_text(stated, "source_url"))}


def marks(item: dict[str, Any], document: Document, known: Facts) -> set[Mark]:
    """Return what an item has in common with any practice that it is, or that has its title.

    Items and practices without a common mark have nothing to do with each other. A number or an address may be that of
    any practice, which these marks do not show.
    """
    found: set[Mark] = {
        ("fingerprint", fingerprint(document)),
        ("source_key", source_key(document)),
        ("source_key", source_key(_described(item))),
        ("title_key", title_key(document["title"])),
    }
    if known.origin is not None:
        found |= {("pk", known.origin.pk), NEXT_NUMBER}
    return {mark for mark in found if mark[1] not in (None, "")}


def absent_marks(items: Iterable[Any]) -> set[Mark]:
    """Return the numbers and sources of unchecked items that no practice of this catalogue has. Two queries."""
    wanted: set[Mark] = set()
    for item in items:
        if isinstance(item, dict):
            number = item.get(NUMBER)
            if isinstance(number, str):
                number = as_number(number)
            if isinstance(number, int) and 0 < number < HIGHEST_NUMBER:
                wanted.add(("pk", number))
            if key := source_key(_described(item)):
                wanted.add(("source_key", key))
    return wanted - marks_in_use(wanted)


def marks_in_use(wanted: Iterable[Mark]) -> set[Mark]:
    """Return those of the marks that a practice of this catalogue has. Four queries."""
    values: dict[str, list[object]] = {}
    for column, value in wanted:
        values.setdefault(column, []).append(value)
    return {
        (column, value)
        for column, some in values.items()
        for value in _MARKED[column]
        .objects.filter(**{f"{column}__in": some})
        .order_by()
        .values_list(column, flat=True)
    }


_MARKED: dict[str, type[Practice | Revision]] = {
    "fingerprint": Revision, "source_key": Revision, "title_key": Practice, "pk": Practice,
}  # fmt: skip


def _text(stated: dict[str, Any], name: str) -> str:
    """Return a line as the form cleans it."""
    value = stated.get(name)
    return " ".join(plain(value).split()) if isinstance(value, str) else ""


def _unknown_address() -> str:
    return gettext(
        "is not the address of a practice in this catalogue. Leave it out for a new practice; the address of a source "
        "belongs into “source_url”"
    )


def _other_number(practice: Practice) -> str:
    return gettext(
        "is the number of another practice here, “%(title)s”. If it is the same one, add its address %(address)s to the "
        'item as "url"; if not, leave the number out'
    ) % {"title": practice.title, "address": site_address(practice.get_permanent_url())}


def _of_origin(known: Facts, absent: Set[Mark]) -> Practice | None:
    """Return the practice of a number and an instant of publication, which Excel keeps to the second only."""
    origin: Any = known.origin
    if ("pk", origin.pk) in absent:
        return None
    practice = Practice.objects.filter(pk=origin.pk).first()
    if practice is None:
        return None
    instants = [practice.published_at, origin.published_at]
    if not origin.published_at.microsecond:
        instants = [instant.replace(microsecond=0) for instant in instants]
    return practice if instants[0] == instants[1] else None


def _at_address(address: Any) -> Practice | None:
    if not isinstance(address, str) or not address.startswith(own_addresses()):
        return None
    try:
        found = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        return None
    if found.view_name not in ("practices:practice-detail", "practices:permanent"):
        return None
    return Practice.objects.filter(pk=found.kwargs["pk"]).first()


def _from_same_source(document: Document, apart: Set[int], absent: Set[Mark]) -> Practice | None:
    """Return the practice that has the source and title of a document, or else one that had them."""
    key = source_key(document)
    if key is None or ("source_key", key) in absent:
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


def said_before(
    document: Document,
    *,
    stated: Collection[str],
    files: list[dict] | None,
    practice: Practice | None,
    apart: Set[int],
) -> Practice | None:
    """Return the practice of which a revision says what the item states, and has its files.

    That is `practice` if the item was identified. Without a source, it is any practice with just this document.
    """
    if practice is not None:
        revisions = Revision.objects.filter(practice=practice).order_by("-number")
        same = any(_says(each, document, stated) and _has_files(each, files) for each in revisions)
        return practice if same else None
    if document["source_url"]:
        return None
    found = Revision.objects.filter(fingerprint=fingerprint(document)).exclude(practice__in=apart)
    for revision in found.select_related("practice").order_by("practice_id", "-number"):
        if _has_files(revision, files):
            return revision.practice
    return None


def _says(revision: Revision, document: Document, stated: Collection[str]) -> bool:
    present = complete(revision.document)
    return all(_stated(name, present) == _stated(name, document) for name in stated)


def _stated(name: str, document: Document) -> Any:
    field, value = FIELDS[name], document[name]
    return field.empty if value == field.unsaid else value


def _has_files(revision: Revision, listed: list[dict] | None) -> bool:
    present = of_revision(revision)
    if listed is None or present is None:
        return True
    wanted = [[each[name] for name in ("name", "description", "type", "size", "sha256")] for each in listed]
    return facts_of_files(file for file in present if file.name) == wanted


def namesakes(document: Document, of_the_file: Set[int]) -> list[Practice]:
    """Return the practices of the same title that were there before the file, oldest first.

    One file may hold two of the same title, since an export of a catalogue that has both does.
    """
    key = title_key(document["title"])
    if not key:
        return []
    found = Practice.objects.filter(title_key=key).select_related("merged_into").prefetch_related("countries")
    return [practice for practice in found.order_by("pk") if practice.pk not in of_the_file]


def double_fault(document: Document, candidates: list[Practice]) -> Fault | None:
    """Return the question that a practice of the same title and countries raises; one of the two may name none."""
    practice = next((each for each in candidates if _in_same_countries(each, document)), None)
    if practice is None:
        return None
    fault = gettext(
        "is the title of a practice that is already here: %(address)s. If it is the same one, add this address to the "
        'item as "url" to revise it; if not, give the item a title that tells the two apart'
    )
    return Fault("title", fault % {"address": site_address(practice.remaining.get_absolute_url())})


def _in_same_countries(practice: Practice, document: Document) -> bool:
    theirs = {country.code for country in practice.countries.all()}
    return not theirs or not document["countries"] or not theirs.isdisjoint(document["countries"])
