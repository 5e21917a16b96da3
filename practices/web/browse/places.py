"""Views of places: a country, a region, a sub-region."""

from functools import cache as once

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import Selection
from practices.discovery.gap_map import by_country, by_objective
from practices.models import Country, Region
from practices.notifications import subscriptions
from practices.web.browse.pagination import Position, paginate


@public
@require_safe
def country_list(request):
    """All countries that practices name, by region."""
    return TemplateResponse(request, "web/browse/country_list.html", {"regions": _counted_countries})


def _counted_countries():
    """Return (region, its countries with practices) of each region, and (None, …) of countries without one."""
    by_region = {}
    for line in by_country(Selection()):
        subregion = line.item.subregion
        by_region.setdefault(subregion and subregion.parent, []).append(line)
    return sorted(by_region.items(), key=lambda entry: str(entry[0] or "~"))


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
    return _place(request, region, "region", slug, around=around, subregions=region.subregions.all())


def _place(request, place, facet, value, *, around, subregions=()):
    """Return the page of a place. `around` are the regions it lies in, the largest first."""
    selection, query = Selection(facet_keys=((f"{facet}:{value}",),)), f"{facet}={value}"
    is_region = facet == "region"
    context = {
        "place": place,
        "around": around,
        "subregions": subregions,
        "query": query,
        "page": once(lambda: paginate(selection, Position())),
        "objectives": lambda: by_objective(selection),
        "countries": lambda: by_country(selection, region=value) if is_region else [],
        "estimate": lambda: subscriptions.estimate(query),
        "feed_path": reverse("practices:practice-list") if is_region else place.get_absolute_url(),
        "feed_query": query if is_region else "",
        "address": site_address(place.get_absolute_url()),
    }
    return TemplateResponse(request, "web/browse/place_detail.html", context)
