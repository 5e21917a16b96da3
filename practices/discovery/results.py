"""A selection of published practices: how many it has, how they spread over the facets, and page by page.

Nothing here looks at the whole catalogue for a visitor. Lists walk the entries of their rarest facet value in the
order of the list; counts come from the tallies that publication keeps, or are made once a version of the catalogue.
"""

import dataclasses
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import ngettext

from practices.core import catalogue_version
from practices.discovery import facet_codes, search
from practices.discovery.search import Term
from practices.models import ALL_PRACTICES, FacetEntry, Filing, Practice, Tally

MAX_COUNTED = 10_000
"""What is counted anew is counted as far as this; beyond it the number is "10,000+"."""
FEW = 5_000
"""So many practices are sorted sooner than the whole catalogue is walked in the hope of meeting them."""
MAX_OF_A_LONG_FACET = 60
LONG = ("tag",)
"""Facets without a fixed list of values, of which only the most used are counted."""

BY_DATE = ("published_at", "practice_id")
"""What lists are in the order of, unless they are ranked or by title."""


@dataclasses.dataclass(frozen=True)
class Selection:
    """`facet_keys`: of each tuple of facet keys, such as ("country:ph", "country:ge"), a practice has one at least.

    `since` and `until` bound the years it ran in; `terms` are what it says.
    """

    facet_keys: tuple[tuple[str, ...], ...] = ()
    since: int | None = None
    until: int | None = None
    terms: tuple[Term, ...] = ()

    @property
    def only_key(self) -> str | None:
        """The key that says all of this selection; None when it takes more to say it."""
        if self.terms or self.has_years or len(self.facet_keys) > 1:
            return None
        if not self.facet_keys:
            return ALL_PRACTICES
        return self.facet_keys[0][0] if len(self.facet_keys[0]) == 1 else None

    @property
    def has_years(self) -> bool:
        return self.since is not None or self.until is not None


@dataclasses.dataclass(frozen=True)
class Total:
    """How many practices there are; `is_lower_bound` when there are more than were counted."""

    number: int
    is_lower_bound: bool = False

    @property
    def text(self) -> str:
        """Such as “1 practice”, “1,234 practices”, “10,000+ practices”."""
        shown = number_format(self.number, force_grouping=True) + ("+" if self.is_lower_bound else "")
        return ngettext("%(count)s practice", "%(count)s practices", self.number) % {"count": shown}


@dataclasses.dataclass(frozen=True)
class Result:
    """A practice in a list, by its key and, where its card is kept, the number of its latest revision."""

    practice: int
    revision: int = 0


def totals(wanted: Sequence[Selection]) -> list[Total]:
    """How many practices each of several selections has. One query, however many there are."""
    return [_total_of(number) for (number,) in _over(wanted, "count(*)")]


def _total_of(counted: int) -> Total:
    return Total(min(counted, MAX_COUNTED), is_lower_bound=counted > MAX_COUNTED)


class Counts(dict[str, int]):
    """Facet key → how many practices have it."""

    is_lower_bound = False
    """Whether more practices are selected than were counted."""


# How many ---------------------------------------------------------------------------------


def total(selection: Selection) -> Total:
    return catalogue_version.cached(f"total {selection}", lambda: _total(selection))


def _total(selection: Selection) -> Total:
    if selection.terms:
        return Total(search_hits(selection, "relevance")[1])
    if selection.only_key:
        return Total(_size(selection.only_key))
    if not selection.has_years and [len(each) for each in selection.facet_keys] == [1, 1]:
        [first], [second] = selection.facet_keys
        kept = Tally.objects.filter(Q(scope=first, key=second) | Q(scope=second, key=first))
        if number := kept.values_list("count", flat=True).first():
            return Total(number)
    counted = facet_counts(selection)
    return Total(counted.get(ALL_PRACTICES, 0), counted.is_lower_bound)


def facet_counts(selection: Selection) -> Counts:
    """Facet key → how many of the selection have it; of long facets the most used. None counted is left out."""
    return facet_counts_of([selection])[selection]


def facet_counts_of(wanted: Collection[Selection]) -> dict[Selection, Counts]:
    """Selection → its `counts`."""
    return catalogue_version.cached_many(wanted, _counts_of)


def _counts_of(wanted: list[Selection]) -> dict[Selection, Counts]:
    found = {}
    for selection in wanted:
        if selection.only_key and (kept := _kept_counts(selection.only_key)):
            found[selection] = kept
    if anew := [selection for selection in wanted if selection not in found]:
        found |= _count_anew(anew)
    return found


def _kept_counts(scope: str) -> Counts:
    """What publication has counted under one key; nothing when it does not count under that."""
    kept = Tally.objects.filter(scope=scope, count__gt=0)
    shown = ~Q(facet__in=[*LONG, "submitter"])
    for facet in LONG:
        shown |= Q(
            pk__in=kept.filter(facet=facet).order_by("-count", "key").values("pk")[:MAX_OF_A_LONG_FACET]
        )
    return Counts(kept.filter(shown).values_list("key", "count"))


def _count_anew(wanted: list[Selection]) -> dict[Selection, Counts]:
    """One query, for however many selections."""
    join = {"postgresql": "string_agg", "sqlite": "group_concat"}[connection.vendor]
    rows = _over(wanted, f"count(*), {join}(signs, '')")
    keys = facet_codes.keys_by_code()
    found = {}
    for selection, (number, text) in zip(wanted, rows, strict=True):
        counted = Counts({ALL_PRACTICES: min(number, MAX_COUNTED)} if number else {})
        for sign, count in Counter(text or "").items():
            if sign in keys:
                counted[keys[sign]] = min(count, MAX_COUNTED)
        counted.is_lower_bound = number > MAX_COUNTED
        for facet in LONG:
            values = [key for key in counted if key.startswith(f"{facet}:")]
            for key in sorted(values, key=lambda key: (-counted[key], key))[MAX_OF_A_LONG_FACET:]:
                del counted[key]
        found[selection] = counted
    return found


def _over(wanted: Sequence[Selection], aggregates: str) -> list[tuple[Any, ...]]:
    """What some SQL comes to over the filings of each selection, as far as they are counted. One query."""
    parts: list[str] = []
    parameters: list[Any] = []
    for position, selection in enumerate(wanted):
        sql, values = _counted(selection).query.sql_with_params()
        parts.append(f"SELECT {position}, {aggregates} FROM ({sql}) AS counted")  # noqa: S608 - our own words
        parameters += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return [row[1:] for row in sorted(cursor.fetchall())]


def _counted(selection: Selection) -> QuerySet[Any, Any]:
    """The filings of which the facets are counted: the newest, where there are many."""
    filings = _having_terms(selection) if selection.terms else _filings(selection)
    return filings.order_by("-published_at", "-practice_id").values("signs")[: MAX_COUNTED + 1]


def _having_terms(selection: Selection) -> QuerySet[Filing]:
    # Years are no words of the index: where they count too, all that match have to be looked at.
    newest = None if selection.has_years else MAX_COUNTED + 1
    filings = Filing.objects.filter(_ran_within(selection))
    return search.filter_matching(filings, selection.terms, selection.facet_keys, newest=newest)


def _filings(selection: Selection) -> QuerySet[Filing]:
    """Those of a selection without terms: through the entries of its rarest keys, where those are few."""
    filings = Filing.objects.filter(_ran_within(selection))
    sizes = _sizes([key for keys in selection.facet_keys for key in keys]) if selection.facet_keys else {}
    for keys in selection.facet_keys:
        if sum(sizes[key] for key in keys) <= FEW:
            filings = filings.filter(pk__in=FacetEntry.objects.filter(key__in=keys).values("practice"))
        else:
            filings = filings.filter(signs__has_one_of=facet_codes.encode(keys))
    return filings


def submitter_count() -> int:
    """How many have published practices to their name; the anonymous are not counted."""
    return Tally.objects.filter(scope=ALL_PRACTICES, facet="submitter", count__gt=0).count()


def _size(key: str) -> int:
    return _sizes([key])[key]


def _sizes(keys: Sequence[str]) -> dict[str, int]:
    """How many published practices have each of `keys`."""
    everything = facet_counts(Selection())
    missing = [key for key in keys if key not in everything and key.partition(":")[0] in LONG]
    rare = (
        dict(Tally.objects.filter(scope=ALL_PRACTICES, key__in=missing).values_list("key", "count"))
        if missing
        else {}
    )
    return {key: everything.get(key) or rare.get(key, 0) for key in keys}


# Which --------------------------------------------------------------------------------------


def filter_practices(practices: QuerySet[Practice], selection: Selection) -> QuerySet[Practice]:
    """Those of `practices` that belong to the selection, in the order given."""
    for keys in selection.facet_keys:
        practices = practices.filter(filing__signs__has_one_of=facet_codes.encode(keys))
    practices = practices.filter(_ran_within(selection))
    return search.filter_matching(practices, selection.terms) if selection.terms else practices


def search_hits(selection: Selection, sort: str) -> tuple[list[int], int]:
    """(the first practices that have the terms of the selection, how many have), ranked or sorted."""
    return catalogue_version.cached(f"hits {sort} {selection}", lambda: _search_hits(selection, sort))


def _search_hits(selection: Selection, sort: str) -> tuple[list[int], int]:
    within = Filing.objects.filter(_ran_within(selection)).values("practice") if selection.has_years else None
    return search.rank(selection.terms, selection.facet_keys, within=within, order=sort)


def page(
    selection: Selection,
    *,
    sort: str,
    size: int,
    number: int = 1,
    after: int | None = None,
    before: int | None = None,
) -> list[Result]:
    """Page `number` of the selection, counted from 1, or the `size` practices `after` or `before` one of it.

    By a practice the hundredth page costs what the first does; by its number it is counted off in narrow rows.
    """
    if selection.terms:
        return [
            Result(practice)
            for practice in search_hits(selection, sort)[0][(number - 1) * size : number * size]
        ]
    where = (sort, size, number, after, before)
    return catalogue_version.cached(f"page {where} {selection}", lambda: _page(selection, *where))


def neighbours(selection: Selection, practice: int, at: datetime) -> list[QuerySet[Any, Any]]:
    """Queries for the key of the next newer practice than one published `at`, and of the next older one.

    The selection has no terms. They are as quick in a large catalogue as in a small one.
    """
    rows, _is_repeated = _rows(selection)
    return [
        rows.filter(_past(BY_DATE, at, practice, upwards=upwards))
        .order_by(*(name if upwards else f"-{name}" for name in BY_DATE))
        .values("practice_id")[:1]
        for upwards in (True, False)
    ]


def _page(  # noqa: PLR0917 - as `page` has them
    selection: Selection, sort: str, size: int, number: int, after: int | None, before: int | None
) -> list[Result]:
    descending = sort not in ("oldest", "title")
    rows: Any
    if sort == "title":
        order, columns, is_repeated = ("sort_title", "pk"), ["pk", "revision_number"], False
        rows = filter_practices(Practice.objects.published(), selection)
    else:
        order, columns = BY_DATE, ["practice_id", "revision", "published_at"]
        rows, is_repeated = _rows(selection)
    if is_repeated:
        rows = rows.distinct()
    backwards = False
    start = (number - 1) * size
    if edge := after or before:
        at = Practice.objects.filter(pk=edge).values_list(order[0], flat=True).first()
        if at is None:
            return []
        backwards = after is None
        rows = rows.filter(_past(order, at, edge, upwards=descending == backwards))
        start = 0
    rows = rows.order_by(*(f"-{name}" if descending != backwards else name for name in order))
    found = [Result(*row[:2]) for row in rows.values_list(*columns)[start : start + size]]
    return found[::-1] if backwards else found


def _past(order: tuple[str, str], at: Any, key: int, *, upwards: bool) -> Q:
    """Rows beyond (at, key). The first condition is what an index can begin at."""
    name, tie = order
    than = "gt" if upwards else "lt"
    return Q(**{f"{name}__{than}e": at}) & (Q(**{f"{name}__{than}": at}) | Q(**{f"{tie}__{than}": key}))


def _rows(selection: Selection) -> tuple[QuerySet[Any], bool]:
    """Rows with `practice_id`, `revision` and `published_at` of a selection without terms, to be walked in order.

    They are the entries of its rarest single value, if it has one; else filings. And whether a practice has several.
    """
    single = [keys for keys in selection.facet_keys if len(keys) == 1]
    several = [keys for keys in selection.facet_keys if len(keys) > 1]
    sizes = _sizes([key for keys in selection.facet_keys for key in keys]) if selection.facet_keys else {}

    def size(keys: tuple[str, ...]) -> int:
        return sum(sizes[key] for key in keys)

    rarest = min(single, key=size) if single else min(several, key=size, default=())
    if not rarest or (not single and size(rarest) > FEW):
        filings: QuerySet[Any] = Filing.objects.filter(_ran_within(selection))
        for keys in selection.facet_keys:
            filings = filings.filter(signs__has_one_of=facet_codes.encode(keys))
        return filings, False
    has_key = Q(key=rarest[0]) if len(rarest) == 1 else Q(key__in=rarest)
    entries: QuerySet[Any] = FacetEntry.objects.filter(has_key, _ran_within(selection, "practice__"))
    for keys in selection.facet_keys:
        if keys != rarest:
            entries = entries.filter(practice__signs__has_one_of=facet_codes.encode(keys))
    return entries.annotate(revision=F("practice__revision")), len(rarest) > 1


def _ran_within(selection: Selection, prefix: str = "") -> Q:
    """That a practice ran in the years of the selection, as far as its own are stated."""

    def year(name: str, value: Any) -> Q:
        return Q(**{f"{prefix}{name}": value})

    condition = Q()
    if selection.until is not None:
        condition &= year("start_year__lte", selection.until) | (
            year("start_year", None) & year("end_year__isnull", False)
        )
    if selection.since is not None:
        condition &= year("end_year__gte", selection.since) | (
            year("end_year", None) & year("start_year__isnull", False)
        )
    return condition
