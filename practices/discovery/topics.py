"""Topics: the concepts of the thesaurus that practices are about."""

from itertools import batched

from practices.core import catalogue_version
from practices.core.cache import cached_per_version
from practices.discovery import search, thesaurus
from practices.models import IndexedWord

BATCH = 5_000
"""Lexemes looked up by one query."""
MANY = 100
"""Words that as many practices have are taken to occur together in one of them, as looking for it would take long."""


@cached_per_version
def in_use() -> frozenset[str]:
    """Return the slugs of the concepts of which a practice has a name."""
    with catalogue_version.reading():
        phrases = {concept: thesaurus.phrases(concept) for concept in thesaurus.concepts()}
    counts = _counts({lexeme for runs in phrases.values() for run in runs for lexeme in run})
    found, uncertain = set(), {}
    for concept, runs in phrases.items():
        known = [run for run in runs if all(map(counts.get, run))]
        if any(len(run) == 1 or min(map(counts.__getitem__, run)) >= MANY for run in known):
            found.add(concept)
        elif known:
            uncertain[concept] = search.Term((concept,), phrases=tuple(known))
    return frozenset(found | search.terms_in_use(uncertain))


def _counts(lexemes: set[str]) -> dict[str, int]:
    """Return lexeme → number of practices that have it, for those that any has."""
    found: dict[str, int] = {}
    for batch in batched(sorted(lexemes), BATCH, strict=False):
        found.update(IndexedWord.objects.filter(word__in=batch).values_list("word", "count"))
    return found
