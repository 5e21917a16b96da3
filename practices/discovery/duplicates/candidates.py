"""Practices that are worth comparing with a document, found through indexes and limited in number.

The work does not grow with the catalogue: each query has a limit, and looks for rare words, or for two words at once of
which one is not common.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched, chain, combinations

from practices.core import tokenizer
from practices.core.compound_select import Select, keys_of_each, select_of
from practices.core.titles import title_key
from practices.discovery import search, semantic, thesaurus
from practices.discovery.duplicates.profile import HARDLY, Profile, TitleWord, Weights
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
WORDS_AT_ONCE = 20_000
"""Words looked up by one statement. SQLite takes up to 32,766 parameters."""
START = 5
"""Letters by which words are taken for the same in a first, rough comparison."""


@dataclasses.dataclass(frozen=True)
class Sought:
    """A document for which practices are looked for."""

    profile: Profile
    title: str
    similarities: Mapping[int, float]
    """Practice → cosine similarity, of the practices nearest in meaning."""


def frequencies(lexemes: Iterable[str]) -> dict[str, int]:
    """Return lexeme → number of practices that have it, of each given lexeme. One query for each WORDS_AT_ONCE."""
    counts = dict.fromkeys(lexemes, 0)
    for words in batched(list(counts), WORDS_AT_ONCE, strict=False):
        counts.update(IndexedWord.objects.filter(word__in=words).values_list("word", "count"))
    return counts


def other_lexemes(profile: Profile) -> set[str]:
    """Return the lexemes, beside its words, under which practices with the same title may be indexed."""
    runs = [run for slug in _concepts(profile) for run in thesaurus.index_runs(slug)]
    return {*profile.initials, *chain.from_iterable(runs)}


def _concepts(profile: Profile) -> list[str]:
    return sorted({slug for word in profile.words for slug in word.concepts})


def with_same_source(source_page: str, *, limit: int) -> Select | None:
    """Return the SELECT of the newest practices with this page as their source; None for no page."""
    return (
        select_of(Practice.objects.published().filter(source_page=source_page)[:limit])
        if source_page
        else None
    )


def nearest_to_each(
    sought: Sequence[Sought], weights: Weights, *, of_source: int
) -> list[tuple[list[int], int]]:
    """Return the primary keys of the practices most worth comparing with each document in full.

    Beside them, the number of practices that have its source, up to `of_source`. A fixed number of queries.
    """
    corrections = _corrections([each.profile for each in sought], weights.counts)
    corrected = frequencies(form for terms in corrections for term in terms for form in term.forms)
    counts = {**corrected, **weights.counts}
    ways = [
        _ways(each, terms, counts, of_source=of_source)
        for each, terms in zip(sought, corrections, strict=True)
    ]
    found = _found(ways)
    titles = Practice.objects.published().filter(
        pk__in={key for each in found for way in each for key in way}
    )
    starts = {pk: starts_of(title) for pk, title in titles.values_list("pk", "title")}
    return [
        (_most_worth(each, [*keys, list(each.similarities)], starts, weights), len(keys[0]))
        for each, keys in zip(sought, found, strict=True)
    ]


def _ways(
    sought: Sought, corrections: list[Term], counts: Mapping[str, int], *, of_source: int
) -> list[Select | None]:
    """Return a SELECT for each way to find practices, that of the source first; None where there is nothing to find."""
    terms = _title_terms(sought.profile, corrections, counts)
    rare = [term for term, count in terms if count <= RARE]
    return [
        with_same_source(sought.profile.source_page, limit=of_source),
        _with_title(sought.title),
        search.newest_with(AnyOf(tuple(rare)), limit=MAX_FOUND) if rare else None,
        _with_two(terms, in_title=True),
        _with_two(_summary_terms(sought.profile, counts), in_title=False),
    ]


def _found(ways: Sequence[Sequence[Select | None]]) -> list[list[list[int]]]:
    """Return the keys that each way of each document finds."""
    with search.through_index():
        keys = iter(keys_of_each([way for each in ways for way in each if way]))
    return [[next(keys) if way else [] for way in each] for each in ways]


def _most_worth(
    sought: Sought, ways: Sequence[Sequence[int]], starts: Mapping[int, set[str]], weights: Weights
) -> list[int]:
    found = Counter(pk for way in ways for pk in way if pk in starts)
    words = sought_words(sought.profile, weights)
    return sorted(found, key=lambda pk: (-found[pk] - shared_weight(starts[pk], words), -pk))[:MAX_COMPARED]


def sought_words(profile: Profile, weights: Weights) -> dict[str, float]:
    """Return the beginnings of the words of a title, with their weights."""
    return {word.token[:START]: weights.of_word(word) for word in profile.words}


def starts_of(title: str) -> set[str]:
    """Return the beginnings of all words of a title."""
    return {token[:START] for token in tokenizer.tokens(title)}


def shared_weight(starts: Iterable[str], sought: Mapping[str, float]) -> float:
    """Return the weight of sought words in a title, given by the beginnings of its words. A rough measure."""
    return sum(sought.get(start, 0) for start in starts)


def _with_title(title: str) -> Select | None:
    key = title_key(title)
    return select_of(Practice.objects.published().filter(title_key=key)[:MAX_FOUND]) if key else None


type _Counted = list[tuple[Term, int]]
"""Terms, each with the number of practices that have it, rarest first."""


def _title_terms(profile: Profile, corrections: list[Term], counts: Mapping[str, int]) -> _Counted:
    """Return the terms of a title that a practice has: words, concepts, initials, and spellings of unknown words."""
    terms = [Term((word.token,), word.written, words=(tuple(word.forms),)) for word in profile.words]
    terms += [Term((slug,), slug, phrases=thesaurus.index_runs(slug)) for slug in _concepts(profile)]
    initials = [letters for letters in sorted(profile.initials) if 0 < counts.get(letters, 0) <= RARE]
    terms += [Term((letters,), letters, words=((letters,),)) for letters in initials]
    return _rarest([*terms, *corrections], counts)


def _corrections(profiles: Sequence[Profile], counts: Mapping[str, int]) -> list[list[Term]]:
    """Return terms for the words of each title that are spelt like the first few that no practice has."""
    unknown = [_unknown(profile, counts)[:MAX_CORRECTED] for profile in profiles]
    similar = search.similar_words_of_each(word.token for words in unknown for word in words)
    forms = {
        token: sorted({form for known in words for form in tokenizer.forms(known)})
        for token, words in similar.items()
    }
    return [
        [
            Term((word.token,), word.written, words=(tuple(forms[word.token]),))
            for word in words
            if forms[word.token]
        ]
        for words in unknown
    ]


def _unknown(profile: Profile, counts: Mapping[str, int]) -> list[TitleWord]:
    return [
        word
        for word in profile.words
        if word.thought == HARDLY and not any(counts.get(form) for form in word.forms)
    ]


def _summary_terms(profile: Profile, counts: Mapping[str, int]) -> _Counted:
    return _rarest([Term((each,), each, words=((each,),)) for each in sorted(profile.summary)], counts)


def _rarest(terms: Iterable[Term], counts: Mapping[str, int]) -> _Counted:
    counted = [(term, max((counts.get(each, 0) for each in term.lexemes), default=0)) for term in terms]
    return sorted(((term, count) for term, count in counted if count), key=lambda each: each[1])[:MAX_TERMS]


def _with_two(terms: _Counted, *, in_title: bool) -> Select | None:
    """Return the SELECT of practices that have two of the terms."""
    pairs: list[Node] = [
        AllOf((first, second))
        for (first, count), (second, _count) in combinations(terms, 2)
        if count <= COMMON
    ]
    return search.newest_with(AnyOf(tuple(pairs)), in_title=in_title, limit=MAX_FOUND) if pairs else None


def similarities(documents: Sequence[Mapping[str, object]]) -> list[dict[int, float]]:
    """Return practice → cosine similarity, of the practices nearest in meaning to each document."""
    near = semantic.nearest_to_documents(documents, limit=MAX_COMPARED, at_least=MIN_SIMILARITY)
    return [dict(practices) for practices in near]
