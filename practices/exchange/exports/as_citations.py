"""References of practices, in the formats that the page of a single practice offers too."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import get_language

from practices.documents import citations
from practices.documents.citations import Citation, Format
from practices.exchange.exports.records import Record, records
from practices.models import Practice

COLUMNS = {
    "id", "url", "doi", "published_at", "revision", "title", "summary", "implementers", "tags", "language", "credit",
}  # fmt: skip
"""Names of the columns that a reference contains."""


def write(form: Format, practices: QuerySet[Practice]) -> Iterator[str]:
    """Write references, to the translations into the active language where there are any."""
    language = get_language()  # that of the request, as pieces are written after it
    return form.write(citation_of(record, language) for record in records(practices))


def citation_of(record: Record, language: str | None = None) -> Citation:
    """Return the citation of a practice, or of its translation into a language."""
    practice = record.practice
    return citations.citation_of(
        practice,
        record.document,
        revision=practice.revision_number,
        revised_at=practice.revised_at,
        translation=record.translation_into(language),
    )
