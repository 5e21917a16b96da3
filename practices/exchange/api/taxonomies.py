"""The values by which practices are filtered: objectives, regions, countries, types and the like."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from taggit.models import Tag

from practices.core.http.guards import site_address
from practices.core.plain_text import plain
from practices.discovery import Facet, PracticeFilter, Selection, results, topics
from practices.exchange.api import parameters, schemas
from practices.exchange.api.links import list_response
from practices.exchange.api.view import PublicView
from practices.models import (
    Concept,
    Country,
    GuidingPrinciple,
    Objective,
    Region,
    SustainableDevelopmentGoal,
    Taxonomy,
)

type Value = dict[str, Any]

FACETS: dict[str, Facet] = {
    name: facet
    for name, facet in PracticeFilter.base_filters.items()
    if isinstance(facet, Facet) and name != "tag"
}
"""Facets with a list of values of their own, by the name of the filter. Tags, which submitters choose, are paged."""


def _countries() -> dict[str, Value]:
    rows = Country.objects.select_related("subregion__parent")
    return {
        country.code.lower(): {
            "alpha3": country.alpha3,
            "m49": country.m49,
            "subregion": country.subregion and country.subregion.slug,
            "region": country.subregion and country.subregion.parent and country.subregion.parent.slug,
        }
        for country in rows
    }


def _regions() -> dict[str, Value]:
    rows = Region.objects.select_related("parent")
    return {
        region.slug: {"m49": region.code, "parent": region.parent and region.parent.slug} for region in rows
    }


def _goals() -> dict[str, Value]:
    return {
        str(goal.number): {"title": goal.local.title, **_standing(goal)}
        for goal in SustainableDevelopmentGoal.objects.all()
    }


def _principles() -> dict[str, Value]:
    return {each.letter: _standing(each) for each in GuidingPrinciple.objects.all()}


MORE: dict[str, Callable[[], dict[str, Value]]] = {
    "country": _countries,
    "region": _regions,
    "sdg": _goals,
    "principle": _principles,
    "objective": lambda: {str(each.number): _facts(each) for each in Objective.objects.all()},
}
"""Filter → {value: what else is known of it}."""


def _facts(objective: Objective) -> Value:
    return {
        "title": objective.local.title,
        **_standing(objective),
        "meaning": objective.local.meaning,
        "gcm_paragraph": objective.gcm_paragraph,
        "url": site_address(objective.get_absolute_url()),
        "feed": site_address(reverse("practices:objective-feed", args=[objective.number, "atom"])),
    }


def _standing(row: Taxonomy) -> Value:
    """Return whether the title is our translation of an official one, which nobody has verified."""
    return {"title_is_our_translation": row.title_is_our_translation}


def values_of(facet: Facet) -> list[Value]:
    """Return the values of a facet, each with the number of published practices that have it."""
    counts = results.facet_counts(Selection())
    more = MORE.get(facet.name, dict)()
    return [
        {
            "value": value.value,
            "label": str(value.label),
            "practices": sum(counts.get(key, 0) for key in facet.keys_for(value.value)),
            **more.get(value.value, {}),
        }
        for value in facet.values()
    ]


class TaxonomyList(PublicView):
    """The filters that have a list of values."""

    @extend_schema(responses=schemas.answers(schemas.listing("taxonomies", schemas.Taxonomy, paged=False)))
    def get(self, request: Any) -> Response:
        rows = [
            {
                "name": name,
                "label": str(facet.label),
                "url": site_address(reverse("practices:api:taxonomy-detail", args=[name])),
            }
            for name, facet in FACETS.items()
        ]
        return Response({"taxonomies": rows})


class TaxonomyDetail(PublicView):
    """The values of one filter, in their usual order, with the number of practices that have each."""

    @extend_schema(
        responses=schemas.answers(
            schemas.listing("values", schemas.Value, paged=False, name=schemas.TEXT, label=schemas.TEXT),
            faults=(400, 404),
        )
    )
    def get(self, request: Any, name: str) -> Response:
        if name not in FACETS:
            raise Http404
        return Response({"name": name, "label": str(FACETS[name].label), "values": values_of(FACETS[name])})


class ObjectiveList(PublicView):
    """The 23 objectives of the Global Compact for Migration."""

    @extend_schema(responses=schemas.answers(schemas.listing("objectives", schemas.Objective, paged=False)))
    def get(self, request: Any) -> Response:
        return Response({"objectives": values_of(FACETS["objective"])})


class ObjectiveDetail(PublicView):
    """One objective."""

    @extend_schema(responses=schemas.answers(schemas.Objective, faults=(400, 404)))
    def get(self, request: Any, number: int) -> Response:
        for value in values_of(FACETS["objective"]):
            if value["value"] == str(number):
                return Response(value)
        raise Http404


class TagList(PublicView):
    """The tags of published practices, as their submitters wrote them."""

    parameters = frozenset(["limit", "cursor"])

    @extend_schema(
        parameters=[schemas.LIMIT, schemas.TEXT_CURSOR],
        responses=schemas.answers(schemas.listing("tags", schemas.Value)),
    )
    def get(self, request: Any) -> Response:
        size, after = parameters.limit(request.GET), parameters.text_cursor(request.GET)
        counts = results.counts_of_facet("tag")
        slugs = sorted(slug for slug in counts if slug > after)[:size]
        names = dict(Tag.objects.filter(slug__in=slugs).values_list("slug", "name"))
        rows = [
            {"value": slug, "label": plain(names[slug]), "practices": counts[slug]}
            for slug in slugs
            if slug in names
        ]
        return list_response(
            {"tags": rows}, request.GET, "tag-list", slugs[-1] if len(slugs) == size else None
        )


class TopicList(PublicView):
    """The concepts of the thesaurus that practices are about or could be, with their names in six languages."""

    parameters = frozenset(["limit", "cursor"])

    @extend_schema(
        parameters=[schemas.LIMIT, schemas.TEXT_CURSOR],
        responses=schemas.answers(schemas.listing("topics", schemas.Topic)),
    )
    def get(self, request: Any) -> Response:
        size, after = parameters.limit(request.GET), parameters.text_cursor(request.GET)
        rows = Concept.objects.visible().order_by("slug").filter(slug__gt=after)
        found = list(rows.prefetch_related("objectives", "related")[:size])
        next_slug = found[-1].slug if len(found) == size else None
        return list_response({"topics": list(map(_topic, found))}, request.GET, "topic-list", next_slug)


class TopicDetail(PublicView):
    """One concept of the thesaurus."""

    @extend_schema(responses=schemas.answers(schemas.Topic, faults=(400, 404)))
    def get(self, request: Any, slug: str) -> Response:
        return Response(_topic(get_object_or_404(Concept.objects.visible(), slug=slug)))


def _topic(concept: Concept) -> Value:
    query: QueryDict | str = urlencode({"q": concept.search_text})
    return {
        "slug": concept.slug,
        "names": concept.names,
        "has_practices": concept.slug in topics.in_use(),
        "objectives": [objective.number for objective in concept.objectives.all()],
        "related": sorted(other.slug for other in concept.related.all() if not other.is_hidden),
        "url": site_address(concept.get_absolute_url()),
        "practices": f"{site_address(reverse('practices:api:practice-list'))}?{query}",
    }
