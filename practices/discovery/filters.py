"""The listing's filters: from a query string to a set of practices, and back to a query string and words.

A facet is one declaration in PracticeFilter. Sidebar, counts, chips, search, feeds and exports follow from it.
"""

import dataclasses
from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from practices.choices import LANGUAGES, EvidenceLevel, Licence
from practices.core import catalogue_version
from practices.core.country_groups import COUNTRY_GROUPS
from practices.core.punctuation import labelled, listed
from practices.discovery import results, search
from practices.discovery.facets import (
    ChosenPractices,
    Facet,
    FacetSource,
    FeedTagFacet,
    SharedFilter,
    StatusFacet,
    TagFacet,
    choice_values,
    places_of_use,
    taxonomy_values,
)
from practices.discovery.results import Selection, Total
from practices.documents import FIRST_YEAR, LAST_YEAR, plain
from practices.documents.form_fields import YearField
from practices.models import (
    ALL_PRACTICES,
    WITHOUT_REGION,
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    Practice,
    PracticeType,
    Region,
    SustainableDevelopmentGoal,
)

MOST_TITLES = 3
"""Titles of chosen practices that the description of a list names."""
MAX_SEARCH_LENGTH = 500
"""Characters: room for the longest title, with quotation marks and signs."""

NO_WORDS = gettext_noop(
    "Your search has no word to look for. A minus sign before a word leaves out practices that contain it; "
    "quotation marks keep words together."
)


type FilterValues = dict[str, list[tuple[str, str]]]
"""Filter name → (query value, label) of each value."""


class SearchField(forms.CharField):
    def to_python(self, value):
        return " ".join(plain(super().to_python(value) or "").split())


class SearchFilter(SharedFilter, django_filters.CharFilter):
    field_class = SearchField


class YearFilter(SharedFilter, django_filters.NumberFilter):
    field_class = YearField

    def __init__(self, **kwargs):
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


class MainObjectiveFilter(SharedFilter, django_filters.Filter):
    """Filter that makes the chosen objectives match main objectives only ("1"), or further objectives only ("0")."""

    field_class = forms.CharField


MAIN_VALUES = {"1": ("main", _("as main objective")), "0": ("also", _("as further objective"))}
"""Value of the filter "main" → prefix of the facet keys that the chosen objectives then match, label."""

SORTS = {
    "relevance": _("Best match"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "title": _("Title, A to Z"),
}


def _terms(text: str) -> tuple[search.Term, ...]:
    return _terms_at(catalogue_version.current(), get_language(), text)


@lru_cache(maxsize=1_000)  # in this process, as visitors make up more texts than are worth sharing
def _terms_at(version: str, language: str | None, text: str) -> tuple[search.Term, ...]:
    return tuple(search.interpret(text))


class PracticeFilter(django_filters.FilterSet):
    """The listing's filters. Facets are combined with "and"; invalid values are ignored and reported in `errors`."""

    q = SearchFilter(label=_("Words"), max_length=MAX_SEARCH_LENGTH)
    objective = Facet(
        taxonomy_values(Objective),
        lambda source: source.document["objectives"],
        label=_("Objective"),
        is_scope=True,
    )
    main = MainObjectiveFilter(label=_("Main objective"))
    region = Facet(
        taxonomy_values(Region),
        lambda source: source.regions,
        label=_("Region"),
        is_scope=True,
        only_used=True,
    )
    country = Facet(
        taxonomy_values(Country), lambda source: [country.code.lower() for country in source.countries],
        label=_("Country"), is_scope=True, only_used=True, most_used_first=True,
    )  # fmt: skip
    group = Facet(
        choice_values([(group.slug, group) for group in COUNTRY_GROUPS]),
        lambda source: source.groups,
        label=_("Country group"),
    )
    type = Facet(
        taxonomy_values(PracticeType),
        lambda source: [source.document["type"]],
        label=_("Type of practice"),
        is_scope=True,
    )
    implementer = Facet(
        taxonomy_values(ImplementerKind),
        lambda source: source.document["implementer_kinds"],
        label=_("Type of organisation"),
    )
    evidence = Facet(
        choice_values(EvidenceLevel.choices),
        lambda source: [source.document["evidence_level"]],
        label=_("Evidence"),
    )
    status = StatusFacet(
        choice_values([("running", _("Running")), ("completed", _("Completed"))]),
        lambda source: [],
        label=_("Status"),
    )
    principle = Facet(
        taxonomy_values(GuidingPrinciple),
        lambda source: source.document["principles"],
        label=_("Guiding principle"),
    )
    sdg = Facet(
        taxonomy_values(SustainableDevelopmentGoal), lambda source: source.document["sdgs"],
        label=_("Sustainable Development Goal"),
    )  # fmt: skip
    tag = TagFacet(label=_("Topic"))
    language = Facet(
        choice_values(LANGUAGES),
        lambda source: [source.document["language"], *source.translated_into],
        label=_("Language"),
        only_used=True,
    )
    licence = Facet(
        choice_values(Licence.choices), lambda source: [source.document["licence"]], label=_("Licence")
    )
    used = Facet(places_of_use, lambda source: source.uses, label=_("Used elsewhere"), only_used=True)
    practice = ChosenPractices(label=_("Practice"))
    since = YearFilter(label=_("Running in or after"))
    until = YearFilter(label=_("Running in or before"))

    class Meta:
        model = Practice
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: QuerySet[Practice] | None = None, **options: Any):
        """`data` is a query string, as `request.GET` has it. Filters the published practices unless told otherwise."""
        super().__init__(data, Practice.objects.published() if queryset is None else queryset, **options)

    # Active filters -----------------------------------------------------------------------

    @cached_property
    def values(self) -> FilterValues:
        """The active filters: valid values only."""
        if not self.is_bound:
            return {}
        self.errors  # noqa: B018 - validates the form, which sets cleaned_data
        values: FilterValues = {}
        for name, cleaned in self.form.cleaned_data.items():
            if isinstance(self.filters[name], Facet | ChosenPractices):
                values[name] = [(value.value, value.label) for value in cleaned]
            elif name == "main":
                value = cleaned if cleaned in MAIN_VALUES else "1"
                # Of no use without an objective, which is missing here if its value is not valid.
                values[name] = (
                    [(value, str(MAIN_VALUES[value][1]))] if cleaned and values.get("objective") else []
                )
            elif cleaned not in (None, ""):
                values[name] = [(str(cleaned), self._label(name, cleaned))]
        return {name: pairs for name, pairs in values.items() if pairs}

    @staticmethod
    def _label(name: str, value: Any) -> str:
        if name == "since":
            return str(_("running in or after %(year)s") % {"year": value})
        if name == "until":
            return str(_("running in or before %(year)s") % {"year": value})
        return str(value)

    @cached_property
    def terms(self) -> tuple[search.Term, ...]:
        """The search terms; empty if the text contains no words."""
        if "q" not in self.values:
            return ()
        [(text, _label)] = self.values["q"]
        return _terms(text)

    @cached_property
    def selection(self) -> Selection:
        """Strict selection: practices that have every word, as subscriptions, feeds and exports ask for them."""
        return self.build_selection(self.values)

    @cached_property
    def ranked_selection(self) -> Selection:
        """Selection of the page of results, which lists practices with most of the words as well."""
        return self.build_selection(self.values, is_ranked=True)

    def build_selection(self, values: FilterValues, *, is_ranked: bool = False) -> Selection:
        """Build the selection for some or all of the active values."""
        keys = []
        for name, pairs in values.items():
            facet = self.filters[name]
            if isinstance(facet, Facet):
                found = [key for value, _label in pairs for key in self.keys_for(facet, value)]
                keys.append(tuple(sorted(set(found))))
        years = {name: int(values[name][0][0]) for name in ("since", "until") if name in values}
        terms = self.terms if "q" in values else ()
        return Selection(
            facet_keys=tuple(sorted(keys)),
            terms=terms,
            since=years.get("since"),
            until=years.get("until"),
            practices=tuple(int(key) for key, _title in values["practice"]) if "practice" in values else None,
            is_ranked=is_ranked and bool(terms),
        )

    def keys_for(self, facet: Facet, value: str) -> list[str]:
        """Return the facet keys of practices with `value`, taking the filter "main" into account."""
        return (
            [f"{MAIN_VALUES[self.main_choice][0]}:{value}"]
            if facet.name == "objective" and self.main_choice
            else facet.keys_for(value)
        )

    @property
    def main_choice(self) -> str:
        """The value of the filter "main", a key of MAIN_VALUES; "" where it is not in force."""
        return self.values["main"][0][0] if "main" in self.values else ""

    @cached_property
    def sort(self) -> str:
        """The order of the list: the one asked for, or the default."""
        asked = str(self.data.get("sort", "")) if self.is_bound else ""
        return asked if asked in SORTS and (asked != "relevance" or self.terms) else self.default_sort

    @property
    def sort_label(self) -> Any:
        return SORTS[self.sort]

    @property
    def default_sort(self) -> str:
        """By relevance for a search, else newest first."""
        return "relevance" if self.terms else "newest"

    @property
    def sort_options(self) -> list[tuple[str, Any, bool]]:
        """(value, label, whether it is current) of each available order."""
        return [
            (value, label, value == self.sort)
            for value, label in SORTS.items()
            if value != "relevance" or self.terms
        ]

    # The practices -------------------------------------------------------------------------

    @property
    def practices(self) -> QuerySet[Practice]:
        """The matching practices, in the order asked for if it is by date or title, else in that of the queryset."""
        found = results.filter_practices(self.queryset.all(), self.selection)
        match self.sort:
            case "oldest":
                return found.order_by("published_at", "pk")
            case "title":
                return found.order_by("sort_title", "pk")
        return found

    def filter_queryset(self, queryset):
        return results.filter_practices(queryset, self.selection)

    def matches(self, practice: Practice) -> bool:
        """Return whether a published practice matches. The cost does not depend on the size of the catalogue."""
        terms = self.selection.terms
        others = dataclasses.replace(self.selection, terms=())
        passes = results.filter_practices(
            Practice.objects.published().filter(pk=practice.pk), others
        ).exists()
        return passes and (not terms or search.is_match(practice, terms))

    @cached_property
    def total(self) -> Total:
        """Number of practices that have every word."""
        return results.total(self.selection)

    @cached_property
    def ranked_total(self) -> Total:
        """Number of practices on the pages of results."""
        return results.total(self.ranked_selection)

    # In words and as a query -----------------------------------------------------------------

    @cached_property
    def query(self) -> str:
        """The active filters as a canonical query string."""
        return self.encode_query(self.pairs)

    @cached_property
    def listing_query(self) -> str:
        """The canonical query string of this list: the active filters, and the order unless it is the default."""
        sort = [("sort", self.sort)] if self.sort != self.default_sort else []
        return self.encode_query([*self.pairs, *sort])

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """(filter name, value) of all active filters."""
        return [(name, value) for name, pairs in self.values.items() for value, _label in pairs]

    @staticmethod
    def encode_query(pairs: list[tuple[str, str]]) -> str:
        """Encode pairs of filter name and value as a query string."""
        query = QueryDict(mutable=True)
        for name, value in pairs:
            query.appendlist(name, value)
        return query.urlencode()

    @property
    def description(self) -> str:
        """The active filters in words, such as “21. Dignified return · Georgia or Philippines”."""
        return " · ".join(
            some_of(labels) if name == "practice" else any_of(labels)
            for name, labels in (
                (name, [label for _value, label in pairs]) for name, pairs in self.values.items()
            )
        )

    @cached_property
    def error_messages(self) -> list[str]:
        """One sentence for each invalid value in the query string, and for a search text without words."""
        found = [
            labelled(self.filters[name].label, message)
            for name, messages in self.errors.items()
            for message in messages
        ]
        return [*found, gettext(NO_WORDS)] if self.has_no_search_terms else found

    def is_valid(self) -> bool:
        """Return whether all values are valid, and the search text has words: without any, it would match everything."""
        valid: bool = super().is_valid()
        return valid and not self.has_no_search_terms

    @property
    def has_no_search_terms(self) -> bool:
        """True if a search text was given but contains no words, or only excluded ones."""
        return "q" in self.values and not self.terms


class FeedFilter(PracticeFilter):
    """Filter of a feed."""

    tag = FeedTagFacet(label=_("Topic"))


def any_of(labels: list[str]) -> str:
    """Return values of one filter in words, such as “Georgia, Kenya or Philippines”: practices have one of them."""
    return get_text_list(labels, gettext("or"))


def some_of(titles: list[str]) -> str:
    """Return the titles of chosen practices in words; of more than MOST_TITLES, the first and how many others."""
    if len(titles) == 1:
        return str(titles[0])
    if len(titles) <= MOST_TITLES:
        said = {"titles": listed(titles[:-1]), "last": titles[-1]}
        return gettext("%(titles)s and %(last)s") % said
    others = len(titles) - MOST_TITLES + 1
    text = ngettext("%(titles)s and %(count)s other", "%(titles)s and %(count)s others", others)
    return text % {"titles": listed(list(map(str, titles[: MOST_TITLES - 1]))), "count": others}


def facet_keys(source: FacetSource) -> list[str]:
    """Return all facet keys of a practice."""
    facets = [each for each in PracticeFilter.base_filters.values() if isinstance(each, Facet)]
    found = [
        ALL_PRACTICES,
        *(
            f"{facet.name}:{str(value).lower()}"
            for facet in facets
            for value in facet.extract(source)
            if value
        ),
    ]
    for place, number in enumerate(dict.fromkeys(source.document["objectives"])):
        found.append(f"also:{number}" if place else f"main:{number}")
    found += [] if source.regions else [WITHOUT_REGION]
    found += [
        f"{name}:{value}" for name, value in [("end", source.end), ("submitter", source.submitter)] if value
    ]
    return list(dict.fromkeys(found))


def facet_names() -> list[str]:
    """Return the names of the facets, in the order of their declaration."""
    return [name for name, each in PracticeFilter.base_filters.items() if isinstance(each, Facet)]


def scope_facets() -> frozenset[str]:
    """Return the names of the facets within whose values publication maintains counts."""
    facets = PracticeFilter.base_filters.values()
    return frozenset(facet.name for facet in facets if isinstance(facet, Facet) and facet.is_scope)
