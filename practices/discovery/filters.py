"""A query string ⇄ a set of practices, with its words.

A facet is one line in PracticeFilter: the sidebar with its counts, the chips, the search, the feeds and the exports
follow from it.
"""

import dataclasses
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from practices.choices import LANGUAGES, EvidenceLevel, Licence
from practices.core import catalogue_version
from practices.discovery import results, search
from practices.discovery.facets import (
    Facet,
    FacetSource,
    SharedFilter,
    StatusFacet,
    TagFacet,
    choice_values,
    taxonomy_values,
)
from practices.discovery.results import Selection, Total
from practices.documents import FIRST_YEAR, LAST_YEAR, plain
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

MAX_SEARCH_LENGTH = 200


type FilterValues = dict[str, list[tuple[str, str]]]
"""Filter name → (query value, label) of each value."""


class SearchField(forms.CharField):
    def to_python(self, value):
        return " ".join(plain(super().to_python(value) or "").split())


class SearchFilter(SharedFilter, django_filters.CharFilter):
    field_class = SearchField


class YearFilter(SharedFilter, django_filters.NumberFilter):
    field_class = forms.IntegerField

    def __init__(self, **kwargs):
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


class MainObjectiveFilter(SharedFilter, django_filters.Filter):
    """Present: objectives count as main objectives alone."""

    field_class = forms.CharField


SORTS = {
    "relevance": _("Most relevant first"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "title": _("By title"),
}


class PracticeFilter(django_filters.FilterSet):
    """The listing's filters. Facets are "and" among each other; what is not valid is left out and in `errors`."""

    q = SearchFilter(label=_("Words"), max_length=MAX_SEARCH_LENGTH)
    objective = Facet(
        taxonomy_values(Objective),
        lambda facts: facts.document["objectives"],
        label=_("Objective"),
        is_scope=True,
    )
    main = MainObjectiveFilter(label=_("As main objective"))
    region = Facet(
        taxonomy_values(Region), lambda facts: facts.regions, label=_("Region"), is_scope=True, only_used=True
    )
    country = Facet(
        taxonomy_values(Country), lambda facts: [country.code.lower() for country in facts.countries],
        label=_("Country"), is_scope=True, only_used=True, most_used_first=True,
    )  # fmt: skip
    type = Facet(
        taxonomy_values(PracticeType),
        lambda facts: [facts.document["type"]],
        label=_("Type of practice"),
        is_scope=True,
    )
    implementer = Facet(
        taxonomy_values(ImplementerKind), lambda facts: facts.document["implementer_kinds"], label=_("Run by")
    )
    evidence = Facet(
        choice_values(EvidenceLevel.choices),
        lambda facts: [facts.document["evidence_level"]],
        label=_("Evidence"),
    )
    status = StatusFacet(
        choice_values([("running", _("Running")), ("completed", _("Completed"))]),
        lambda facts: [],
        label=_("Status"),
    )
    principle = Facet(
        taxonomy_values(GuidingPrinciple),
        lambda facts: facts.document["principles"],
        label=_("Guiding principle"),
    )
    sdg = Facet(
        taxonomy_values(SustainableDevelopmentGoal), lambda facts: facts.document["sdgs"],
        label=_("Sustainable Development Goal"),
    )  # fmt: skip
    tag = TagFacet(label=_("Tag"))
    language = Facet(
        choice_values(LANGUAGES),
        lambda facts: [facts.document["language"]],
        label=_("Language"),
        only_used=True,
    )
    licence = Facet(
        choice_values(Licence.choices), lambda facts: [facts.document["licence"]], label=_("Licence")
    )
    since = YearFilter(label=_("Running since"))
    until = YearFilter(label=_("Running until"))

    class Meta:
        model = Practice
        fields: list[str] = []

    # What is in force ---------------------------------------------------------------------

    @cached_property
    def values(self) -> FilterValues:
        """All that is valid and in force."""
        if not self.is_bound:
            return {}
        self.errors  # noqa: B018 - validates, so that cleaned_data is there
        values: FilterValues = {}
        for name, cleaned in self.form.cleaned_data.items():
            if isinstance(self.filters[name], Facet):
                values[name] = [(value.value, value.label) for value in cleaned]
            elif name == "main":
                values[name] = [("1", str(_("as main objective")))] if cleaned and values["objective"] else []
            elif cleaned not in (None, ""):
                values[name] = [(str(cleaned), self._label(name, cleaned))]
        return {name: pairs for name, pairs in values.items() if pairs}

    @staticmethod
    def _label(name: str, value: Any) -> str:
        if name == "since":
            return str(_("since %(year)s") % {"year": value})
        if name == "until":
            return str(_("until %(year)s") % {"year": value})
        return str(value)

    @cached_property
    def terms(self) -> tuple[search.Term, ...]:
        """What the words in force ask for; none for signs alone."""
        if "q" not in self.values:
            return ()
        [(text, _label)] = self.values["q"]
        return catalogue_version.cached(f"terms {text}", lambda: tuple(search.interpret(text)))

    @cached_property
    def selection(self) -> Selection:
        return self.build_selection(self.values)

    def build_selection(self, values: FilterValues) -> Selection:
        """What these values select, of which all are in force or some."""
        keys = []
        for name, pairs in values.items():
            facet = self.filters[name]
            if isinstance(facet, Facet):
                found = [key for value, _label in pairs for key in self.keys_for(facet, value)]
                keys.append(tuple(sorted(set(found))))
        years = {name: int(values[name][0][0]) for name in ("since", "until") if name in values}
        terms = self.terms if "q" in values else ()
        return Selection(
            facet_keys=tuple(sorted(keys)), terms=terms, since=years.get("since"), until=years.get("until")
        )

    def keys_for(self, facet: Facet, value: str) -> list[str]:
        """The keys by which practices with `value` are found, where "main" may be in force."""
        is_main = facet.name == "objective" and "main" in self.values
        return [f"main:{value}"] if is_main else facet.keys_for(value)

    @cached_property
    def sort(self) -> str:
        """How a list of it is sorted: as asked for, or by relevance where words are searched, else newest first."""
        asked = str(self.data.get("sort", "")) if self.is_bound else ""
        usual = "relevance" if self.terms else "newest"
        return asked if asked in SORTS and (asked != "relevance" or self.terms) else usual

    @property
    def sort_options(self) -> list[tuple[str, Any, bool]]:
        """(value, label, whether it is in force) of each way to sort."""
        return [
            (value, label, value == self.sort)
            for value, label in SORTS.items()
            if value != "relevance" or self.terms
        ]

    # The practices -------------------------------------------------------------------------

    @property
    def practices(self) -> QuerySet[Practice]:
        """The practices that pass, in the order of the queryset given, unless another is asked for."""
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
        """Whether one published practice passes. Costs the same however many there are."""
        words = self.selection.terms
        others = dataclasses.replace(self.selection, terms=())
        passes = results.filter_practices(
            Practice.objects.published().filter(pk=practice.pk), others
        ).exists()
        return passes and (not words or search.is_match(practice, words))

    @cached_property
    def total(self) -> Total:
        return results.total(self.selection)

    # In words and as a query -----------------------------------------------------------------

    @cached_property
    def query(self) -> str:
        """The filters in force as a query string: valid values only, always in the same order."""
        return self.encode_query(self.pairs)

    @cached_property
    def listing_query(self) -> str:
        """The query string of this very list: the filters, and the order where it is not the usual one."""
        usual = "relevance" if self.terms else "newest"
        return self.encode_query([*self.pairs, *([("sort", self.sort)] if self.sort != usual else [])])

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """(filter, value) of all that is in force."""
        return [(name, value) for name, pairs in self.values.items() for value, _label in pairs]

    @staticmethod
    def encode_query(pairs: list[tuple[str, str]]) -> str:
        """Pairs of filter and value as a query string."""
        query = QueryDict(mutable=True)
        for name, value in pairs:
            query.appendlist(name, value)
        return query.urlencode()

    @property
    def description(self) -> str:
        """The filters in force in plain words, such as “21. Dignified return · Philippines”."""
        return " · ".join(label for pairs in self.values.values() for _value, label in pairs)

    @cached_property
    def error_messages(self) -> list[str]:
        """What was wrong with the query string, a sentence each."""
        return [
            f"{self.filters[name].label}: {message}"
            for name, messages in self.errors.items()
            for message in messages
        ]

    @property
    def has_no_search_terms(self) -> bool:
        """Whether something was typed in which there is no word to look for."""
        return "q" in self.values and not self.terms


def facet_keys(facts: FacetSource) -> list[str]:
    """Every key by which a practice with these facts is found."""
    facets = [each for each in PracticeFilter.base_filters.values() if isinstance(each, Facet)]
    found = [
        ALL_PRACTICES,
        *(f"{facet.name}:{str(value).lower()}" for facet in facets for value in facet.of(facts) if value),
    ]
    found += [f"main:{number}" for number in facts.document["objectives"][:1]]
    found += [] if facts.regions else [WITHOUT_REGION]
    found += [
        f"{name}:{value}" for name, value in [("end", facts.end), ("submitter", facts.submitter)] if value
    ]
    return list(dict.fromkeys(found))


def scope_facets() -> frozenset[str]:
    """Names of the facets under whose values all others are counted."""
    facets = PracticeFilter.base_filters.values()
    return frozenset(facet.name for facet in facets if isinstance(facet, Facet) and facet.is_scope)
