"""The thesaurus that comes with the catalogue, loaded without overwriting what staff have edited."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from practices.core import catalogue_version
from practices.discovery import reindexing
from practices.models import Concept, Objective


@dataclasses.dataclass(frozen=True)
class Loaded:
    """Numbers of concepts by what loading did to them."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    """Concepts that staff have edited or added."""


@transaction.atomic
def load_thesaurus(items: Sequence[dict[str, Any]]) -> Loaded:
    """Make the concepts equal to `items`, except for those that staff have edited or added. Idempotent.

    An item has "slug", "names" (language code → names), "related" (slugs) and "objectives" (numbers). Concepts that
    `items` lack are deleted. If something changes, practices are marked to be indexed anew. Raises KeyError for a related
    slug or an objective that does not exist.
    """
    catalogue_version.lock()
    before = _state()
    edited = set(Concept.objects.filter(is_edited=True).values_list("slug", flat=True))
    taken = [item for item in items if item["slug"] not in edited]
    Concept.objects.filter(is_edited=False).exclude(slug__in=[item["slug"] for item in taken]).delete()
    Concept.objects.bulk_create(
        [Concept(slug=item["slug"], names=item["names"]) for item in taken],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["names"],
    )
    keys = dict(Concept.objects.values_list("slug", "pk"))
    _link_objectives(taken, keys)
    _link_related(items, keys, edited)
    after = _state()
    if after != before:
        catalogue_version.bump(names_changed=True)
        reindexing.mark_all()
    return Loaded(
        added=len(after.keys() - before.keys()),
        changed=sum(after[slug] != before[slug] for slug in after.keys() & before.keys()),
        removed=len(before.keys() - after.keys()),
        kept=len(edited),
    )


def _state() -> dict[str, tuple[dict, list[str], list[int]]]:
    """Return slug → (names, related slugs, objectives) of all concepts."""
    return {
        concept.slug: (
            concept.names,
            sorted(other.slug for other in concept.related.all()),
            sorted(objective.number for objective in concept.objectives.all()),
        )
        for concept in Concept.objects.prefetch_related("related", "objectives")
    }


def _link_objectives(items: Sequence[dict[str, Any]], keys: dict[str, int]) -> None:
    numbers = dict(Objective.objects.values_list("number", "pk"))
    link = Concept.objectives.through
    link.objects.filter(concept__in=[keys[item["slug"]] for item in items]).delete()
    link.objects.bulk_create(
        link(concept_id=keys[item["slug"]], objective_id=numbers[number])
        for item in items
        for number in dict.fromkeys(item["objectives"])
    )


def _link_related(items: Sequence[dict[str, Any]], keys: dict[str, int], edited: set[str]) -> None:
    """Relate concepts both ways. Staff decide on all relations of the concepts that they have edited."""
    link = Concept.related.through
    pairs = {
        (keys[one], keys[other])
        for item in items
        for related in item["related"]
        for one, other in [(item["slug"], related), (related, item["slug"])]
        if item["slug"] not in edited and related not in edited
    }
    link.objects.filter(from_concept__is_edited=False, to_concept__is_edited=False).delete()
    link.objects.bulk_create(link(from_concept_id=one, to_concept_id=other) for one, other in sorted(pairs))
