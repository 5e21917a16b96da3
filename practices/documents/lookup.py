"""The rows that a document names by their natural keys."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from taggit.models import Tag

from practices.core import catalogue_version
from practices.documents.schema import Document
from practices.models import Country, Taxonomy

if TYPE_CHECKING:
    from django.db.models import QuerySet


def rows_named[Row: Taxonomy](model: type[Row], values: Iterable) -> list[Row]:
    """The rows of `model` that `values` name, each once, in the order of `values`; unknown ones are left out."""
    found = catalogue_version.remembered(f"rows of {model.__name__}", lambda: _by_key(model))
    return [found[value] for value in dict.fromkeys(values) if value in found]


def countries_of(document: Document) -> list[Country]:
    """Its countries, each with the regions it lies in."""
    return rows_named(Country, document["countries"])


def _by_key[Row: Taxonomy](model: type[Row]) -> dict[Any, Row]:
    rows = cast("QuerySet[Row]", model.objects.all())
    if model is Country:
        rows = rows.select_related("subregion__parent")
    return {getattr(row, model.NATURAL_KEY): row for row in rows}


def tags_named(names: Collection[str]) -> dict[str, Tag]:
    """Name → the tag that has it, be it in another case. One query, two where not all stand as they are written."""
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    if others := [name for name in names if name not in found]:
        is_one = reduce(or_, (Q(name__iexact=name) for name in others))  # looks at every tag there is
        folded = {tag.name.casefold(): tag for tag in Tag.objects.filter(is_one).order_by("-pk")}
        found |= {name: folded[name.casefold()] for name in others if name.casefold() in folded}
    return found
