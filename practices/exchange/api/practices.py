"""Practices and their revisions."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from practices.core.http.guards import site_address
from practices.discovery import MAIN_VALUES, MAX_VALUES, SORTS, Hit, PracticeFilter, Result, results
from practices.exchange.api import parameters, schemas
from practices.exchange.api.links import list_response
from practices.exchange.api.parameters import Cursor
from practices.exchange.api.problems import InvalidParameters
from practices.exchange.api.records import NAMES, Json, practice_records, revision_record, tombstone
from practices.exchange.api.schemas import FACET_NAMES, values_path
from practices.exchange.api.view import PublicView
from practices.models import Practice

ANY_NAME = (*NAMES, "match", "withdrawn_at", "reason", "merged_into")
"""Fields of the records of a list, whatever their status."""


class PracticeList(PublicView):
    """The practices of a filter, in the order of the listing, or with `changed_since` in that of their changes."""

    parameters = frozenset(
        [*PracticeFilter.base_filters, "sort", "limit", "cursor", "fields", "changed_since"]
    )

    @extend_schema(
        parameters=[
            *schemas.FILTERS, schemas.SORT, schemas.CHANGED_SINCE, schemas.LIMIT, schemas.CURSOR,
            schemas.field_names(ANY_NAME),
        ],
        responses=schemas.answers(
            schemas.listing(
                "practices", schemas.Practice, optional=("total", "total_is_at_least"),
                total=schemas.NUMBER, total_is_at_least=schemas.FLAG,
            )
        ),
    )  # fmt: skip
    def get(self, request: Any) -> Response:
        asked: QueryDict = request.GET
        parameters.check_choice(asked, "sort", SORTS)
        parameters.check_choice(asked, "main", MAIN_VALUES)
        in_use = _with_tags_in_use(asked)
        practices = PracticeFilter(in_use)
        if practices.errors:
            raise InvalidParameters(_faults(practices))
        finds_nothing = practices.has_no_search_terms or _has_tags(asked) > _has_tags(in_use)
        find = _find_nothing if finds_nothing else _changed if "changed_since" in asked else _listed
        rows, cursor, said = find(practices, asked)
        names = parameters.fields(asked, ANY_NAME)
        chosen = [parameters.choose(record, names) for record in rows]
        return list_response({**said, "practices": chosen}, asked, "practice-list", cursor)


type _Found = tuple[list[Json], Cursor | None, dict[str, Any]]
"""Records of a page, where the next one begins, and what else is said of the list."""


def _find_nothing(practices: PracticeFilter, asked: QueryDict) -> _Found:
    """Find nothing, as for a text without a word to look for, which would otherwise match everything."""
    for check in (parameters.limit, parameters.cursor, parameters.changed_since):
        check(asked)
    return [], None, {"total": 0, "total_is_at_least": False}


def _with_tags_in_use(asked: QueryDict) -> QueryDict:
    """Return the query string with only those tags that practices have. They come and go, so others are no fault."""
    if not _has_tags(asked):
        return asked
    tags = [tag.strip().lower() for tag in asked.getlist("tag")]
    in_use = asked.copy()
    in_use.setlist("tag", list(PracticeFilter.base_filters["tag"].find(tags[:MAX_VALUES])))
    return in_use


def _has_tags(query: QueryDict) -> bool:
    return any(tag.strip() for tag in query.getlist("tag"))


def _faults(practices: PracticeFilter) -> dict[str, list[str]]:
    return {
        name: [
            gettext("has an unknown value; its values are listed at %(path)s") % {"path": values_path(name)}
        ]
        if name in FACET_NAMES
        else [*map(str, messages)]
        for name, messages in practices.errors.items()
    }


def _listed(practices: PracticeFilter, asked: QueryDict) -> _Found:
    size, after = parameters.limit(asked), parameters.cursor(asked)
    selection = practices.ranked_selection
    find = partial(results.page, selection, sort=practices.sort, size=size)
    if selection.terms:  # a list in order of relevance goes on by the number of the page
        number = max(1, after.key) if after else 1
        found = find(number=number) if number < _LAST else []
        then = number + 1
    else:
        found = find(after=after.key if after else None)
        then = found[-1].practice if found else 0
    rows = _with_match(found) if selection.terms else practice_records([each.practice for each in found])
    total = practices.ranked_total
    said = {"total": total.number, "total_is_at_least": total.is_lower_bound}
    return rows, Cursor(then) if len(found) == size else None, said


_LAST = 10_000
"""Number of the last page of a search; all of what is ranked is on fewer."""


def _with_match(found: Sequence[Result | Hit]) -> list[Json]:
    """Return the records of hits, each with what of the search it has."""
    hits = {hit.practice: hit for hit in found if isinstance(hit, Hit)}
    return [
        record | {"match": _match(hits[record["id"]])}
        for record in practice_records([each.practice for each in found])
    ]


def _match(hit: Hit) -> Json:
    kind = "meaning" if hit.by_meaning else "some_words" if hit.missing else "all_words"
    return {"kind": kind, "missing": list(hit.missing)}


def _changed(practices: PracticeFilter, asked: QueryDict) -> _Found:
    """Find practices that have changed since an instant, withdrawn ones too, which no filter leaves out."""
    since, size = parameters.changed_since(asked), parameters.limit(asked)
    after = parameters.cursor(asked)
    rows = Practice.objects.order_by("changed_at", "pk").filter(changed_at__gte=since)
    if practices.values:
        rows = rows.filter(
            Q(withdrawn_at__isnull=False) | Q(pk__in=practices.practices.order_by().values("pk"))
        )
    if after:
        rows = rows.filter(_past(after.at, after.key))
    found = list(rows.values_list("pk", "changed_at")[:size])
    then = Cursor(*found[-1]) if len(found) == size else None
    return practice_records([key for key, _at in found]), then, {}


def _past(at: datetime, key: int) -> Q:
    return Q(changed_at__gte=at) & (Q(changed_at__gt=at) | Q(pk__gt=key))


class PracticeDetail(PublicView):
    """One practice. What was withdrawn answers 410 with its tombstone, and what was merged 301 to the one kept."""

    parameters = frozenset(["fields"])

    @extend_schema(
        parameters=[schemas.field_names(NAMES)],
        responses=schemas.answers(schemas.Practice, gone=True, faults=(400, 404)),
    )
    def get(self, request: Any, pk: int) -> Response:
        practice = get_object_or_404(Practice.objects.select_related("merged_into"), pk=pk)
        if not practice.is_public:
            return _gone(practice)
        [record] = practice_records([practice.pk])
        return Response(parameters.choose(record, parameters.fields(request.GET, NAMES)))


def _gone(practice: Practice) -> Response:
    kept = practice.remaining
    if not kept.is_public:
        return Response(tombstone(practice), status=HTTPStatus.GONE)
    address = site_address(reverse("practices:api:practice-detail", args=[kept.pk]))
    return Response(tombstone(practice), status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": address})


class RevisionList(PublicView):
    """The revisions of a practice, newest first."""

    parameters = frozenset(["limit", "cursor"])

    @extend_schema(
        parameters=[schemas.LIMIT, schemas.CURSOR],
        responses=schemas.answers(
            schemas.listing("revisions", schemas.Revision), gone=True, faults=(400, 404)
        ),
    )
    def get(self, request: Any, pk: int) -> Response:
        practice = get_object_or_404(Practice.objects.select_related("merged_into"), pk=pk)
        if not practice.is_public:
            return _gone(practice)
        size, after = parameters.limit(request.GET), parameters.cursor(request.GET)
        revisions = practice.revisions.prefetch_related("files")
        if after:
            revisions = revisions.filter(number__lt=after.key)
        found = list(revisions[:size])
        rows = [revision_record(revision, practice) for revision in found]
        then = found[-1].number if len(found) == size and found[-1].number > 1 else None
        return list_response({"revisions": rows}, request.GET, "revision-list", then, pk=pk)


class RevisionDetail(PublicView):
    """One revision of a practice."""

    @extend_schema(responses=schemas.answers(schemas.Revision, gone=True, faults=(400, 404)))
    def get(self, request: Any, pk: int, number: int) -> Response:
        practice = get_object_or_404(Practice.objects.select_related("merged_into"), pk=pk)
        if not practice.is_public:
            return _gone(practice)
        revision = get_object_or_404(practice.revisions.prefetch_related("files"), number=number)
        return Response(revision_record(revision, practice))
