"""Uses of practices elsewhere, for the map: from where to where."""

from practices.core.cache import cached_per_version
from practices.discovery import results
from practices.discovery.results import Selection
from practices.documents import load_local
from practices.models import Adaptation, Practice

MOST_SHOWN = 60
"""Uses that a map shows; more lines would hide each other."""


@cached_per_version(lasts_if=bool)
def latest(selection: Selection) -> list[Adaptation]:
    """Return the newest uses of the practices of a selection, each with its practice and the countries of both.

    One query where there are none, else at most four.
    """
    rows = Adaptation.objects.published().select_related("country").order_by("-published_at", "-pk")
    if selection != Selection():
        practices = results.filter_practices(Practice.objects.published().order_by(), selection)
        rows = rows.filter(practice__in=practices.values("pk"))
    found = list(rows[:MOST_SHOWN])
    if found:
        columns = ("title", "area", "language")
        listed = Practice.objects.with_versions().only(*columns).prefetch_related("countries")
        practices_by_key = listed.in_bulk({row.practice_id for row in found})
        load_local(practices_by_key.values())
        for row in found:
            row.practice = practices_by_key[row.practice_id]
    return found
