"""Topics: the concepts of the thesaurus that practices are about."""

from practices.core import catalogue_version
from practices.core.cache import cached_per_version
from practices.discovery import search, thesaurus
from practices.models import IndexedWord


@cached_per_version
def in_use() -> frozenset[str]:
    """Return the slugs of the concepts that a practice mentions."""
    with catalogue_version.reading():
        runs = {concept: thesaurus.index_runs(concept) for concept in thesaurus.concepts()}
    lexemes = {run[0] for its in runs.values() for run in its if len(run) == 1}
    known = set(IndexedWord.objects.filter(word__in=lexemes, count__gt=0).values_list("word", flat=True))
    found = {
        concept for concept, its in runs.items() if any(len(run) == 1 and run[0] in known for run in its)
    }
    phrases = {
        concept: search.Term((concept,), phrases=its)
        for concept, its in runs.items()
        if concept not in found and any(len(run) > 1 for run in its)
    }
    return frozenset(found | search.terms_in_use(phrases))
