"""The rows that a document names by their natural keys."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from taggit.models import Tag

from practices import versions
from practices.documents.fields import Document
from practices.models import Country, Taxonomy

if TYPE_CHECKING:
    from django.db.models import QuerySet


def rows_named[Row: Taxonomy](model: type[Row], values: Iterable) -> list[Row]:
    """The rows of `model` that `values` name, in the order of `values`; unknown ones are left out."""
    found = versions.remembered(f"rows of {model.__name__}", lambda: _by_key(model))
    return [found[value] for value in values if value in found]


def countries_of(document: Document) -> list[Country]:
    """Its countries, each with the regions it lies in."""
    return rows_named(Country, document["countries"])


def _by_key[Row: Taxonomy](model: type[Row]) -> dict[Any, Row]:
    rows = cast("QuerySet[Row]", model.objects.all())
    if model is Country:
        rows = rows.select_related("subregion__parent")
    return {getattr(row, model.NATURAL_KEY): row for row in rows}


def tags_named(names: Iterable[str]) -> dict[str, Tag]:
    """Name, casefolded → the tag that has it in whatever case, the first made where several do. One query."""
    is_named = reduce(or_, (Q(name__iexact=name) for name in names))
    return {tag.name.casefold(): tag for tag in Tag.objects.filter(is_named).order_by("-pk")}
