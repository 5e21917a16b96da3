"""Laying a document out as a practice: its columns and its relations."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from taggit.models import Tag

from practices.core import bulk_insert, tokenizer
from practices.core.titles import title_key
from practices.documents.lookup import rows_named, tags_named
from practices.documents.schema import SECTIONS, TITLE_LENGTH, Document, complete
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    Placement,
    Practice,
    PracticeType,
    SustainableDevelopmentGoal,
)


def apply(document: Document, *, to: Practice | None, at: datetime) -> Practice:
    """Lay a valid document out as the columns and relations of a practice, and return that practice.

    Called by `workflow` inside a transaction, together with the revision that records the document. Keys that
    the reference data does not know are left out; the form has refused them before. New tags are made.
    """
    document = complete(document)
    practice = to or Practice(published_at=at)
    is_new = practice.pk is None
    fill_columns(practice, document, at=at)
    practice.type = next(iter(rows_named(PracticeType, [document["type"]])), None)
    practice.save()
    practice.loaded_tags = _tags(document["tags"])
    _relate(
        practice,
        {
            "objectives": rows_named(Objective, document["objectives"]),
            "countries": rows_named(Country, document["countries"]),
            "implementer_kinds": rows_named(ImplementerKind, document["implementer_kinds"]),
            "principles": rows_named(GuidingPrinciple, document["principles"]),
            "sdgs": rows_named(SustainableDevelopmentGoal, document["sdgs"]),
            "tags": practice.loaded_tags,
        },
        is_new=is_new,
    )
    return practice


def _tags(names: list[str]) -> list[Tag]:
    """The tags of these names, each once; those nobody has used yet are made."""
    found = tags_named(names)
    for name in names:
        if name not in found:
            found[name], _made = Tag.objects.get_or_create(name__iexact=name, defaults={"name": name})
    return list(dict.fromkeys(found[name] for name in names))


def _relate(practice: Practice, related: dict[str, Sequence[Model]], *, is_new: bool) -> None:
    """Let a practice have these rows alone, by the names of the relations. One that is new has none yet.

    Past the relations' own managers, which take longer to write their statements than the database to run them.
    """
    insertions = []
    for name, rows in related.items():
        field: Any = Practice._meta.get_field(name)
        through, of = field.remote_field.through, field.m2m_column_name()
        if not is_new:
            through.objects.filter(**{of: practice.pk}).delete()
        columns = {of: "bigint", field.m2m_reverse_name(): "bigint"}
        if through is Placement:
            columns["position"] = "integer"  # what has no column is not read
        values = [(practice.pk, row.pk, position) for position, row in enumerate(rows)]
        insertions.append(bulk_insert.Insertion(through, columns, values))
    bulk_insert.insert_all(insertions)


def fill_columns(practice: Practice, document: Document, *, at: datetime) -> None:
    """Lay out in `practice`, unsaved, what a complete document says without naming other rows. No query."""
    practice.revision_number += 1
    practice.sort_title = tokenizer.fold(document["title"])[:TITLE_LENGTH]
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
