"""A query string ⇄ a set of practices, with its words.

A facet is one line in PracticeFilter: the sidebar, the chips, the feeds and the exports follow from it.
"""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from practices import search
from practices.documents import FIRST_YEAR, LAST_YEAR, plain
from practices.models import Country, Objective, Practice, PracticeType, Region

MOST_VALUES = 50
WORDS_LENGTH = 200


class FacetField(forms.Field):
    """Any number of keys, such as objective numbers or country codes, cleaned to the rows they name."""

    widget = forms.MultipleHiddenInput

    def __init__(self, *, facet, **kwargs):
        super().__init__(**kwargs)
        self.facet = facet

    def clean(self, value):
        keys = [plain(key).strip().lower() for key in value or []]
        wanted = list(dict.fromkeys(key for key in keys if key))[:MOST_VALUES]
        rows = {self.facet.key_of(row): row for row in self.facet.rows(wanted)} if wanted else {}
        if unknown := [key for key in wanted if key not in rows]:
            raise ValidationError(
                _("“%(values)s” is not known here, so this filter was left out."),
                params={"values": "”, “".join(key[:60] for key in unknown)},
            )
        return [rows[key] for key in wanted]


class Facet(django_filters.Filter):
    """A filter on rows a practice is related to. Several values are "or"."""

    field_class = FacetField

    def __init__(
        self,
        taxonomy,
        *,
        key,
        paths,
        label,
        pattern=r"[\w-]{1,100}",
        as_stored=str,
        always_shown=False,
        only_in_use=False,
    ):
        """Rows of `taxonomy`, named by `key` in a query string and reached from a practice by `paths`.

        `pattern` is what a key looks like there, `as_stored` turns it into what the column holds. `always_shown`
        rows stand in the sidebar even without a practice; `only_in_use` ones are unknown until they have one.
        """
        super().__init__(label=label, facet=self)
        self.taxonomy, self.key, self.paths = taxonomy, key, paths
        self.pattern, self.as_stored = re.compile(pattern), as_stored
        self.always_shown, self.only_in_use = always_shown, only_in_use

    def key_of(self, row):
        """The value that stands for `row` in a query string."""
        return str(getattr(row, self.key)).lower()

    def rows(self, keys):
        """The rows that `keys`, straight from a query string, name."""
        known = [self.as_stored(key) for key in keys if self.pattern.fullmatch(key)]
        rows = self.offered() if self.only_in_use else self.taxonomy.objects
        return rows.filter(**{f"{self.key}__in": known})

    def filter(self, qs, value):
        if not value:
            return qs
        related = Q()
        for path in self.paths:
            related |= Q(**{f"{path}__in": value})
        return qs.filter(pk__in=Practice.objects.filter(related).order_by().values("pk"))

    def offered(self):
        """The rows the sidebar offers: those in use by a published practice, unless always shown."""
        if self.always_shown:
            return self.taxonomy.objects.all()
        used = Q()
        for path in self.paths:
            used |= Q(pk__in=Practice.objects.published().order_by().exclude(**{path: None}).values(path))
        return self.taxonomy.objects.filter(used)


class WordsField(forms.CharField):
    def to_python(self, value):
        return " ".join(plain(super().to_python(value) or "").split())


class WordsFilter(django_filters.CharFilter):
    field_class = WordsField

    def filter(self, qs, value):
        return search.matching(qs, value) if value else qs


class YearFilter(django_filters.NumberFilter):
    """Practices that ran in a year, as far as their years are stated."""

    field_class = forms.IntegerField

    def filter(self, qs, value):
        if value is None:
            return qs
        begun = Q(start_year__lte=value) | Q(start_year=None, end_year__isnull=False)
        not_over = Q(end_year__gte=value) | Q(end_year=None, start_year__isnull=False)
        return qs.filter(begun & not_over)


@dataclasses.dataclass(frozen=True)
class Option:
    """One value of a facet as the sidebar offers it."""

    value: str
    label: str
    chosen: bool


@dataclasses.dataclass(frozen=True)
class Chip:
    """One value in force, and the query string of the listing without it."""

    facet: Any
    label: str
    query_without: str


class PracticeFilter(django_filters.FilterSet):
    """The listing's filters. Facets are "and" among each other; what is not valid is left out and in `errors`."""

    q = WordsFilter(label=_("Words"), max_length=WORDS_LENGTH)
    objective = Facet(
        Objective,
        key="number",
        paths=["objectives"],
        label=_("Objective"),
        pattern="[0-9]{1,2}",
        always_shown=True,
    )
    country = Facet(
        Country, key="code", paths=["countries"], label=_("Country"), pattern="[a-z]{2}", as_stored=str.upper
    )
    region = Facet(
        Region,
        key="slug",
        paths=["countries__subregion", "countries__subregion__parent"],
        label=_("Region"),
    )
    type = Facet(PracticeType, key="slug", paths=["type"], label=_("Type of practice"), always_shown=True)
    # Tags come from documents: one that no published practice has is nobody's business.
    tag = Facet(Tag, key="slug", paths=["tags"], label=_("Tag"), only_in_use=True)
    year = YearFilter(label=_("Running in the year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    class Meta:
        model = Practice
        fields: list[str] = []

    @property
    def practices(self) -> QuerySet[Practice]:
        """The practices that pass, in the order of the queryset given."""
        return self.qs

    @cached_property
    def values(self) -> dict[str, list[tuple[str, str]]]:
        """Filter name → (query value, label) of each valid value in force."""
        if not self.is_bound:
            return {}
        self.errors  # noqa: B018 - validates, so that cleaned_data is there
        values = {}
        for name, cleaned in self.form.cleaned_data.items():
            if isinstance(self.filters[name], Facet):
                values[name] = [(self.filters[name].key_of(row), str(row)) for row in cleaned]
            elif cleaned not in (None, ""):
                values[name] = [(str(cleaned), str(cleaned))]
        return {name: pairs for name, pairs in values.items() if pairs}

    @property
    def query(self) -> str:
        """The filters in force as a query string: valid values only, always in the same order."""
        return self._query_of(
            [(name, value) for name, pairs in self.values.items() for value, _label in pairs]
        )

    @staticmethod
    def _query_of(pairs: list[tuple[str, str]]) -> str:
        query = QueryDict(mutable=True)
        for name, value in pairs:
            query.appendlist(name, value)
        return query.urlencode()

    @property
    def chips(self) -> list[Chip]:
        every = [(name, value) for name, pairs in self.values.items() for value, _label in pairs]
        return [
            Chip(
                facet=self.filters[name].label,
                label=label,
                query_without=self._query_of([pair for pair in every if pair != (name, value)]),
            )
            for name, pairs in self.values.items()
            for value, label in pairs
        ]

    @property
    def words(self) -> str:
        """The filters in force in plain words, such as “21. Dignified return · Philippines”."""
        return " · ".join(label for pairs in self.values.values() for _value, label in pairs)

    @property
    def facets(self) -> Iterator[tuple[str, Any, list[Option]]]:
        """(name, label, options) of each facet, for the sidebar. One query a facet."""
        for name, facet in self.filters.items():
            if isinstance(facet, Facet):
                chosen = {value for value, _label in self.values.get(name, [])}
                options = [
                    Option(facet.key_of(row), str(row), facet.key_of(row) in chosen)
                    for row in facet.offered()
                ]
                yield name, facet.label, options

    @property
    def fault_messages(self) -> list[str]:
        """What was wrong with the query string, a sentence each."""
        return [
            f"{self.filters[name].label}: {message}"
            for name, messages in self.errors.items()
            for message in messages
        ]
