"""References of practices, in the formats that the page of a single practice offers too."""

from collections.abc import Iterator

from django.db.models import QuerySet

from practices.documents import citations
from practices.documents.citations import Citation, Format
from practices.exchange.exports.records import Record, records
from practices.models import Practice

COLUMNS = {
    "id", "url", "doi", "published_at", "revision", "title", "summary", "implementers", "tags", "language", "credit",
}  # fmt: skip
"""Names of the columns that a reference contains."""


def write(form: Format, practices: QuerySet[Practice]) -> Iterator[str]:
    return form.write(map(citation_of, records(practices)))


def citation_of(record: Record) -> Citation:
    practice = record.practice
    return citations.citation_of(
        practice, record.document, revision=practice.revision_number, revised_at=practice.revised_at
    )
