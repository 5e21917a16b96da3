"""Views of places: a country, a region, a sub-region."""

from functools import cache as once
from operator import attrgetter, itemgetter

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.collation import sorted_by_name
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import Selection, results
from practices.discovery.gap_map import AxisValue, by_country, by_objective
from practices.exchange.exports import FORMATS
from practices.models import Country, Region
from practices.notifications import subscriptions
from practices.web.browse.pagination import Position, paginate


@public
@require_safe
def country_list(request):
    """All regions, sub-regions and countries that practices name, with their numbers."""
    return TemplateResponse(request, "web/browse/country_list.html", {"regions": _regions})


def _regions():
    """Return (region, its sub-regions) of each region, and (sub-region, its countries) of each of those, by name.

    A region without practices has no sub-regions, and there is none at all if no practice names a country. Countries
    outside all regions are last, under None.
    """
    counts = results.counts_of_facet("region")
    tree = {region: {} for region in Region.objects.filter(parent=None)} if counts else {}
    for line in sorted_by_name(by_country(Selection()), name=attrgetter("item")):
        subregion = line.item.subregion
        region = subregion and subregion.parent
        tree.setdefault(region, {}).setdefault(subregion, []).append(line)

    def by_name(branches):
        found = sorted_by_name(branches.items(), name=itemgetter(0))
        found.sort(key=lambda branch: branch[0] is None)
        return [
            (region and AxisValue(region, region.slug, counts.get(region.slug, 0)), inside)
            for region, inside in found
        ]

    return [(region, by_name(subregions)) for region, subregions in by_name(tree)]


@public
@require_safe
def country_detail(request, code):
    """The page of a country, under its lower-case alpha-2 code. Other ISO 3166-1 codes redirect there."""
    key = {2: "code", 3: "alpha3"}.get(len(code))
    if not key:
        raise Http404
    country = get_object_or_404(Country.objects.select_related("subregion__parent"), **{key: code.upper()})
    if code != country.code.lower():
        return redirect(country, permanent=True)
    around = [country.subregion.parent, country.subregion] if country.subregion else []
    return _place(request, country, "country", code, around=around)


@public
@require_safe
def region_detail(request, slug):
    """The page of a region, under its slug. Its UN M49 code redirects there."""
    key = "code" if slug.isdecimal() else "slug"
    region = get_object_or_404(Region.objects.select_related("parent"), **{key: slug.lower()})
    if slug != region.slug:
        return redirect(region, permanent=True)
    around = [region.parent] if region.parent else []
    return _place(request, region, "region", slug, around=around)


def _with_practices(regions):
    """Return the regions that practices name, with their numbers."""
    counts = results.counts_of_facet("region")
    return [AxisValue(each, each.slug, counts[each.slug]) for each in regions if each.slug in counts]


def _place(request, place, facet, value, *, around):
    """Return the page of a place. `around` are the regions it lies in, the largest first."""
    selection, query = Selection(facet_keys=((f"{facet}:{value}",),)), f"{facet}={value}"
    is_region = facet == "region"
    subregions = once(lambda: _with_practices(place.subregions.all()) if is_region else [])
    context = {
        "place": place,
        "around": around,
        "is_region": is_region,
        "query": query,
        "page": once(lambda: paginate(selection, Position())),
        "objectives": lambda: by_objective(selection),
        "subregions": subregions,
        "most_in_a_subregion": lambda: max(line.count for line in subregions()),
        "countries": lambda: by_country(selection, region=value) if is_region else [],
        "formats": FORMATS.values(),
        "estimate": lambda: subscriptions.estimate(query),
        "feed_path": reverse("practices:practice-list") if is_region else place.get_absolute_url(),
        "feed_query": query if is_region else "",
        "address": site_address(place.get_absolute_url()),
    }
    return TemplateResponse(request, "web/browse/place_detail.html", context)
