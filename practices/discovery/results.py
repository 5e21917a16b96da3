"""Totals, facet counts and pages of a selection of published practices.

No request scans the whole catalogue. Lists walk the facet entries of their rarest value, which are stored in list
order. Counts come from the rows that publication maintains, or are computed once per version of the catalogue.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import ngettext

from practices.core import replica
from practices.core.cache import cached_each_per_version, cached_per_version
from practices.core.compound_select import keys_of_each
from practices.core.prepared import prepared
from practices.discovery import facet_codes, search
from practices.discovery.search import Hit, Term
from practices.models import ALL_PRACTICES, FacetCount, FacetEntry, IndexedPractice, Practice

MAX_COUNTED = search.MAX_COUNTED
"""Counts that publication does not maintain stop here; beyond it the number shown is "10,000+"."""
FEW = 5_000
"""Practices. Up to this many are faster to sort than to find by walking the catalogue in list order."""
OPEN_FACETS = ("tag",)
"""Facets without a fixed list of values. Only their most used values are counted."""
MAX_OPEN_FACET_VALUES = 60

NEWEST = 20
"""Practices that `newest` finds for each list."""
BY_DATE = ("published_at", "practice_id")
"""The order of lists that are not ranked or sorted by title."""


@dataclasses.dataclass(frozen=True)
class Selection:
    """Criteria a practice must meet.

    It has at least one key of each tuple in `facet_keys`, such as ("country:ph", "country:ge"), ran between the
    years `since` and `until`, matches all search `terms`, or if `is_ranked` most of them, and is one of `practices`,
    by primary key, unless that is None.
    """

    facet_keys: tuple[tuple[str, ...], ...] = ()
    since: int | None = None
    until: int | None = None
    terms: tuple[Term, ...] = ()
    is_ranked: bool = False
    practices: tuple[int, ...] | None = None

    @property
    def only_key(self) -> str | None:
        """The facet key equivalent to this selection; None when one key cannot express it."""
        if self.terms or self.has_conditions or len(self.facet_keys) > 1:
            return None
        if not self.facet_keys:
            return ALL_PRACTICES
        return self.facet_keys[0][0] if len(self.facet_keys[0]) == 1 else None

    @property
    def has_conditions(self) -> bool:
        """Return whether it asks for more than facet keys and terms."""
        return self.since is not None or self.until is not None or self.practices is not None


@dataclasses.dataclass(frozen=True)
class Total:
    """A number of practices; with `is_lower_bound`, counting stopped there."""

    number: int
    is_lower_bound: bool = False

    @property
    def text(self) -> str:
        """The number in words, such as “1 practice”, “1,234 practices”, “10,000+ practices”."""
        shown = number_format(self.number, force_grouping=True) + ("+" if self.is_lower_bound else "")
        return ngettext("%(count)s practice", "%(count)s practices", self.number) % {"count": shown}


@dataclasses.dataclass(frozen=True)
class Result:
    """A practice in a list that is no search: its primary key, and the number of its latest revision."""

    practice: int
    revision: int
    translations: str = ""
    """Languages and versions of its translations, such as “ar:1 fr:3”."""
    adaptations: str = ""
    """Keys and versions of its adaptations, such as “7:1 9:2”."""


@dataclasses.dataclass(frozen=True)
class Hits:
    """Results of a search: practices with all words, then those with most of them, then those similar in meaning."""

    rows: tuple[Hit, ...]
    """The first `search.MAX_HITS`."""
    all_words: int
    """Number of practices that have all words; it may be more than are in `rows`."""
    total: Total
    by_meaning: int = 0
    """Number of practices that were found by their meaning alone."""
    corrections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(word as typed, words that were searched instead) of each word that no practice has."""


class Counts(dict[str, int]):
    """Facet key → number of practices that have it; keys without practices are absent."""

    is_lower_bound = False
    """True if there are more practices than were counted."""


# Counts -----------------------------------------------------------------------------------


def totals(wanted: Sequence[Selection]) -> list[Total]:
    """Return the total of each selection, in order. One query."""
    return [
        Total(min(number, most := _most_counted(selection)), is_lower_bound=number > most)
        for selection, (number,) in zip(wanted, _aggregate(wanted, "count(*)"), strict=True)
    ]


@cached_per_version(lasts_if=lambda total: total.number)
def total(selection: Selection) -> Total:
    """Return the number of practices in a selection."""
    if selection.terms:
        return search_hits(selection, "relevance" if selection.is_ranked else "newest").total
    if selection.only_key:
        return Total(_size(selection.only_key))
    if not selection.has_conditions and [len(each) for each in selection.facet_keys] == [1, 1]:
        [first], [second] = selection.facet_keys
        stored = FacetCount.objects.filter(Q(scope=first, key=second) | Q(scope=second, key=first))
        if number := stored.values_list("count", flat=True).first():
            return Total(number)
    counted = facet_counts(selection)
    return Total(counted.get(ALL_PRACTICES, 0), counted.is_lower_bound)


def facet_counts(selection: Selection) -> Counts:
    """Return the counts of all facet keys within the selection; of open facets, only the most used values."""
    return facet_counts_of([selection])[selection]


@cached_each_per_version(lasts_if=bool)
def facet_counts_of(wanted: list[Selection]) -> dict[Selection, Counts]:
    """Return the facet counts of each selection.

    At most one query for those that publication does not maintain, and one for each search not made before.
    """
    found = {}
    for selection in wanted:
        if selection.only_key and (stored := _stored_counts(selection.only_key)):
            found[selection] = stored
    if missing := [selection for selection in wanted if selection not in found]:
        found |= _compute_counts(missing)
    return found


def of_facet(facet: str, counts: Counts) -> dict[str, int]:
    """Return value → count for the keys of one facet among these counts."""
    prefix = f"{facet}:"
    return {key.removeprefix(prefix): count for key, count in counts.items() if key.startswith(prefix)}


def counts_of_facet(facet: str) -> dict[str, int]:
    """Return value → number of practices for every value of a facet that practices have. One query."""
    stored = FacetCount.objects.filter(scope=ALL_PRACTICES, facet=facet, count__gt=0)
    return {key.partition(":")[2]: count for key, count in stored.values_list("key", "count")}


def _stored_counts(scope: str) -> Counts:
    """Return the counts that publication maintains within a facet key; empty when the key is no scope."""
    return Counts(_rows_of_counts(scope))


@prepared
def _rows_of_counts(scope: Any) -> QuerySet[FacetCount, Any]:
    stored = FacetCount.objects.filter(scope=scope, count__gt=0)
    shown = ~Q(facet__in=[*OPEN_FACETS, "submitter"])
    for facet in OPEN_FACETS:
        shown |= Q(
            pk__in=stored.filter(facet=facet).order_by("-count", "key").values("pk")[:MAX_OPEN_FACET_VALUES]
        )
    return stored.filter(shown).values_list("key", "count")


def _compute_counts(wanted: list[Selection]) -> dict[Selection, Counts]:
    """Count the facet codes of all practices in each selection. One query."""
    concatenate = {"postgresql": "string_agg", "sqlite": "group_concat"}[replica.connection().vendor]
    rows = _aggregate(wanted, f"count(*), {concatenate}(codes, '')")
    keys = facet_codes.keys_by_code()
    found = {}
    for selection, (number, codes) in zip(wanted, rows, strict=True):
        most = _most_counted(selection)
        counted = Counts({ALL_PRACTICES: min(number, most)} if number else {})
        for code, count in Counter(codes or "").items():
            if code in keys:
                counted[keys[code]] = min(count, most)
        counted.is_lower_bound = number > most
        for facet in OPEN_FACETS:
            values = [key for key in counted if key.startswith(f"{facet}:")]
            for key in sorted(values, key=lambda key: (-counted[key], key))[MAX_OPEN_FACET_VALUES:]:
                del counted[key]
        found[selection] = counted
    return found


def _aggregate(wanted: Sequence[Selection], aggregates: str) -> list[tuple[Any, ...]]:
    """Evaluate SQL aggregates over the index rows of each selection, as far as they are counted.

    One query, and one for each search not made before.
    """
    parts: list[str] = []
    parameters: list[Any] = []
    for position, selection in enumerate(wanted):
        sql, values = _rows_to_count(selection).query.sql_with_params()
        parts.append(f"SELECT {position}, {aggregates} FROM ({sql}) AS counted")  # noqa: S608 - our own words
        parameters += values
    if not parts:
        return []
    has_terms = any(selection.terms for selection in wanted)
    with search.through_index() if has_terms else _looked_up(), replica.connection().cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return [row[1:] for row in sorted(cursor.fetchall())]


@contextmanager
def _looked_up() -> Iterator[None]:
    """Make PostgreSQL look up the practices of facet entries one by one.

    It takes reading all of the index for cheaper, as it expects each page that it looks up to come from a disk.
    """
    connection = replica.connection()
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(connection.alias, savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        yield
        cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")


def _rows_to_count(selection: Selection) -> QuerySet[Any, Any]:
    """Return the index rows whose facets are counted: the newest ones, one more than are counted."""
    rows = _rows_with_terms(selection) if selection.terms else _rows_without_terms(selection)
    codes = F("practice__facet_codes" if rows.model is FacetEntry else "facet_codes")
    in_order = rows.order_by("-published_at", "-practice_id")
    return in_order.values(codes=codes)[: _most_counted(selection) + 1]


def _most_counted(selection: Selection) -> int:
    return min(MAX_COUNTED, search.MAX_FOUND) if selection.terms else MAX_COUNTED


def _rows_with_terms(selection: Selection) -> QuerySet[IndexedPractice]:
    plan = search.plan(selection.terms, is_ranked=selection.is_ranked)
    if plan.near:
        return _indexed_rows(selection).filter(pk__in={*plan.by_words, *plan.near})
    query = plan.query(selection.facet_keys)
    if selection.has_conditions:
        # The search index holds no years, so the search cannot be limited before they are checked.
        return search.filter_by(IndexedPractice.objects.filter(_conditions(selection)), query)
    found, _number = search.newest(query)
    return search.filter_to(IndexedPractice.objects.all(), found)


def _rows_without_terms(selection: Selection) -> QuerySet[Any]:
    """Return the entries of the rarest keys, each practice once, if few practices have them; else rows of the index."""
    sizes = _sizes([key for keys in selection.facet_keys for key in keys]) if selection.facet_keys else {}
    number, rarest = min((sum(sizes[key] for key in keys), keys) for keys in selection.facet_keys or [()])
    if not rarest or number > FEW:
        return _indexed_rows(selection)
    entries = _entries(selection, rarest)
    return entries.distinct() if len(rarest) > 1 else entries


def _indexed_rows(selection: Selection) -> QuerySet[IndexedPractice]:
    """Return the rows of the index in a selection without terms, checked by facet codes."""
    rows = IndexedPractice.objects.filter(_conditions(selection))
    for keys in selection.facet_keys:
        rows = rows.filter(facet_codes__contains_any=facet_codes.encode(keys))
    return rows


def _entries(selection: Selection, listed: tuple[str, ...]) -> QuerySet[FacetEntry]:
    """Return the facet entries of one list of keys of a selection without terms, checked for its other keys."""
    has_key = Q(key=listed[0]) if len(listed) == 1 else Q(key__in=listed)
    entries = FacetEntry.objects.filter(has_key, _conditions(selection, "practice__"))
    for keys in selection.facet_keys:
        if keys != listed:
            entries = entries.filter(practice__facet_codes__contains_any=facet_codes.encode(keys))
    return entries


@cached_per_version(in_process=True)
def counts_of_all() -> Counts:
    """Return the counts of the whole catalogue, which almost every page needs to find the rarest of its keys."""
    return facet_counts(Selection())


def _size(key: str) -> int:
    return _sizes([key])[key]


def _sizes(keys: Sequence[str]) -> dict[str, int]:
    """Return the number of published practices that have each facet key."""
    counts = counts_of_all()
    missing = [key for key in keys if key not in counts and key.partition(":")[0] in OPEN_FACETS]
    rare = (
        dict(FacetCount.objects.filter(scope=ALL_PRACTICES, key__in=missing).values_list("key", "count"))
        if missing
        else {}
    )
    return {key: counts.get(key) or rare.get(key, 0) for key in keys}


# Practices ----------------------------------------------------------------------------------


def filter_practices(practices: QuerySet[Practice], selection: Selection) -> QuerySet[Practice]:
    """Filter `practices` to the selection, keeping their order."""
    for keys in selection.facet_keys:
        practices = practices.filter(index_row__facet_codes__contains_any=facet_codes.encode(keys))
    practices = practices.filter(_conditions(selection))
    if not selection.terms:
        return practices
    plan = search.plan(selection.terms, is_ranked=selection.is_ranked)
    if plan.near:
        return practices.filter(pk__in={*plan.by_words, *plan.near})
    return search.filter_by(practices, plan.query())


@cached_per_version(lasts_if=lambda found: found.rows)
def search_hits(selection: Selection, sort: str) -> Hits:
    """Return the results of a search in the order `sort`, one of `filters.SORTS`."""
    within = (
        IndexedPractice.objects.filter(_conditions(selection)).values("practice")
        if selection.has_conditions
        else None
    )
    plan = search.plan(selection.terms, is_ranked=selection.is_ranked)
    found = search.rank(plan, selection.facet_keys, within=within, order=sort)
    total = Total(min(found.total, MAX_COUNTED), is_lower_bound=found.total > MAX_COUNTED)
    return Hits(found.hits, min(found.all_words, MAX_COUNTED), total, found.by_meaning, found.corrections)


def page(
    selection: Selection,
    *,
    sort: str,
    size: int,
    number: int = 1,
    after: int | None = None,
    before: int | None = None,
) -> list[Result] | list[Hit]:
    """Return page `number` of the selection, from 1, or the `size` practices `after` or `before` a given one.

    Starting from a practice, any page costs as much as the first. By number, the rows before it are skipped.
    """
    if selection.terms:
        return list(search_hits(selection, sort).rows[(number - 1) * size : number * size])
    return _page(selection, sort, size, number, after, before)


def neighbours(selection: Selection, practice: int, at: datetime) -> tuple[int | None, int | None]:
    """Return the next newer practice in a selection without terms, and the next older, by primary key. One query.

    The cost does not depend on the size of the catalogue.
    """
    if selection == Selection():
        newer, older = keys_of_each([_next.select(at, practice), _previous.select(at, practice)])
    else:
        rows, _has_duplicates = _rows_in_order(selection)
        newer, older = (
            list(_beside(rows, at, practice, upwards=upwards).values_list("practice_id", flat=True))
            for upwards in (True, False)
        )
    return next(iter(newer), None), next(iter(older), None)


@prepared
def _next(at: Any, practice: Any) -> QuerySet[IndexedPractice, Any]:
    return _beside(IndexedPractice.objects.all(), at, practice, upwards=True).values_list("practice_id")


@prepared
def _previous(at: Any, practice: Any) -> QuerySet[IndexedPractice, Any]:
    return _beside(IndexedPractice.objects.all(), at, practice, upwards=False).values_list("practice_id")


def _beside(rows: QuerySet[Any], at: Any, practice: Any, *, upwards: bool) -> QuerySet[Any]:
    """Return the row next to a practice that was published `at` an instant."""
    order = [name if upwards else f"-{name}" for name in BY_DATE]
    return rows.filter(_past(BY_DATE, at, practice, upwards=upwards)).order_by(*order)[:1]


@cached_each_per_version
def newest(wanted: list[tuple[str, ...]]) -> dict[tuple[str, ...], list[int]]:
    """Return the NEWEST newest practices that have the facet key, or both keys, of each tuple. At most one query."""
    sizes = _sizes([key for keys in wanted if len(keys) > 1 for key in keys])
    selects = []
    for keys in wanted:
        if len(keys) > 1:
            rarest, other = sorted(keys, key=lambda key: sizes[key])
            selects.append(_newest_with_both.select(rarest, facet_codes.encode([other])))
        else:
            selects.append(_newest_with.select(*keys))
    return dict(zip(wanted, keys_of_each(selects), strict=True))


@prepared
def _newest_with(key: Any) -> QuerySet[FacetEntry, Any]:
    entries = FacetEntry.objects.filter(key=key).order_by(*(f"-{name}" for name in BY_DATE))
    return entries.values_list("practice_id")[:NEWEST]


@prepared
def _newest_with_both(key: Any, code: Any) -> QuerySet[FacetEntry, Any]:
    entries = FacetEntry.objects.filter(key=key, practice__facet_codes__contains_any=code)
    return entries.order_by(*(f"-{name}" for name in BY_DATE)).values_list("practice_id")[:NEWEST]


@cached_per_version(lasts_if=bool)
def _page(  # noqa: PLR0917 - the arguments of `page`
    selection: Selection, sort: str, size: int, number: int, after: int | None, before: int | None
) -> list[Result]:
    descending = sort not in ("oldest", "title")
    rows: Any
    if sort == "title":
        order, has_duplicates = ("sort_title", "pk"), False
        columns = ["pk", "revision_number", "translated_into", "used_as"]
        rows = filter_practices(Practice.objects.published().with_versions(), selection)
    else:
        order, columns = BY_DATE, ["practice_id", "revision", "translations", "adaptations", "published_at"]
        rows, has_duplicates = _rows_in_order(selection)
    if has_duplicates:
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
    found = [Result(*row[:4]) for row in rows.values_list(*columns)[start : start + size]]
    return found[::-1] if backwards else found


def _past(order: tuple[str, str], at: Any, key: int, *, upwards: bool) -> Q:
    """Build the condition for rows past (at, key). Its first part is redundant, but lets an index scan start there."""
    name, tie = order
    than = "gt" if upwards else "lt"
    return Q(**{f"{name}__{than}e": at}) & (Q(**{f"{name}__{than}": at}) | Q(**{f"{tie}__{than}": key}))


def _rows_in_order(selection: Selection) -> tuple[QuerySet[Any], bool]:
    """Return (rows of a selection without terms, whether a practice may occur twice).

    The rows have the columns of a `Result` and `published_at`, and an index that walks them by date.
    They are the entries of the rarest key that every practice of the selection has, if any; else the rows of the whole
    index.
    """
    single = [keys for keys in selection.facet_keys if len(keys) == 1]
    several = [keys for keys in selection.facet_keys if len(keys) > 1]
    has_choice = several or len(single) > 1
    sizes = _sizes([key for keys in selection.facet_keys for key in keys]) if has_choice else {}

    def size(keys: tuple[str, ...]) -> int:
        return sum(sizes.get(key, 0) for key in keys)

    rarest = min(single, key=size) if single else min(several, key=size, default=())
    if not rarest or (not single and size(rarest) > FEW):
        return _indexed_rows(selection), False
    entries: QuerySet[Any] = _entries(selection, rarest)
    columns = {name: F(f"practice__{name}") for name in ("revision", "translations", "adaptations")}
    return entries.annotate(**columns), len(rarest) > 1


def _conditions(selection: Selection, prefix: str = "") -> Q:
    """Build the condition that a practice is one of those chosen, and ran within the years of the selection.

    A practice that states only one of its years is open on the other side; one that states none never matches.
    """

    def year(name: str, value: Any) -> Q:
        return Q(**{f"{prefix}{name}": value})

    condition = Q()
    if selection.practices is not None:
        condition &= Q(**{f"{prefix}pk__in": selection.practices})
    if selection.until is not None:
        condition &= year("start_year__lte", selection.until) | (
            year("start_year", None) & year("end_year__isnull", False)
        )
    if selection.since is not None:
        condition &= year("end_year__gte", selection.since) | (
            year("end_year", None) & year("start_year__isnull", False)
        )
    return condition
