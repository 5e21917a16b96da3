"""Laying a document out as a practice: its columns and its relations."""

from datetime import date, datetime

from practices import versions, words
from practices.documents.fields import SECTIONS, TITLE_LENGTH, Document, complete
from practices.documents.rows import rows_named, tags_named
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    Placement,
    Practice,
    PracticeType,
    SustainableDevelopmentGoal,
    TaggedPractice,
)
from practices.wording import title_key


@versions.reading()
def apply(document: Document, *, to: Practice | None, at: datetime) -> Practice:
    """Lay a valid document out as the columns and relations of a practice, and return that practice.

    Called by `workflow` inside a transaction, together with the revision that records the document. Keys that
    the reference data does not know are left out; the form has refused them before.
    """
    document = complete(document)
    practice = to or Practice(published_at=at)
    is_new = practice.pk is None
    fill_columns(practice, document, at=at)
    practice.type = next(iter(rows_named(PracticeType, [document["type"]])), None)
    practice.save()
    if not is_new:
        practice.placements.all().delete()
    Placement.objects.bulk_create(
        Placement(practice=practice, objective=objective, position=position)
        for position, objective in enumerate(rows_named(Objective, document["objectives"]))
    )
    _relate(practice.countries, rows_named(Country, document["countries"]), is_new=is_new)
    _relate(
        practice.implementer_kinds, rows_named(ImplementerKind, document["implementer_kinds"]), is_new=is_new
    )
    _relate(practice.principles, rows_named(GuidingPrinciple, document["principles"]), is_new=is_new)
    _relate(practice.sdgs, rows_named(SustainableDevelopmentGoal, document["sdgs"]), is_new=is_new)
    if is_new:
        _tag(practice, document["tags"])
    else:
        practice.tags.set(document["tags"])
    return practice


def _relate(relation, rows: list, *, is_new: bool) -> None:
    """Let a practice have these rows alone. One that is new has none yet, and need not be asked."""
    if not is_new:
        relation.set(rows)
    elif rows:
        relation.add(*rows)


def _tag(practice: Practice, names: list[str]) -> None:
    """Give a practice that is new its tags, by a query for those that are there and one to give them.

    Taggit takes four for each. Tags that are not there yet are left to it: it finds them a slug.
    """
    if not names:
        return
    known = tags_named(names)
    if not known.keys() >= {name.casefold() for name in names}:
        practice.tags.add(*names)
        return
    tags = dict.fromkeys(known[name.casefold()] for name in names)
    TaggedPractice.objects.bulk_create(TaggedPractice(content_object=practice, tag=tag) for tag in tags)


def fill_columns(practice: Practice, document: Document, *, at: datetime) -> None:
    """Lay out in `practice`, unsaved, what a complete document says without naming other rows. No query."""
    practice.revision_number += 1
    practice.sort_title = words.fold(document["title"])[:TITLE_LENGTH]
    practice.title_key = title_key(document["title"])
    practice.revised_at = max(at, practice.published_at)  # the clock may have been set back
    for name in _COLUMNS:
        setattr(practice, name, document[name])
    submitted_on = document["submitted_on"]
    practice.submitted_on = date.fromisoformat(submitted_on) if submitted_on else None


_COLUMNS = [
    "title", "summary", "area", "implementers", "start_year", "end_year", "evidence_level", "evidence_reason",
    "evidence_url", "cost_band", "language", "licence", "source_url", "credit", *SECTIONS,
]  # fmt: skip
