"""Facets: what a practice can be filtered by, the values each offers, and the keys they are found by.

A key is the facet's name and a value, such as "country:ph"; `indexing.py` keeps which practice has which.
"""

import copy
import dataclasses
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.db.models import Value as Literal
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from practices.core import catalogue_version, tokenizer
from practices.documents import FIRST_YEAR, LAST_YEAR, Document, plain
from practices.models import (
    ALL_PRACTICES,
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    Region,
    SustainableDevelopmentGoal,
    Tally,
    Taxonomy,
)

MAX_VALUES = 50
COLLAPSED_AFTER = 12
"""How many values of a long facet stand before the rest is folded away."""


@dataclasses.dataclass(frozen=True)
class FacetValue:
    """A value of a facet: as addresses name it, as people do, and how deep it stands under another."""

    value: str
    label: str
    depth: int = 0


@dataclasses.dataclass(frozen=True)
class FacetSource:
    """What the facets of a practice follow from: its document, its countries, the slugs of its tags."""

    document: Document
    countries: Sequence[Country]
    tags: Sequence[str]

    @cached_property
    def regions(self) -> list[str]:
        """Slugs of the subregions and regions of its countries."""
        subregions = [country.subregion for country in self.countries if country.subregion]
        return [region.slug for sub in subregions for region in (sub, sub.parent) if region]

    @property
    def end(self) -> str:
        """The year it ended or will end; "open" for one that has begun and has no end; else empty."""
        if self.document["end_year"]:
            return str(self.document["end_year"])
        return "open" if self.document["start_year"] else ""

    @property
    def submitter(self) -> str:
        """Stands for its public credit, to tell submitters apart."""
        credit = " ".join(tokenizer.tokens(self.document["credit"]))
        return hashlib.blake2b(credit.encode(), digest_size=8).hexdigest() if credit else ""


VOCABULARIES: dict[type[Taxonomy], tuple[str, str, str]] = {
    Objective: ("number", "short_label", "number"),
    PracticeType: ("slug", "name", "position"),
    ImplementerKind: ("slug", "name", "position"),
    GuidingPrinciple: ("letter", "title", "letter"),
    SustainableDevelopmentGoal: ("number", "short_title", "number"),
    Country: ("code", "name", "name"),
    Region: ("slug", "name", "name"),
}
"""Taxonomy → its column of keys, the one that names a row, the one its rows are in the order of."""


def taxonomy_values(model: type[Taxonomy]) -> Callable[[], list[FacetValue]]:
    """The rows of a taxonomy as values, in its own order."""
    return lambda: _vocabularies()[model.__name__]


def _vocabularies() -> dict[str, list[FacetValue]]:
    return catalogue_version.remembered("vocabularies", _read_vocabularies)


def _read_vocabularies() -> dict[str, list[FacetValue]]:
    """All taxonomies by the names of their models; subregions follow their regions. One query."""
    every = [
        model.objects.order_by()
        .annotate(
            kind_=Literal(model.__name__),
            key_=Cast(key, CharField()),
            label_=Cast(label, CharField()),
            order_=Cast(order, CharField()),
            under_=Cast("parent__slug" if model is Region else Literal(None), CharField()),
        )
        .values_list("kind_", "key_", "label_", "order_", "under_")
        for model, (key, label, order) in VOCABULARIES.items()
    ]
    rows = defaultdict(list)
    for model, *row in every[0].union(*every[1:], all=True).order_by():
        rows[model].append(row)
    return {model.__name__: _as_values(model, rows[model.__name__]) for model in VOCABULARIES}


def _as_values(model: type[Taxonomy], rows: list[list]) -> list[FacetValue]:
    """Rows of [key, label, order, key of what it stands under] as values."""
    key_field, label_field, _order = VOCABULARIES[model]
    under = defaultdict(list)
    for row in sorted(rows, key=lambda row: (int(row[2]) if row[2].isdigit() else 0, row[2])):
        under[row[3]].append(row)
    return [
        FacetValue(key.lower(), str(model(**{key_field: key, label_field: label})), depth)
        for top in under[None]
        for depth, (key, label, *_rest) in [(0, top), *((1, sub) for sub in under[top[0]])]
    ]


def choice_values(choices: Iterable[tuple[str, Any]]) -> Callable[[], list[FacetValue]]:
    pairs = list(choices)
    return lambda: [FacetValue(value.lower(), str(label)) for value, label in pairs]


class FacetField(forms.Field):
    """Any number of values, cleaned to those the facet knows."""

    widget = forms.MultipleHiddenInput

    def __init__(self, *, facet, **kwargs):
        super().__init__(**kwargs)
        self.facet = facet

    def clean(self, value):
        keys = [plain(key).strip().lower() for key in value or []]
        wanted = list(dict.fromkeys(key for key in keys if key))[:MAX_VALUES]
        known = self.facet.find(wanted) if wanted else {}
        if unknown := [key for key in wanted if key not in known]:
            raise ValidationError(
                _("“%(values)s” is not known here, so this filter was left out."),
                params={"values": "”, “".join(key[:60] for key in unknown)},
            )
        return [known[key] for key in wanted]


class SharedFilter:
    """Of a filter that nothing changes once it is made: every FilterSet may have a copy with the same parts."""

    def __deepcopy__(self, memo):
        return copy.copy(self)


class Facet(SharedFilter, django_filters.Filter):
    """A filter on values a practice has. Several values are "or"."""

    field_class = FacetField

    def __init__(
        self,
        values: Callable[[], list[FacetValue]],
        of: Callable[[FacetSource], Iterable[Any]],
        *,
        label: Any,
        is_scope: bool = False,
        only_used: bool = False,
        most_used_first: bool = False,
    ):
        """`values` are all there are, `of` those of a practice.

        `is_scope`: every other facet is counted under each value of this one when something is published. `only_used`:
        values no practice has are not offered; `most_used_first`: the first
        COLLAPSED_AFTER of those stand before the others.
        """
        super().__init__(label=label, facet=self)
        self.values, self.of = values, of
        self.is_scope, self.only_used, self.most_used_first = is_scope, only_used, most_used_first

    @property
    def name(self) -> str:
        return str(self.field_name)

    def find(self, keys: Sequence[str]) -> dict[str, FacetValue]:
        return {value.value: value for value in self.values() if value.value in keys}

    def keys_for(self, value: str) -> list[str]:
        """The keys by which practices with `value` are found."""
        return [f"{self.name}:{value}"]

    def options(self, counts: dict[str, int]) -> list[FacetValue]:
        """The values to offer where `counts` are those of the whole catalogue."""
        return [
            value for value in self.values() if not self.only_used or f"{self.name}:{value.value}" in counts
        ]


class TagFacet(Facet):
    """Tags come from documents: one that no published practice has is nobody's business."""

    def __init__(self, *, label):
        super().__init__(list, lambda facts: facts.tags, label=label, only_used=True, most_used_first=True)

    def find(self, keys):
        slugs = [key for key in keys if re.fullmatch(r"[\w-]{1,100}", key)]
        used = Tally.objects.filter(
            scope=ALL_PRACTICES, key__in=[f"tag:{slug}" for slug in slugs], count__gt=0
        )
        in_use = [key.removeprefix("tag:") for key in used.values_list("key", flat=True)]
        return (
            {tag.slug: FacetValue(tag.slug, tag.name) for tag in Tag.objects.filter(slug__in=in_use)}
            if in_use
            else {}
        )

    def options(self, counts):
        slugs = [key.removeprefix("tag:") for key in counts if key.startswith("tag:")]
        tags = Tag.objects.filter(slug__in=slugs).order_by("name")
        return [FacetValue(tag.slug, tag.name) for tag in tags]


class StatusFacet(Facet):
    """Whether a practice runs still: by the year it ends, which is what its key says, so that it changes by itself."""

    def keys_for(self, value):
        this_year = timezone.now().year
        years = range(FIRST_YEAR, this_year) if value == "completed" else range(this_year, LAST_YEAR + 1)
        return [*(f"end:{year}" for year in years), *(["end:open"] if value == "running" else [])]
