"""Rows that documents name by their natural keys."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from taggit.models import Tag

from practices.core.cache import cached_per_version
from practices.core.titles import folded, tag_key
from practices.core.tokenizer import fold
from practices.models import ALL_PRACTICES, Concept, Country, FacetCount, Taxonomy

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAX_OFFERED_TAGS = 300
"""Tags that are offered beside concepts: the most used ones."""


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


@cached_per_version(across_publications=True, in_process=True)
def names_of(model: type[Taxonomy]) -> dict[str, str]:
    """Return the key of each row by its names in all languages, with and without the key before them, folded.

    A name that several rows have is left out.
    """
    keys: dict[str, set[str]] = {}
    for key, row in _rows_by_key(model).items():
        columns = [column for column in row.TRANSLATED if column in _NAMES]
        texts = [getattr(row, column) for column in columns]
        texts += [row.translation(column, code) for code, _name in settings.LANGUAGES for column in columns]
        for name in (str(row), *texts):
            for form in (name, f"{key} {name}"):
                keys.setdefault(folded(form), set()).add(str(key))
    keys.pop("", None)
    return {name: min(found) for name, found in keys.items() if len(found) == 1}


_NAMES = ("title", "short_label", "short_title", "name")
"""Columns of taxonomies that name their rows."""


def tags_named(names: Collection[str]) -> dict[str, Tag]:
    """Return the tag of each name, compared by `titles.tag_key`; unknown names are left out.

    One query, or two where a name is not spelled as its tag.
    """
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    if others := [name for name in names if name not in found]:
        tags = {tag_key(tag.name): tag for tag in Tag.objects.order_by("-pk")}
        found |= {name: tags[tag_key(name)] for name in others if tag_key(name) in tags}
    return found


def tags_for(names: Collection[str]) -> dict[str, Tag]:
    """Return the tag of each name, and create those that do not exist yet."""
    found = tags_named(names)
    created: dict[str, Tag] = {}
    for name in names:
        if name not in found:
            key = tag_key(name)
            created[key] = created.get(key) or Tag.objects.get_or_create(name=name)[0]
            found[name] = created[key]
    return found


@cached_per_version
def offered_tags(longest: int) -> list[str]:
    """Return names to offer where people type tags: those of concepts, and tags that practices have, from A to Z.

    None is longer than `longest` characters.
    """
    used = FacetCount.objects.filter(scope=ALL_PRACTICES, facet="tag", count__gt=0).order_by("-count", "key")
    slugs = [key.removeprefix("tag:") for key in used.values_list("key", flat=True)[:MAX_OFFERED_TAGS]]
    tags = Tag.objects.filter(slug__in=slugs).values_list("name", flat=True)
    concepts = (_as_tag(concept, longest) for concept in Concept.objects.visible())
    return sorted({tag_key(name): name for name in (*tags, *concepts) if name}.values(), key=fold)


def _as_tag(concept: Concept, longest: int) -> str:
    """Return the first name of a concept that a tag can have; "" if there is none."""
    names = concept.names.get(concept.language, [])
    return next((name for name in names if "," not in name and len(name) <= longest), "")
