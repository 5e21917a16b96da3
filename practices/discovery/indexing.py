"""Maintenance of the index: rows and facet entries for lists, facet counts, and the full-text search.

`workflow` calls `index_practice` and `remove_from_index` in the transaction that publishes or withdraws, after
`catalogue_version.bump`, which serialises them. `reindexing` renews the entries that an earlier release made.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any
from zlib import crc32

from practices.core import bulk_insert, catalogue_version
from practices.discovery import catalogue_names, facet_codes, search, semantic
from practices.discovery.facets import FacetSource
from practices.discovery.filters import facet_keys, facet_names, scope_facets
from practices.documents import Document, countries_of, own_texts, versions_of
from practices.models import (
    ALL_PRACTICES,
    Adaptation,
    Country,
    FacetCount,
    FacetEntry,
    IndexedPractice,
    Practice,
    Translation,
)

VERSION = 3
"""Version of what the index says of a practice. With a new one, `manage.py upgrade` indexes every practice anew.

Raise it with each change of what is indexed: of what facets say, words, stems or names. A test tells when. A facet that
is added, renamed or removed is found without it (`made_by`).
"""
BATCH = 1000
"""Rows written by one statement."""


def index_practice(practice: Practice, document: Document) -> None:
    """Index a practice from `document`, replacing its previous index rows."""
    tags = practice.tag_slugs if document["tags"] else []
    translations = Translation.objects.published().filter(practice=practice)
    used = Adaptation.objects.published().filter(practice=practice).with_places()
    entry = search_entry(
        practice, document, countries_of(document), tags, translations=translations, used=used
    )
    replace_rows([(practice, entry)])
    semantic.index([(practice.pk, document)])


def replace_rows(entries: Sequence[tuple[Practice, search.Entry]]) -> None:
    """Write the index rows of practices, except vectors, in place of those that there are."""
    previous = IndexedPractice.objects.in_bulk([practice.pk for practice, _entry in entries])
    codes = facet_codes.assign(
        dict.fromkeys(key for _practice, entry in entries for key in entry.facet_keys),
        existing="".join({code for row in previous.values() for code in row.facet_codes}),
    )
    after, before = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for practice, entry in entries:
        row = previous.get(practice.pk)
        previous_keys = indexed_keys(row, codes) if row else []
        after.update(counted_pairs(entry.facet_keys))
        before.update(counted_pairs(previous_keys))
        _delete_entries(practice, [key for key in previous_keys if key not in entry.facet_keys])
    IndexedPractice.objects.bulk_create(
        [index_row(practice, entry, codes) for practice, entry in entries],
        update_conflicts=True,
        unique_fields=["practice"],
        update_fields=[
            "revision",
            "start_year",
            "end_year",
            "submitter",
            "facet_codes",
            "made_as",
            "translations",
            "adaptations",
        ],
    )
    FacetEntry.objects.bulk_create(
        [each for practice, entry in entries for each in facet_entries(practice, entry.facet_keys)],
        ignore_conflicts=True,  # most are there already
        batch_size=5000,
    )
    update_counts(after, before)
    search.index([entry for _practice, entry in entries])


@dataclasses.dataclass(frozen=True)
class Analysis:
    """The slow parts of an index entry: the words of a document, and its vector if search by meaning is on."""

    words: search.Words
    vector: bytes | None
    names_version: str
    """The version of the names and concepts that the words were read with."""


@catalogue_version.reading()
def analyse(documents: Sequence[Document]) -> list[Analysis]:
    """Analyse complete documents, which have no translations. It needs no lock, so that nobody waits for it."""
    version = catalogue_version.names_version()
    vectors: list[bytes | None] = [*semantic.encode(documents)] or [None] * len(documents)
    words = [_read_words(document, countries_of(document), {}).prepared() for document in documents]
    return [Analysis(each, vector, version) for each, vector in zip(words, vectors, strict=True)]


def index_new(new: Sequence[tuple[Practice, Document, Analysis]]) -> None:
    """Index new practices, with the same rows as `index_practice` writes one by one.

    A document that was analysed before a name changed is analysed again.
    """
    version = catalogue_version.names_version()
    rows, counts = [], Counter[tuple[str, str]]()
    for practice, document, known in new:
        analysis = known if known.names_version == version else analyse([document])[0]
        countries = countries_of(document)
        keys = facet_keys(FacetSource(document, countries, practice.tag_slugs if document["tags"] else []))
        entry = search.Entry(practice.pk, practice.published_at, analysis.words, keys)
        rows.append((practice, entry, analysis.vector))
        counts.update(counted_pairs(keys))
    _add_rows([(practice, entry) for practice, entry, _vector in rows])
    update_counts(counts, Counter())
    semantic.add([(practice.pk, vector) for practice, _entry, vector in rows if vector is not None])


def remove_from_index(practice: Practice) -> None:
    """Delete a practice's index rows. Idempotent."""
    row = _find_row(practice)
    if row is None:
        return
    keys = indexed_keys(row, facet_codes.assign([], existing=row.facet_codes))
    row.delete()
    _delete_entries(practice, keys)
    update_counts(Counter(), counted_pairs(keys))
    search.remove(practice)
    semantic.remove(practice)


def index_row(practice: Practice, entry: search.Entry, codes: dict[str, str]) -> IndexedPractice:
    """Build the index row of a practice, unsaved. `codes` maps at least the keys that have a code."""
    keys = entry.facet_keys
    submitters = [
        key.removeprefix(facet_codes.SUBMITTER_PREFIX)
        for key in keys
        if key.startswith(facet_codes.SUBMITTER_PREFIX)
    ]
    return IndexedPractice(
        practice=practice,
        published_at=practice.published_at,
        revision=practice.revision_number,
        start_year=practice.start_year,
        end_year=practice.end_year,
        submitter="".join(submitters),
        facet_codes="".join(codes[key] for key in keys if facet_codes.has_code(key)),
        made_as=made_as(practice.revision_number),
        translations=entry.translations,
        adaptations=entry.adaptations,
    )


def made_by() -> str:
    """Return what this release makes index rows by: VERSION, and a checksum of the names of the facets."""
    return f"{VERSION}/{crc32(','.join(sorted(facet_names())).encode()):08x}"


def made_as(revision: int) -> str:
    """Return what an index row says that this release has made from a revision."""
    return f"{made_by()} {revision}"


def facet_entries(practice: Practice, keys: Iterable[str]) -> list[FacetEntry]:
    """Build the facet entries of a practice, unsaved."""
    return [
        FacetEntry(practice_id=practice.pk, key=key, published_at=practice.published_at)
        for key in keys
        if facet_codes.has_code(key)
    ]


def _find_row(practice: Practice) -> IndexedPractice | None:
    return IndexedPractice.objects.filter(pk=practice.pk).first()


def indexed_keys(row: IndexedPractice, codes: dict[str, str]) -> list[str]:
    """Return all facet keys of an index row. `codes` maps at least those keys to their codes."""
    keys_by_code = {code: key for key, code in codes.items()}
    submitters = [facet_codes.SUBMITTER_PREFIX + row.submitter] if row.submitter else []
    return [ALL_PRACTICES, *(keys_by_code[code] for code in row.facet_codes), *submitters]


def _delete_entries(practice: Practice, keys: Sequence[str]) -> None:
    if keys:
        FacetEntry.objects.filter(
            key__in=keys, published_at=practice.published_at, practice=practice.pk
        ).delete()


def search_entry(
    practice: Practice,
    document: Document,
    countries: Sequence[Country],
    tags: Sequence[str],
    *,
    translations: Iterable[Translation] = (),
    used: Iterable[Adaptation] = (),
) -> search.Entry:
    """Build the full-text entry of a practice, with the keys of its facets.

    It also contains the names of what the practice is filed under, and the words of its translations and of reports
    that it was used elsewhere.
    """
    translations, used = list(translations), list(used)
    texts = {
        each.language: own_texts(document, each)
        for each in translations
        if each.language != document["language"]  # which a revision may have changed to it
    }
    return search.Entry(
        practice.pk,
        practice.published_at,
        _read_words(document, countries, texts, [(each.language, each.texts) for each in used]),
        facet_keys(FacetSource(document, countries, tags, sorted(texts), [each.country for each in used])),
        versions_of(translations),
        " ".join(f"{each.pk}:{each.number}" for each in used),
    )


def _read_words(
    document: Document,
    countries: Sequence[Country],
    translations: Mapping[str, Mapping[str, Any]],
    reports: Sequence[tuple[str, Sequence[str]]] = (),
) -> search.Words:
    return search.read_words(
        document,
        names=catalogue_names.names_of(document),
        keys=catalogue_names.keys_of(document),
        places=catalogue_names.place_codes(countries),
        translations=translations,
        reports=reports,
    )


def counted_pairs(keys: Sequence[str]) -> Counter[tuple[str, str]]:
    """Return the (scope, key) pairs in whose facet count a practice with these keys is included."""
    if not keys:
        return Counter()
    facets = scope_facets()
    scopes = [ALL_PRACTICES, *(key for key in keys if key.partition(":")[0] in facets)]
    return Counter(
        (scope, key)
        for scope in scopes
        for key in keys
        if scope == ALL_PRACTICES or not key.startswith(facet_codes.SUBMITTER_PREFIX)
    )


def update_counts(after: Counter, before: Counter) -> None:
    """Add the difference of two sets of counted pairs to the facet counts, creating missing rows."""
    changes = {pair: after[pair] - before[pair] for pair in (*after, *before) if after[pair] != before[pair]}
    rows = [(scope, key.partition(":")[0], key, change) for (scope, key), change in sorted(changes.items())]
    table = FacetCount._meta.db_table
    for batch in batched(rows, BATCH, strict=False):
        bulk_insert.insert(
            FacetCount,
            {"scope": "text", "facet": "text", "key": "text", "count": "integer"},
            batch,
            f"ON CONFLICT (scope, key) DO UPDATE SET count = {table}.count + excluded.count",
        )


def _add_rows(new: Sequence[tuple[Practice, search.Entry]]) -> None:
    """Write the index rows of practices that have none, except facet counts and vectors."""
    codes = facet_codes.assign(dict.fromkeys(key for _practice, entry in new for key in entry.facet_keys))
    IndexedPractice.objects.bulk_create(index_row(practice, entry, codes) for practice, entry in new)
    entries = [each for practice, entry in new for each in facet_entries(practice, entry.facet_keys)]
    FacetEntry.objects.bulk_create(entries, batch_size=5000)
    search.add([entry for _practice, entry in new])
