"""Source of all exports."""

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet, Subquery

from practices.documents import Document, for_readers
from practices.models import Practice, Revision


def latest_documents(practices: QuerySet[Practice]) -> Iterator[tuple[Practice, Document]]:
    """Yield each practice with its latest document, in the order given. One query."""
    latest = Revision.objects.filter(practice=OuterRef("pk")).order_by("-number").values("document")[:1]
    found = practices.only("title", "published_at").annotate(latest_document=Subquery(latest))
    for practice in found.iterator(chunk_size=500):
        yield practice, for_readers(practice.latest_document)
