"""Rows that documents name by their natural keys."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from taggit.models import Tag

from practices.core.cache import cached_per_version
from practices.models import Country, Taxonomy

if TYPE_CHECKING:
    from django.db.models import QuerySet


def rows_named[Row: Taxonomy](model: type[Row], values: Iterable) -> list[Row]:
    """Return the rows of `model` with these keys, each once, in the order of `values`. Unknown keys are left out."""
    found = _rows_by_key(model)
    return [found[value] for value in dict.fromkeys(values) if value in found]


@cached_per_version(across_publications=True, in_process=True)
def _rows_by_key[Row: Taxonomy](model: type[Row]) -> dict[Any, Row]:
    rows = cast("QuerySet[Row]", model.objects.all())
    if model is Country:
        rows = rows.select_related("subregion__parent")
    return {getattr(row, model.NATURAL_KEY): row for row in rows}


def tags_named(names: Collection[str]) -> dict[str, Tag]:
    """Return the tag of each name, ignoring case; unknown names are left out.

    One query, or two where a name is written in another case than its tag.
    """
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    if others := [name for name in names if name not in found]:
        is_one = reduce(or_, (Q(name__iexact=name) for name in others))  # reads the whole table
        folded = {tag.name.casefold(): tag for tag in Tag.objects.filter(is_one).order_by("-pk")}
        found |= {name: folded[name.casefold()] for name in others if name.casefold() in folded}
    return found


def tags_for(names: Collection[str]) -> list[Tag]:
    """Return the tags of these names, each once, and create those that do not exist yet."""
    found = tags_named(names)
    for name in names:
        if name not in found:
            found[name], _created = Tag.objects.get_or_create(name__iexact=name, defaults={"name": name})
    return list(dict.fromkeys(found[name] for name in names))
