"""Kinds of facets: the values each offers, and the facet keys under which practices are indexed.

A facet key is the facet's name and a value, such as "country:ph". `filters.py` declares the facets, and `indexing.py`
stores which practice has which keys.
"""

import copy
import dataclasses
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, partial
from operator import itemgetter
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.db.models import Value as Literal
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from practices.core import tokenizer
from practices.core.cache import cached_per_version
from practices.core.collation import sorted_by_name
from practices.core.country_groups import groups_of
from practices.core.http.numbers import whole_number
from practices.core.quotes import quoted_title
from practices.documents import FIRST_YEAR, LAST_YEAR, Document, load_local, plain
from practices.models import (
    ALL_PRACTICES,
    Country,
    FacetCount,
    FormerTag,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    Practice,
    PracticeType,
    Region,
    SustainableDevelopmentGoal,
    Taxonomy,
)

ANYWHERE = "anywhere"
"""Value of the facet of uses elsewhere for all of them."""
MAX_VALUES = 50
"""Values of one facet that a query string may ask for; the rest is ignored."""
COLLAPSED_AFTER = 12
"""Values of a long facet shown before the others are collapsed."""


@dataclasses.dataclass(frozen=True)
class FacetValue:
    """A value of a facet: its name in query strings, its label, and its depth in a tree of values."""

    value: str
    label: str = dataclasses.field(compare=False)
    depth: int = 0


@dataclasses.dataclass(frozen=True)
class FacetSource:
    """The data that facets read: the document of a practice, its countries, and the slugs of its tags."""

    document: Document
    countries: Sequence[Country]
    tags: Sequence[str]
    translated_into: Sequence[str] = ()
    """Languages in which it can be read besides its own."""
    used_in: Sequence[Country] = ()
    """Countries in which it was used elsewhere."""

    @cached_property
    def regions(self) -> list[str]:
        """Slugs of the sub-regions and regions of the countries."""
        subregions = [country.subregion for country in self.countries if country.subregion]
        return [region.slug for sub in subregions for region in (sub, sub.parent) if region]

    @property
    def uses(self) -> list[str]:
        """ANYWHERE and the slugs of the regions where it was used elsewhere; nothing if it was not."""
        parents = [country.subregion.parent for country in self.used_in if country.subregion]
        return [ANYWHERE, *(region.slug for region in parents if region)] if self.used_in else []

    @property
    def groups(self) -> list[str]:
        """Slugs of the UN's groups to which the countries belong."""
        return [group.slug for group in groups_of(country.code for country in self.countries)]

    @property
    def end(self) -> str:
        """The end year; "open" if only a start year is given; "" if neither is."""
        if self.document["end_year"]:
            return str(self.document["end_year"])
        return "open" if self.document["start_year"] else ""

    @property
    def submitter(self) -> str:
        """A hash of the public credit, to tell submitters apart; "" for anonymous ones."""
        credit = " ".join(tokenizer.tokens(self.document["credit"]))
        return hashlib.blake2b(credit.encode(), digest_size=8).hexdigest() if credit else ""


TAXONOMIES: dict[type[Taxonomy], tuple[str, str, str]] = {
    Objective: ("number", "short_label", "number"),
    PracticeType: ("slug", "name", "position"),
    ImplementerKind: ("slug", "name", "position"),
    GuidingPrinciple: ("letter", "title", "letter"),
    SustainableDevelopmentGoal: ("number", "short_title", "number"),
    Country: ("code", "name", "name"),
    Region: ("slug", "name", "name"),
}
"""Taxonomy → (column of the value, column of the label, column to sort by)."""


def taxonomy_values(model: type[Taxonomy]) -> Callable[[], list[FacetValue]]:
    """Return a function that returns the rows of a taxonomy as facet values, in order."""
    return lambda: _taxonomies()[model.__name__]


@cached_per_version(across_publications=True, in_process=True)
def _taxonomies() -> dict[str, list[FacetValue]]:
    """Return model name → values of every taxonomy; sub-regions follow their regions. One query."""
    querysets = [
        model.objects.order_by()
        .annotate(
            kind_=Literal(model.__name__),
            key_=Cast(key, CharField()),
            label_=Cast(label, CharField()),
            order_=Cast(order, CharField()),
            under_=Cast("parent__slug" if model is Region else Literal(None), CharField()),
            natural_=Cast(model.NATURAL_KEY, CharField()),
            own_=Cast("translations", CharField()),
        )
        .values_list("kind_", "key_", "label_", "order_", "natural_", "own_", "under_")
        for model, (key, label, order) in TAXONOMIES.items()
    ]
    rows = defaultdict(list)
    for model, *row in querysets[0].union(*querysets[1:], all=True).order_by():
        rows[model].append(row)
    return {model.__name__: _as_values(model, rows[model.__name__]) for model in TAXONOMIES}


def _as_values(model: type[Taxonomy], rows: list[list]) -> list[FacetValue]:
    """Convert rows of `_taxonomies` to facet values in the active language, children after their parent."""
    _key, label, order = TAXONOMIES[model]
    in_order = sorted(rows, key=lambda row: (int(row[2]) if row[2].isdigit() else 0, row[2]))
    named = [(key, _name(model, *columns), parent) for key, *columns, parent in in_order]
    if order == label:
        named = sorted_by_name(named, name=itemgetter(1))
    under = defaultdict(list)
    for key, name, parent in named:
        under[parent].append((key, name))
    return [
        FacetValue(key.lower(), name, depth)
        for top in under[None]
        for depth, (key, name) in [(0, top), *((1, sub) for sub in under[top[0]])]
    ]


def _name(model: type[Taxonomy], label: str, _order: str, natural_key: str, translations: str) -> str:
    """Return the name of a row in the active language."""
    columns = {TAXONOMIES[model][1]: label, model.NATURAL_KEY: natural_key}
    return str(model(**columns, translations=json.loads(translations)))


def places_of_use() -> list[FacetValue]:
    """Return the values of the facet of uses elsewhere: anywhere, and the regions."""
    regions = [value for value in _taxonomies()[Region.__name__] if not value.depth]
    return [FacetValue(ANYWHERE, gettext("Anywhere")), *regions]


def choice_values(choices: Iterable[tuple[str, Any]]) -> Callable[[], list[FacetValue]]:
    """Return a function that returns a model field's choices as facet values, labels in the active language."""
    pairs = list(choices)

    @cache
    def values(_language: str | None) -> list[FacetValue]:
        return [FacetValue(value.lower(), str(label)) for value, label in pairs]

    return lambda: values(get_language())


class FacetField(forms.Field):
    """Any number of values of a facet; unknown ones are invalid."""

    widget = forms.MultipleHiddenInput

    def __init__(self, *, facet, **kwargs):
        super().__init__(**kwargs)
        self.facet = facet

    def clean(self, value):
        cleaned = [plain(each).strip().lower() for each in value or []]
        wanted = list(dict.fromkeys(each for each in cleaned if each))[:MAX_VALUES]
        known = self.facet.find(wanted) if wanted else {}
        if unknown := [each for each in wanted if each not in known]:
            raise ValidationError(
                _("We do not know “%(values)s”, so this filter was ignored."),
                params={"values": "”, “".join(each[:60] for each in unknown)},
            )
        # Each once and in one order, however they were asked for, as a list has one address.
        return list(dict.fromkeys(known.values()))


class SharedFilter:
    """Mixin for immutable filters: each FilterSet gets shallow copies instead of costly deep ones."""

    def __deepcopy__(self, memo):
        return copy.copy(self)


class Facet(SharedFilter, django_filters.Filter):
    """A filter on the values of a practice, with counts. Several values are "or"."""

    field_class = FacetField

    def __init__(
        self,
        values: Callable[[], list[FacetValue]],
        extract: Callable[[FacetSource], Iterable[Any]],
        *,
        label: Any,
        is_scope: bool = False,
        only_used: bool = False,
        most_used_first: bool = False,
    ):
        """Declare a facet.

        `values` returns all values, and `extract` those of one practice. Flags:
        - `is_scope`: publication maintains the counts of all facets within each value of this one;
        - `only_used`: values without practices are not offered;
        - `most_used_first`: the COLLAPSED_AFTER most used values are shown, and the others collapsed.
        """
        super().__init__(label=label, facet=self)
        self.values, self.extract = values, extract
        self.is_scope, self.only_used, self.most_used_first = is_scope, only_used, most_used_first

    @property
    def name(self) -> str:
        return str(self.field_name)

    def find(self, wanted: Sequence[str]) -> dict[str, FacetValue]:
        """Return the facet values with these names, by name, in the order of the facet; unknown names are absent."""
        return {value.value: value for value in self.values() if value.value in wanted}

    def keys_for(self, value: str) -> list[str]:
        """Return the facet keys of practices with `value`."""
        return [f"{self.name}:{value}"]

    def options(self, counts: dict[str, int]) -> list[FacetValue]:
        """Return the values to offer, given the counts of the whole catalogue."""
        return [
            value for value in self.values() if not self.only_used or f"{self.name}:{value.value}" in counts
        ]


class ChosenPractices(SharedFilter, django_filters.Filter):
    """A filter on practices by their numbers, as of a kit. Practices that are withdrawn, or not there yet, are valid."""

    field_class = FacetField

    def __init__(self, *, label: Any):
        super().__init__(label=label, facet=self)

    @staticmethod
    def find(wanted: Sequence[str]) -> dict[str, FacetValue]:
        """Return a value for each number, in the order of numbers. Titles are read once a label is shown."""
        keys = {text: key for text in wanted if (key := whole_number(text))}
        titles = SimpleLazyObject(partial(_titles, tuple(sorted(set(keys.values())))))
        title = lazy(lambda key: titles[key], str)
        in_order = sorted(keys.items(), key=itemgetter(1))
        return {text: FacetValue(str(key), title(key)) for text, key in in_order}


@cached_per_version
def _titles(keys: tuple[int, ...]) -> dict[int, str]:
    """Return the titles of practices between quotation marks, or what they are called where they are not public."""
    found = list(Practice.objects.published().with_versions().filter(pk__in=keys))
    load_local(found)
    named = {each.pk: quoted_title(plain(each.local.title)) for each in found}
    return {key: named.get(key) or gettext("practice %(number)s") % {"number": key} for key in keys}


SLUG = re.compile(r"[\w-]{1,100}")


class TagFacet(Facet):
    """Tags, which submitters choose freely: those without a published practice are not public."""

    def __init__(self, *, label):
        super().__init__(list, lambda source: source.tags, label=label, only_used=True, most_used_first=True)

    def find(self, wanted):
        slugs = list(filter(SLUG.fullmatch, wanted))
        named = {slug: slug for slug in self._in_use(slugs)}
        if others := [slug for slug in slugs if slug not in named]:
            former = dict(FormerTag.objects.filter(slug__in=others).values_list("slug", "tag__slug"))
            in_use = self._in_use(former.values()) if former else set()
            named |= {slug: now for slug, now in former.items() if now in in_use}
        if not named:
            return {}
        tags = {
            tag.slug: FacetValue(tag.slug, plain(tag.name))
            for tag in Tag.objects.filter(slug__in=named.values())
        }
        found = {slug: tags[now] for slug, now in named.items() if now in tags}
        return dict(sorted(found.items(), key=lambda item: item[1].value))

    @staticmethod
    def _in_use(slugs):
        keys = [f"tag:{slug}" for slug in slugs]
        used = FacetCount.objects.filter(scope=ALL_PRACTICES, key__in=keys, count__gt=0)
        return {key.removeprefix("tag:") for key in used.values_list("key", flat=True)}

    def options(self, counts):
        slugs = [key.removeprefix("tag:") for key in counts if key.startswith("tag:")]
        tags = Tag.objects.filter(slug__in=slugs).order_by("name")
        return [FacetValue(tag.slug, plain(tag.name)) for tag in tags]


class FeedTagFacet(TagFacet):
    """Tags of feeds, which readers go on asking for: one whose last practice was withdrawn has an empty feed.

    Its name is not public any more. It has the slug in its place, which is in the address that was asked for.
    """

    def find(self, wanted):
        found = super().find(wanted)
        others = [slug for slug in wanted if slug not in found and SLUG.fullmatch(slug)]
        if not others:
            return found
        unused = Tag.objects.filter(slug__in=others).values_list("slug", flat=True)
        former = FormerTag.objects.filter(slug__in=others).values_list("slug", flat=True)
        return found | {slug: FacetValue(slug, slug) for slug in sorted({*unused, *former})}


class StatusFacet(Facet):
    """Running or completed, derived from the indexed end year, so that it changes with the year without re-indexing."""

    def keys_for(self, value):
        this_year = timezone.now().year
        years = range(FIRST_YEAR, this_year) if value == "completed" else range(this_year, LAST_YEAR + 1)
        return [*(f"end:{year}" for year in years), *(["end:open"] if value == "running" else [])]
