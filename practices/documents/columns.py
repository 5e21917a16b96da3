"""Storage of a document in the columns and relations of a practice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from practices import clock
from practices.core import bulk_insert, tokenizer
from practices.core.titles import title_key
from practices.documents.fields import FIELDS, TITLE_LENGTH
from practices.documents.identity import source_page
from practices.documents.kinds import Key, RelationMixin, Tags
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
    _fill(practice, document, at=at)
    practice.save()
    _relate([(practice, document)], are_new=is_new)
    return practice


def create(new: Sequence[tuple[Practice, Document, datetime]]) -> None:
    """Store valid documents in new practices, each with the instant of its revision, as `apply` does one by one.

    Either all practices have their number already, or none has.
    """
    completed = [(practice, complete(document)) for practice, document, _at in new]
    for (practice, document), (*_given, at) in zip(completed, new, strict=True):
        _fill(practice, document, at=at)
    Practice.objects.bulk_create(practice for practice, _document in completed)
    _relate(completed, are_new=True)


def _fill(practice: Practice, document: Document, *, at: datetime) -> None:
    """Set all columns of `practice` from a complete document."""
    fill_columns(practice, document, at=at)
    for field in FIELDS.values():
        if isinstance(field, Key):
            setattr(practice, field.name, field.column_value(document[field.name]))


def _relate(pairs: Sequence[tuple[Practice, Document]], *, are_new: bool) -> None:
    """Replace the rows that each relation of practices holds. New practices have none yet.

    Bypasses the managers of the relations, which take longer to write their statements than the database to
    run them.
    """
    practices = [practice for practice, _document in pairs]
    insertions = []
    for each in FIELDS.values():
        if not isinstance(each, RelationMixin):
            continue
        related = each.related_rows([document[each.name] for _practice, document in pairs])
        if isinstance(each, Tags):
            for practice, tags in zip(practices, related, strict=True):
                practice.loaded_tags = list(tags)
        field: Any = Practice._meta.get_field(each.name)
        through, of = field.remote_field.through, field.m2m_column_name()
        if not are_new:
            through.objects.filter(**{f"{of}__in": [practice.pk for practice in practices]}).delete()
        columns = {of: "bigint", field.m2m_reverse_name(): "bigint"}
        if through is Placement:
            columns["position"] = "integer"  # values beyond the columns are ignored
        values = [
            (practice.pk, row.pk, position)
            for practice, rows in zip(practices, related, strict=True)
            for position, row in enumerate(rows)
        ]
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
