"""Practices that are worth comparing with a document, found through indexes and limited in number.

The work does not grow with the catalogue: each query has a limit, and looks for rare words, or for two words at once of
which one is not common.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain, combinations

from practices.core import tokenizer
from practices.core.titles import title_key
from practices.discovery import search, semantic, thesaurus
from practices.discovery.duplicates.profile import HARDLY, Profile, Weights
from practices.discovery.search import AllOf, AnyOf, Node, Term
from practices.models import IndexedWord, Practice

MAX_FOUND = 60
"""Practices that one query returns, the newest."""
MAX_COMPARED = 20
"""Practices that are compared in full."""
MAX_TERMS = 7
"""The rarest words of a text that are looked for, each with each."""
RARE, COMMON = 50, 20_000
"""A word that up to RARE practices have is looked for alone; one that more than COMMON have, only beside a rarer one."""
MAX_CORRECTED = 2
"""Words of a title that no practice has, and that may be mistyped."""
MIN_SIMILARITY = 0.65
"""Cosine similarity of two practices in meaning. A translation of one has about 0.7, in any language."""
START = 5
"""Letters by which words are taken for the same in a first, rough comparison."""


def frequencies(lexemes: Iterable[str]) -> dict[str, int]:
    """Return lexeme → number of practices that have it, of each given lexeme. One query."""
    sought = set(lexemes)
    found = IndexedWord.objects.filter(word__in=sought).values_list("word", "count")
    return dict.fromkeys(sought, 0) | dict(found)


def other_lexemes(profile: Profile) -> set[str]:
    """Return the lexemes, beside its words, under which practices with the same title may be indexed."""
    runs = [run for slug in _concepts(profile) for run in thesaurus.index_runs(slug)]
    return {*profile.initials, *chain.from_iterable(runs)}


def _concepts(profile: Profile) -> list[str]:
    return sorted({slug for word in profile.words for slug in word.concepts})


def with_same_source(source_page: str, *, limit: int) -> list[int]:
    """Return primary keys of the newest practices with this page as their source. One query, or none."""
    if not source_page:
        return []
    rows = Practice.objects.published().filter(source_page=source_page)
    return list(rows.values_list("pk", flat=True)[:limit])


def nearest(
    profile: Profile, title: str, weights: Weights, *, same_source: Iterable[int], similar: Iterable[int]
) -> list[int]:
    """Return primary keys of the practices that are most worth comparing in full."""
    counts = weights.counts
    terms = _title_terms(profile, counts)
    rare = [term for term, count in terms if count <= RARE]
    ways = [
        list(same_source),
        list(similar),
        _with_title(title),
        search.newest_with(AnyOf(tuple(rare)), limit=MAX_FOUND) if rare else [],
        _with_two(terms, in_title=True),
        _with_two(_summary_terms(profile, counts), in_title=False),
    ]
    found = Counter(pk for way in ways for pk in way)
    titles = dict(Practice.objects.published().filter(pk__in=found).values_list("pk", "title"))
    sought = sought_words(profile, weights)
    ranked = sorted(titles, key=lambda pk: (-found[pk] - shared_weight(titles[pk], sought), -pk))
    return ranked[:MAX_COMPARED]


def sought_words(profile: Profile, weights: Weights) -> dict[str, float]:
    """Return the beginnings of the words of a title, with their weights."""
    return {word.token[:START]: weights.of_word(word) for word in profile.words}


def shared_weight(title: str, sought: Mapping[str, float]) -> float:
    """Return the weight of sought words in a title, roughly."""
    return sum(sought.get(start, 0) for start in {token[:START] for token in tokenizer.tokens(title)})


def _with_title(title: str) -> list[int]:
    key = title_key(title)
    rows = Practice.objects.published().filter(title_key=key)
    return list(rows.values_list("pk", flat=True)[:MAX_FOUND]) if key else []


type _Counted = list[tuple[Term, int]]
"""Terms, each with the number of practices that have it, rarest first."""


def _title_terms(profile: Profile, counts: Mapping[str, int]) -> _Counted:
    """Return the terms of a title that a practice has: words, concepts, initials, and spellings of unknown words."""
    terms = [Term((word.token,), word.written, words=(tuple(word.forms),)) for word in profile.words]
    terms += [Term((slug,), slug, phrases=thesaurus.index_runs(slug)) for slug in _concepts(profile)]
    initials = [letters for letters in sorted(profile.initials) if 0 < counts.get(letters, 0) <= RARE]
    terms += [Term((letters,), letters, words=((letters,),)) for letters in initials]
    corrections = _corrections(profile, counts)
    if corrections:
        counts = {**counts, **frequencies(form for term in corrections for form in term.forms)}
    return _rarest([*terms, *corrections], counts)


def _corrections(profile: Profile, counts: Mapping[str, int]) -> list[Term]:
    """Return terms for the words that are spelt like the first few that no practice has."""
    unknown = [
        word
        for word in profile.words
        if word.thought == HARDLY and not any(counts.get(form) for form in word.forms)
    ]
    terms = []
    for word in unknown[:MAX_CORRECTED]:
        forms = {form for known in search.similar_words(word.token) for form in tokenizer.forms(known)}
        if forms:
            terms.append(Term((word.token,), word.written, words=(tuple(sorted(forms)),)))
    return terms


def _summary_terms(profile: Profile, counts: Mapping[str, int]) -> _Counted:
    return _rarest([Term((each,), each, words=((each,),)) for each in sorted(profile.summary)], counts)


def _rarest(terms: Iterable[Term], counts: Mapping[str, int]) -> _Counted:
    counted = [(term, max((counts.get(each, 0) for each in term.lexemes), default=0)) for term in terms]
    return sorted(((term, count) for term, count in counted if count), key=lambda each: each[1])[:MAX_TERMS]


def _with_two(terms: _Counted, *, in_title: bool) -> list[int]:
    """Return practices that have two of the terms."""
    pairs: list[Node] = [
        AllOf((first, second))
        for (first, count), (second, _count) in combinations(terms, 2)
        if count <= COMMON
    ]
    return search.newest_with(AnyOf(tuple(pairs)), in_title=in_title, limit=MAX_FOUND) if pairs else []


def similarities(document: Mapping[str, object]) -> dict[int, float]:
    """Return practice → cosine similarity, of the practices nearest in meaning."""
    return dict(semantic.nearest_to_document(dict(document), limit=MAX_COMPARED, at_least=MIN_SIMILARITY))
