"""A country, a region, a sub-region: what is known of each."""

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core import catalogue_version
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import gap_map
from practices.discovery.filters import PracticeFilter
from practices.models import Country, Practice, Region
from practices.web.browse.listing_page import page_of


@public
@require_safe
def country_detail(request, code):
    """Under its lower-case alpha-2 code; other ways to write a code of ISO 3166-1 lead there."""
    key = {2: "code", 3: "alpha3"}.get(len(code))
    if not key:
        raise Http404
    country = get_object_or_404(Country.objects.select_related("subregion__parent"), **{key: code.upper()})
    if code != country.code.lower():
        return redirect(country, permanent=True)
    around = [country.subregion.parent, country.subregion] if country.subregion else []
    return _place(request, country, f"country={code}", around=around)


@public
@require_safe
def region_detail(request, slug):
    """Under its slug; its code of M49 leads there."""
    key = "code" if slug.isdecimal() else "slug"
    region = get_object_or_404(Region.objects.select_related("parent"), **{key: slug.lower()})
    if slug != region.slug:
        return redirect(region, permanent=True)
    around = [region.parent] if region.parent else []
    return _place(request, region, f"region={slug}", around=around, subregions=region.subregions.all())


def _place(request, place, query, *, around, subregions=()):
    """The page of a place: `query` is its filter in the listing, `around` what it lies in, the widest first."""
    practice_filter = PracticeFilter(QueryDict(query), queryset=Practice.objects.published())
    page = page_of(practice_filter.selection, QueryDict(), query=query)
    is_region, listing = isinstance(place, Region), reverse("practices:practice-list")
    objectives, countries = catalogue_version.cached(
        f"place {query}",
        lambda: (
            gap_map.by_objective(practice_filter),
            gap_map.by_country(practice_filter, within=place) if is_region else [],
        ),
    )
    context = {
        "place": place,
        "around": around,
        "subregions": subregions,
        "objectives": objectives,
        "countries": countries,
        "query": query,
        "feed_path": listing if is_region else place.get_absolute_url(),
        "feed_query": query if is_region else "",
        "page": page,
        "has_more": len(page.cards) < page.total.number,
        "address": site_address(place.get_absolute_url()),
    }
    return TemplateResponse(request, "web/browse/place_detail.html", context)
