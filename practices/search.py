"""From a reader's words to practices."""

from django.db.models import Q, QuerySet

from practices.models import Practice

FIELDS = (
    "title",
    "summary",
    "area",
    "credit",
    "context",
    "activities",
    "results",
    "countries__name",
    "tags__name",
)
MOST_WORDS = 10


def matching(practices: QuerySet[Practice], text: str) -> QuerySet[Practice]:
    """Those of `practices` in which every word of `text` occurs, in any field; all of them for no words."""
    for word in text.split()[:MOST_WORDS]:
        occurs = Q()
        for field in FIELDS:
            occurs |= Q(**{f"{field}__icontains": word})
        practices = practices.filter(pk__in=Practice.objects.filter(occurs).order_by().values("pk"))
    return practices
