"""Storage of a document in the columns and relations of a practice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model

from practices import clock
from practices.core import bulk_insert, tokenizer
from practices.core.titles import title_key
from practices.documents.fields import FIELDS, TITLE_LENGTH
from practices.documents.identity import source_page
from practices.documents.kinds import Key, RelationMixin
from practices.documents.schema import Document, complete
from practices.models import Placement, Practice


def apply(document: Document, *, to: Practice | None, at: datetime) -> Practice:
    """Store a valid document in the columns and relations of a practice, and return that practice.

    `workflow` calls it in the transaction that creates the revision of the document. Keys that the reference
    data does not know are left out; the form has refused them before. New tags are created.
    """
    document = complete(document)
    practice = to or Practice(published_at=at)
    is_new = practice.pk is None
    fill_columns(practice, document, at=at)
    for field in FIELDS.values():
        if isinstance(field, Key):
            setattr(practice, field.name, field.column_value(document[field.name]))
    practice.save()
    related = {
        field.name: field.related_rows(document[field.name])
        for field in FIELDS.values()
        if isinstance(field, RelationMixin)
    }
    practice.loaded_tags = list(related["tags"])
    _relate(practice, related, is_new=is_new)
    return practice


def _relate(practice: Practice, related: dict[str, Sequence[Model]], *, is_new: bool) -> None:
    """Replace the rows that each relation of a practice holds. A new practice has none yet.

    Bypasses the managers of the relations, which take longer to write their statements than the database to
    run them.
    """
    insertions = []
    for name, rows in related.items():
        field: Any = Practice._meta.get_field(name)
        through, of = field.remote_field.through, field.m2m_column_name()
        if not is_new:
            through.objects.filter(**{of: practice.pk}).delete()
        columns = {of: "bigint", field.m2m_reverse_name(): "bigint"}
        if through is Placement:
            columns["position"] = "integer"  # values beyond the columns are ignored
        values = [(practice.pk, row.pk, position) for position, row in enumerate(rows)]
        insertions.append(bulk_insert.Insertion(through, columns, values))
    bulk_insert.insert_all(insertions)


def fill_columns(practice: Practice, document: Document, *, at: datetime) -> None:
    """Set the columns of `practice` that refer to no other row, from a complete document. No query, no save."""
    practice.revision_number += 1
    practice.sort_title = sort_title(document["title"])
    practice.title_key = title_key(document["title"])
    practice.source_page = source_page(document)
    practice.revised_at = max(at, practice.published_at)  # the clock may have been set back
    practice.changed_at = clock.now()
    for field in FIELDS.values():
        if not isinstance(field, (Key, RelationMixin)):
            setattr(practice, field.name, field.column_value(document[field.name]))


def sort_title(title: str) -> str:
    """Return a title as lists are sorted by it: in lower case and without accents."""
    return tokenizer.fold(title)[:TITLE_LENGTH]
