"""Filing practices: the entries that lists walk, the tallies that counts are, the words that search finds.

`workflow` calls `file` and `unfile` in the transaction that publishes or withdraws, after
`catalogue_version.bump`, so that no two do it at once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import batched

from django.db import transaction

from practices.core import bulk_insert, catalogue_version
from practices.discovery import facet_codes, search
from practices.discovery.facets import FacetSource
from practices.discovery.filters import facet_keys, scope_facets
from practices.documents import Document, complete, countries_of
from practices.models import (
    ALL_PRACTICES,
    Country,
    FacetEntry,
    FacetKey,
    Filing,
    Practice,
    Revision,
    TaggedPractice,
    Tally,
)

BATCH = 1000
"""Practices that `rebuild` holds at once; rows of one statement."""


def index_practice(practice: Practice, document: Document) -> None:
    """Let a practice be found as `document` says, and no longer as it was before."""
    countries = countries_of(document)
    tags = practice.tag_slugs if document["tags"] else []
    keys = facet_keys(FacetSource(document, countries, tags))
    filed = _indexed(practice)
    signs_of = facet_codes.assign(keys, existing=filed.signs if filed else "")
    before = indexed_keys(filed, signs_of) if filed else []
    Filing.objects.bulk_create(
        [index_row(practice, keys, signs_of)],
        update_conflicts=True,
        unique_fields=["practice"],
        update_fields=["revision", "start_year", "end_year", "submitter", "signs"],
    )
    _delete_entries(practice, [key for key in before if key not in keys])
    at = bulk_insert.instant(practice.published_at)
    bulk_insert.insert(
        FacetEntry,
        {"practice_id": "bigint", "key": "text", "published_at": "instant"},
        [(practice.pk, key, at) for key in keys if facet_codes.has_code(key) and key not in before],
    )
    update_counts(count_pairs(keys), count_pairs(before))
    search.index([search_entry(practice, document, countries, keys)])


def remove_from_index(practice: Practice) -> None:
    """Let a practice be found no longer."""
    filed = _indexed(practice)
    if filed is None:
        return
    before = indexed_keys(filed, facet_codes.assign([], existing=filed.signs))
    Filing.objects.filter(pk=practice.pk).delete()
    _delete_entries(practice, before)
    update_counts(Counter(), count_pairs(before))
    search.remove(practice)


def index_row(practice: Practice, keys: Sequence[str], signs_of: dict[str, str]) -> Filing:
    """Its filing, unsaved. `signs_of`: as `facet_codes.assign` has them."""
    submitters = [
        key.removeprefix(facet_codes.SUBMITTER_PREFIX)
        for key in keys
        if key.startswith(facet_codes.SUBMITTER_PREFIX)
    ]
    return Filing(
        practice=practice,
        published_at=practice.published_at,
        revision=practice.revision_number,
        start_year=practice.start_year,
        end_year=practice.end_year,
        submitter="".join(submitters),
        signs="".join(signs_of[key] for key in keys if facet_codes.has_code(key)),
    )


def facet_entries(practice: Practice, keys: Iterable[str]) -> list[FacetEntry]:
    """What lists find it by, unsaved."""
    return [
        FacetEntry(practice_id=practice.pk, key=key, published_at=practice.published_at)
        for key in keys
        if facet_codes.has_code(key)
    ]


def _indexed(practice: Practice) -> Filing | None:
    return Filing.objects.filter(pk=practice.pk).first()


def indexed_keys(filing: Filing, signs_of: dict[str, str]) -> list[str]:
    """All keys a practice is filed under; `signs_of` has them and may have more."""
    keys = {sign: key for key, sign in signs_of.items()}
    submitters = [facet_codes.SUBMITTER_PREFIX + filing.submitter] if filing.submitter else []
    return [ALL_PRACTICES, *(keys[sign] for sign in filing.signs), *submitters]


def _delete_entries(practice: Practice, keys: Sequence[str]) -> None:
    if keys:
        FacetEntry.objects.filter(
            key__in=keys, published_at=practice.published_at, practice=practice.pk
        ).delete()


def search_entry(
    practice: Practice, document: Document, countries: Sequence[Country], keys: Sequence[str]
) -> search.Entry:
    regions = [country.subregion for country in countries if country.subregion]
    names = [place.name for place in (*countries, *regions, *(sub.parent for sub in regions)) if place]
    return search.build_entry(
        practice.pk,
        document,
        published_at=practice.published_at,
        places=dict.fromkeys(names),
        facet_keys=keys,
    )


def count_pairs(keys: Sequence[str]) -> Counter[tuple[str, str]]:
    """(scope, key) of everything that a practice with these keys is counted in."""
    if not keys:
        return Counter()
    scoped = scope_facets()
    within = [ALL_PRACTICES, *(key for key in keys if key.partition(":")[0] in scoped)]
    pairs = [
        (scope, key)
        for scope in within
        for key in keys
        if scope == ALL_PRACTICES or not key.startswith(facet_codes.SUBMITTER_PREFIX)
    ]
    return Counter(pairs)


def update_counts(after: Counter, before: Counter) -> None:
    """Bring the tallies up to date. Raises nothing for a tally that is not there yet: it begins at 0."""
    changes = {pair: after[pair] - before[pair] for pair in (*after, *before) if after[pair] != before[pair]}
    rows = [(scope, key.partition(":")[0], key, change) for (scope, key), change in sorted(changes.items())]
    table = Tally._meta.db_table
    for batch in batched(rows, BATCH, strict=False):
        bulk_insert.insert(
            Tally,
            {"scope": "text", "facet": "text", "key": "text", "count": "integer"},
            batch,
            f"ON CONFLICT (scope, key) DO UPDATE SET count = {table}.count + excluded.count",
        )


# All of them ----------------------------------------------------------------------------------


def rebuild_index(*, progress: Callable[[int], None] = lambda done: None) -> int:
    """File every published practice anew, and forget whatever else was filed. Returns how many there are."""
    with transaction.atomic():
        catalogue_version.bump(wording=True)  # publications wait until it is done
        for model in (FacetEntry, Filing, FacetKey, Tally):
            model.objects.all().delete()
        search.clear()
        countries = {country.code: country for country in Country.objects.select_related("subregion__parent")}
        tallies: Counter[tuple[str, str]] = Counter()
        done = 0
        for batch in _batches():
            done += len(batch)
            _index_batch(batch, countries, tallies)
            progress(done)
        update_counts(tallies, Counter())
    return done


def _batches() -> Iterable[list[Practice]]:
    last = 0
    published = Practice.objects.filter(withdrawn_at=None).order_by("pk")
    while batch := list(published.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _index_batch(batch: list[Practice], countries: dict[str, Country], tallies: Counter) -> None:
    newest = Revision.objects.filter(practice__in=batch).order_by("practice", "number")
    documents = dict(newest.values_list("practice", "document"))
    tags: dict[int, list[str]] = {}
    for tagged in TaggedPractice.objects.filter(content_object__in=batch).select_related("tag"):
        tags.setdefault(tagged.content_object_id, []).append(tagged.tag.slug)
    filed = []
    for practice in batch:
        document = complete(documents[practice.pk])
        there = [countries[code] for code in document["countries"] if code in countries]
        keys = facet_keys(FacetSource(document, there, tags.get(practice.pk, [])))
        filed.append((practice, document, there, keys))
        tallies.update(count_pairs(keys))
    signs_of = facet_codes.assign({key for *_rest, keys in filed for key in keys})
    Filing.objects.bulk_create(index_row(practice, keys, signs_of) for practice, *_rest, keys in filed)
    entries = [entry for practice, *_rest, keys in filed for entry in facet_entries(practice, keys)]
    FacetEntry.objects.bulk_create(entries, batch_size=5000)
    search.index([search_entry(*each) for each in filed])
