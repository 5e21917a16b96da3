"""What a feed is of: an objective, a country, or any listing. Each has one address."""

import dataclasses

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from practices.discovery.filters import PracticeFilter
from practices.models import Country, Objective, Practice


@dataclasses.dataclass(frozen=True)
class Followed:
    """Practices to follow: in words, the page that lists them, and the query string that picks them from it."""

    words: str
    page_path: str
    practices: QuerySet[Practice]
    query: str = ""
    is_pinged: bool = True
    """Whether hubs hear of what is new here. Of combined filters there are too many to tell."""

    @property
    def title(self) -> str:
        return f"{gettext('Migration Good Practices')}: {self.words or gettext('all practices')}"

    @property
    def page_address(self) -> str:
        return with_query(self.page_path, self.query)

    def feed_path(self, extension: str, *, archive: int | None = None) -> str:
        """The address of the feed, or of the archive that begins with the practice of that number."""
        parts = [self.query, f"archive={archive}" if archive else ""]
        return with_query(f"{self.page_path}feed.{extension}", "&".join(part for part in parts if part))


def of_objective(objective: Objective) -> Followed:
    practices = Practice.objects.published().filter(placements__objective=objective)
    return Followed(str(objective), objective.get_absolute_url(), practices)


def of_country(country: Country) -> Followed:
    practices = Practice.objects.published().filter(countries=country)
    return Followed(str(country), country_path(country.code), practices)


def of_listing(practice_filter: PracticeFilter) -> Followed:
    return Followed(
        practice_filter.description,
        reverse("practices:practice-list"),
        practice_filter.practices,
        query=practice_filter.query,
        is_pinged=_names(practice_filter) in ([], ["tag"]),
    )


def page_of_its_own(practice_filter: PracticeFilter) -> str:
    """The path of the page that stands for a listing of just one objective or one country; else ""."""
    names = _names(practice_filter)
    if names not in (["objective"], ["country"]):
        return ""
    [[(value, _label)]] = practice_filter.values.values()
    if names == ["objective"]:
        return reverse("practices:objective-detail", args=[value])
    return country_path(value)


def _names(practice_filter: PracticeFilter) -> list[str]:
    """The filter's name, once for each value in force."""
    return [name for name, pairs in practice_filter.values.items() for _pair in pairs]


def country_path(code: str) -> str:
    return f"{reverse('practices:home')}countries/{code.lower()}/"


def with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
