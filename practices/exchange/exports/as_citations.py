"""References of practices, in the formats that the page of a single practice offers too."""

from collections.abc import Iterator

from django.db.models import QuerySet

from practices.documents import citations
from practices.documents.citations import Format
from practices.exchange.exports.source import records
from practices.models import Practice

COLUMNS = {
    "id", "url", "published_at", "revision", "title", "summary", "implementers", "tags", "language", "credit",
}  # fmt: skip
"""Names of the columns that a reference contains."""


def write(form: Format, practices: QuerySet[Practice]) -> Iterator[str]:
    return form.write(
        citations.source(
            record.practice,
            record.document,
            revision=record.practice.revision_number,
            revised_at=record.practice.revised_at,
        )
        for record in records(practices)
    )
