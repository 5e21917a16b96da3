"""Sitemap of pages, objectives, countries, regions and published practices."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.models import Country, Objective, Practice, Region


class CatalogueSitemap(Sitemap):
    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(CatalogueSitemap):
    def items(self):
        return [
            "home", "practice-list", "world-map", "gap-map", "comparison", "statistics", "about", "criteria",
            "privacy", "accessibility",
        ]  # fmt: skip

    def location(self, item):
        return reverse(f"practices:{item}")


class ObjectiveSitemap(CatalogueSitemap):
    def items(self):
        return Objective.objects.all()


class CountrySitemap(CatalogueSitemap):
    def items(self):
        return Country.objects.filter(practices__in=Practice.objects.published().order_by()).distinct()


class RegionSitemap(CatalogueSitemap):
    def items(self):
        return Region.objects.all()


class PracticeSitemap(CatalogueSitemap):
    def items(self):
        return Practice.objects.published().only("title", "revised_at")

    def lastmod(self, practice):
        return practice.revised_at


SITEMAPS = {
    "pages": PageSitemap,
    "objectives": ObjectiveSitemap,
    "countries": CountrySitemap,
    "regions": RegionSitemap,
    "practices": PracticeSitemap,
}


@public
@require_safe
def sitemap(request):
    return views.sitemap(request, SITEMAPS)
