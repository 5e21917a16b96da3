"""The subject of a feed: an objective, a country or a listing. Each has one address."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from practices.core import site
from practices.core.punctuation import labelled
from practices.discovery import FeedFilter, PracticeFilter
from practices.models import Country, Objective, Practice


@dataclasses.dataclass(frozen=True)
class Subject:
    """A set of practices with a feed: its words, the page that lists it, and the query string of that page."""

    words: str
    page_path: str
    practices: QuerySet[Practice]
    query: str = ""
    has_hubs: bool = True
    """True if the feed names WebSub hubs. There are too many combined filters to ping hubs for."""

    @property
    def title(self) -> str:
        return labelled(site.name(), self.words or gettext("all practices"))

    @property
    def page_address(self) -> str:
        return with_query(self.page_path, self.query)

    def feed_path(self, extension: str, *, archive: int | None = None) -> str:
        """Return the path of the feed, or of its archive that begins with the practice of that primary key."""
        parts = [self.query, f"archive={archive}" if archive else ""]
        return with_query(f"{self.page_path}feed.{extension}", "&".join(part for part in parts if part))


def of_objective(number: int) -> Subject:
    """Return the subject of an objective's feeds. Raises Http404."""
    objective = get_object_or_404(Objective, number=number)
    practices = Practice.objects.published().filter(placements__objective=objective)
    return Subject(str(objective), objective.get_absolute_url(), practices)


def of_country(code: str) -> Subject:
    """Return the subject of a country's feeds. Raises Http404."""
    country = get_object_or_404(Country, code=code)
    practices = Practice.objects.published().filter(countries=country)
    return Subject(str(country), country_path(country.code), practices)


def of_listing(query: str) -> Subject:
    """Return the subject of the feeds of a listing."""
    practice_filter = FeedFilter(QueryDict(query))
    return Subject(
        practice_filter.description,
        reverse("practices:practice-list"),
        practice_filter.practices,
        query=practice_filter.query,
        has_hubs=_names(practice_filter) in ([], ["tag"]),
    )


SUBJECTS: dict[str, Callable[[Any], Subject]] = {
    "objective": of_objective,
    "country": of_country,
    "listing": of_listing,
}


def own_page(practice_filter: PracticeFilter) -> str:
    """Return the path of the page that stands for a listing of just one objective or one country, else ""."""
    names = _names(practice_filter)
    if names not in (["objective"], ["country"]):
        return ""
    [[(value, _label)]] = practice_filter.values.values()
    if names == ["objective"]:
        return reverse("practices:objective-detail", args=[value])
    return country_path(value)


def _names(practice_filter: PracticeFilter) -> list[str]:
    """Return the name of the filter of each value in force."""
    return [name for name, pairs in practice_filter.values.items() for _pair in pairs]


def country_path(code: str) -> str:
    return f"{reverse('practices:home')}countries/{code.lower()}/"


def with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
