"""Renewal of the index while the catalogue is in use: in short transactions, and to be resumed after a kill.

Each index row says of which version of the index and of which revision it is the entry (`IndexedPractice.made_as`), so
the rows themselves say what is left to do. Readers find each practice by its earlier entry until it has the new one.
"""

import dataclasses
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from practices.core import catalogue_version, isolation
from practices.core.batch_size import BatchSize, pause
from practices.discovery import indexing, search, semantic
from practices.documents import Document, complete, sort_title, source_page
from practices.models import (
    Adaptation,
    Country,
    FacetCount,
    FacetEntry,
    FacetKey,
    IndexedPractice,
    Practice,
    PracticeVector,
    Revision,
    TaggedPractice,
    Translation,
)

BATCH = 200
"""Practices held in memory."""
_DUE = "due"
"""Version of the entries of a row that has been marked. No release makes such entries."""

type Progress = Callable[[int, int], None]
"""Function of the number of practices that are done, and that of all."""


def ignore(done: int, of: int) -> None:
    """Show no progress."""


def outdated() -> QuerySet[Practice]:
    """Return the published practices with no entry, or one that this release would make otherwise."""
    version = Value(f"{indexing.made_by()} ")
    current = IndexedPractice.objects.filter(made_as=Concat(version, Cast("revision", CharField())))
    current = current.exclude(pk__in=_with_other_translations())
    if semantic.is_available():
        current = current.filter(practice__in=_vectors().values("practice"))
    return Practice.objects.published().exclude(pk__in=current.values("pk"))


def _with_other_translations() -> QuerySet[Translation, Any]:
    """Return the practices with a public translation that the index does not have, or one that only the index has."""
    space, colon, text = Value(" "), Value(":"), TextField()
    number = Cast("number", CharField())
    translations = Translation.objects.order_by().annotate(
        into=Concat(space, "language", colon, output_field=text),
        version=Concat(space, "language", colon, number, space, output_field=text),
        indexed=Concat(space, "practice__index_row__translations", space, output_field=text),
    )
    missing = Q(withdrawn_at=None) & ~Q(indexed__contains=F("version"))
    surplus = Q(withdrawn_at__isnull=False, indexed__contains=F("into"))
    return translations.filter(missing | surplus).values("practice")


def mark_all() -> None:
    """Have every practice indexed anew by the next `renew`."""
    IndexedPractice.objects.update(made_as=_DUE)


def is_interrupted() -> bool:
    """Return whether some of the practices that were marked still wait."""
    return IndexedPractice.objects.filter(made_as=_DUE).exists()


def rebuild(*, progress: Progress = ignore) -> int:
    """Delete the index and write it anew, in one transaction, for which publications wait. Returns like `renew`."""
    with transaction.atomic():
        catalogue_version.bump(names_changed=True)
        for model in (FacetEntry, IndexedPractice, FacetKey, FacetCount):
            model.objects.all().delete()
        search.clear()
        semantic.clear()
        return renew(progress=progress)


def renew(*, progress: Progress = ignore) -> int:
    """Index the outdated practices and return their number.

    A practice that cannot be indexed is reported, and is in no list until it is mended.
    """
    _remove_withdrawn()
    keys = list(outdated().order_by("pk").values_list("pk", flat=True))
    size, done = BatchSize(most=BATCH), 0
    for batch in batched(keys, BATCH, strict=False):
        prepared = deque(_prepare(batch))
        while prepared:
            some = [prepared.popleft() for _ in range(min(size.rows, len(prepared)))]
            begun = time.monotonic()
            _write(some)
            size.adapt(len(some), seconds=time.monotonic() - begun)
            pause()
        done += len(batch)
        progress(done, len(keys))
    if keys:
        with transaction.atomic():
            catalogue_version.bump(names_changed=True)
    return done


def _remove_withdrawn() -> None:
    for practice in Practice.objects.filter(withdrawn_at__isnull=False, index_row__isnull=False):
        with transaction.atomic():
            catalogue_version.bump()
            indexing.remove_from_index(practice)


@dataclasses.dataclass(frozen=True)
class _Source:
    """A published practice, with what its entry is made of."""

    practice: Practice
    document: Document
    tags: list[str]
    translations: list[Translation]
    used: list[Adaptation]

    def is_like(self, other: "_Source") -> bool:
        return self._state() == other._state()

    def _state(self) -> tuple[Any, ...]:
        return (
            self.document,
            self.tags,
            [(each.pk, each.number) for each in self.used],
            [(each.language, each.number, each.texts) for each in self.translations],
        )


@dataclasses.dataclass(frozen=True)
class _Prepared:
    source: _Source
    entry: search.Entry | None
    """None if the practice cannot be indexed."""
    vector: bytes | None
    """None if it has the right one already."""


def _sources(keys: Iterable[int]) -> dict[int, _Source]:
    practices = Practice.objects.published().filter(pk__in=keys).order_by("pk")
    newest = Revision.objects.filter(practice__in=keys, number=F("practice__revision_number"))
    documents = dict(newest.values_list("practice", "document"))
    tags: dict[int, list[str]] = {}
    for tagged in TaggedPractice.objects.filter(content_object__in=keys).select_related("tag").order_by("pk"):
        tags.setdefault(tagged.content_object_id, []).append(tagged.tag.slug)
    translations: dict[int, list[Translation]] = {}
    for translation in Translation.objects.published().filter(practice__in=keys):
        translations.setdefault(translation.practice_id, []).append(translation)
    used: dict[int, list[Adaptation]] = {}
    for adaptation in Adaptation.objects.published().filter(practice__in=keys).with_places():
        used.setdefault(adaptation.practice_id, []).append(adaptation)
    return {
        practice.pk: _Source(
            practice,
            documents.get(practice.pk, {}),
            tags.get(practice.pk, []),
            translations.get(practice.pk, []),
            used.get(practice.pk, []),
        )
        for practice in practices
    }


@catalogue_version.reading()
def _prepare(keys: Sequence[int]) -> list[_Prepared]:
    """Do what takes longest, without a lock."""
    sources = _sources(keys)
    countries = {country.code: country for country in Country.objects.select_related("subregion__parent")}
    entries = {key: _entry(source, countries) for key, source in sources.items()}
    vectors = _missing_vectors([source for key, source in sources.items() if entries[key] is not None])
    return [_Prepared(source, entries[key], vectors.get(key)) for key, source in sources.items()]


def _entry(source: _Source, countries: Mapping[str, Country]) -> search.Entry | None:
    try:
        document = complete(source.document)
        found = [countries[code] for code in document["countries"] if code in countries]
        return indexing.search_entry(
            source.practice,
            document,
            found,
            source.tags,
            translations=source.translations,
            used=source.used,
        )
    except Exception as error:
        if isolation.is_away(error):
            raise
        isolation.report("index of practice", source.practice.pk)
        return None


def _missing_vectors(sources: Sequence[_Source]) -> dict[int, bytes]:
    """Return practice → vector of those that have none of this model, or that of another revision."""
    keys = [source.practice.pk for source in sources]
    revisions = dict(
        IndexedPractice.objects.filter(pk__in=_vectors().filter(practice__in=keys).values("practice"))
        .values_list("pk", "revision")
    )  # fmt: skip
    lacking = [
        source for source in sources if revisions.get(source.practice.pk) != source.practice.revision_number
    ]
    vectors = semantic.encode([complete(source.document) for source in lacking])
    return {source.practice.pk: vector for source, vector in zip(lacking, vectors, strict=False)}


def _vectors() -> QuerySet[PracticeVector]:
    return PracticeVector.objects.filter(model=semantic.MODEL)


def _write(prepared: Sequence[_Prepared]) -> None:
    """Write entries. Those of practices that have changed since are left to whoever changed them, or to the next run."""
    with transaction.atomic():
        catalogue_version.lock()
        now = _sources([each.source.practice.pk for each in prepared])
        same = [
            each
            for each in prepared
            if (source := now.get(each.source.practice.pk)) and source.is_like(each.source)
        ]
        for each in same:
            if each.entry is None:
                indexing.remove_from_index(each.source.practice)
        known = FacetKey.objects.count()
        entries = [(now[each.source.practice.pk], each.entry) for each in same if each.entry is not None]
        _mend_columns([source for source, _entry in entries])
        indexing.replace_rows([(source.practice, entry) for source, entry in entries])
        semantic.replace([(each.source.practice.pk, each.vector) for each in same if each.vector is not None])
        if FacetKey.objects.count() != known:
            catalogue_version.bump()  # processes keep the codes of a version


def _mend_columns(sources: Sequence[_Source]) -> None:
    """Set titles to sort by and pages of sources that an earlier release made otherwise."""
    changed = []
    for source in sources:
        practice = source.practice
        made = (sort_title(practice.title), source_page(complete(source.document)))
        if (practice.sort_title, practice.source_page) != made:
            practice.sort_title, practice.source_page = made
            changed.append(practice)
    Practice.objects.bulk_update(changed, ["sort_title", "source_page"])
