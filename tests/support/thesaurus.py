"""Concepts for tests, which begin with an empty thesaurus."""

from practices.core import catalogue_version
from practices.models import Concept, Objective


def make_concept(slug, *, is_hidden=False, related=(), objectives=(), **names):
    """Create a concept with `names`: language code → list of names, about `objectives` by their numbers."""
    concept = Concept.objects.create(slug=slug, names=names, is_hidden=is_hidden)
    concept.related.set(related)
    concept.objectives.set(Objective.objects.filter(number__in=objectives))
    catalogue_version.bump(names_changed=True)
    return concept
