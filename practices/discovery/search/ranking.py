"""Ranked search: practices with all terms first, then those with most of them, each list best first.

A search text is read in two ways. Subscriptions, feeds and exports want practices with every term. The page of results
adds practices that have enough of them: terms weigh the more the fewer practices have them, and a practice is found if
its terms make up COVERAGE of the weight of all. That condition is a plain expression of "and" and "or", so both
databases find and count the same practices through their index; the order is computed here, from the words of a
limited number of them.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from math import log

from practices.discovery.search.entry import GAP
from practices.discovery.search.query import Term

MAX_COUNTED = 10_000
"""Counts of results stop one beyond."""
COVERAGE = 0.36
"""Share of the weight of all terms that a practice needs to be found."""
MANY_WORDS, COVERAGE_OF_MANY = 3, 0.22
"""The share instead, for a text of at least so many telling terms that practices have. Such texts are sentences, of
which a practice on their subject has few words: it says the same in others."""
SMALL = 2_000
"""Practices of a catalogue up to which that holds. In a larger one, enough of them have more of the words, and the
condition would drag in all that have a common one."""
MAX_WEIGHED = 8
"""Terms that count for coverage: the heaviest. More would make long expressions."""
PRECISION = 4
"""Weights are whole numbers, so that sums of them are the same everywhere."""
BASE = 1.0
"""Weight of a term that every practice has."""
LIGHT, UNKNOWN = 0.2, 2.5
"""Factors of the weight of words that say little, and of words that no practice has."""
FOREIGN = 0.5
"""Factor of the weight of words that no practice has, in a language that practices are hardly written in: that they lack
the word says nothing about their subject."""
PARTS = (6.0, 2.0, 1.0, 1.0)
"""Weights of an occurrence in title, head, names and body."""
OTHER_NAME = 0.3
"""Factor of an occurrence of another name or spelling of a word."""
SATURATION = 1.5
"""k1 of BM25: the higher, the more further occurrences count."""
MAX_OCCURRENCES = 5
"""Occurrences in one part that count."""


@dataclasses.dataclass(frozen=True)
class AllOf:
    parts: tuple["Node", ...]


@dataclasses.dataclass(frozen=True)
class AnyOf:
    parts: tuple["Node", ...]


type Node = Term | AllOf | AnyOf
"""A condition on the terms of a practice."""


@dataclasses.dataclass(frozen=True)
class Query:
    """A condition for the engines: what is wanted, at least one key of each list of facet keys, and nothing unwanted."""

    wanted: Node
    unwanted: tuple[Term, ...] = ()
    facet_keys: tuple[tuple[str, ...], ...] = ()


@dataclasses.dataclass(frozen=True)
class Hit:
    """A practice in the results of a search."""

    practice: int
    missing: tuple[str, ...] = ()
    """Typed words that the practice lacks."""
    by_meaning: bool = False
    """True for a practice that was found by its meaning alone."""


def strict_query(terms: Sequence[Term], facet_keys: Sequence[Sequence[str]] = ()) -> Query:
    """Build the query for practices that have every term."""
    return Query(
        AllOf(tuple(term for term in terms if not term.excluded)),
        tuple(term for term in terms if term.excluded),
        tuple(map(tuple, facet_keys)),
    )


@dataclasses.dataclass(frozen=True)
class WeighedTerm:
    term: Term
    weight: int
    """The higher, the fewer practices have the term."""
    is_known: bool


def weigh(terms: Sequence[Term], frequencies: Mapping[str, int], size: int) -> list[WeighedTerm]:
    """Weigh the wanted terms by the number of practices that have their lexemes, in a catalogue of `size` practices."""
    weighed = []
    wanted = {term: _estimate(term, frequencies, size) for term in terms if not term.excluded}
    unknown = _unknown_factor(wanted, frequencies)
    for term, frequency in wanted.items():
        weight = BASE + log((size + 1) / (min(frequency, size) + 0.5))
        if term.is_light:
            weight *= LIGHT
        elif not frequency:
            weight *= unknown
        weighed.append(WeighedTerm(term, max(1, round(PRECISION * weight)), is_known=frequency > 0))
    return weighed


def _estimate(term: Term, frequencies: Mapping[str, int], size: int) -> int:
    return size // 20 if term.prefix else _frequency(term, frequencies)


def _unknown_factor(estimates: Mapping[Term, int], frequencies: Mapping[str, int]) -> float:
    """Return the factor of the weight of words that no practice has.

    They say that a text is on another subject, but for one in another language, and one that names a concept and
    something else of which there are practices.
    """
    if any(_is_foreign(term, frequencies) for term in estimates):
        return FOREIGN
    known = [term for term, frequency in estimates.items() if frequency and not term.is_light]
    subjects = {term.concepts or term.tokens for term in known}
    is_of_the_field = len(subjects) > 1 and any(term.concepts for term in known)
    return 1.0 if is_of_the_field else UNKNOWN


def _is_foreign(term: Term, frequencies: Mapping[str, int]) -> bool:
    """Return whether practices have a term under other names alone, or cannot have it because of its script."""
    if term.excluded or any(frequencies.get(form) for form in term.forms):
        return False
    return term.is_foreign or (not term.text.isascii() and not _frequency(term, frequencies))


def _frequency(term: Term, frequencies: Mapping[str, int]) -> int:
    """Estimate how many practices have a term: no more than have the rarest word of the most frequent alternative."""
    words = [max(frequencies.get(form, 0) for form in forms) for forms in term.words]
    phrases = [min(frequencies.get(lexeme, 0) for lexeme in run) for run in term.phrases]
    return max([min(words, default=0), *phrases])


def enough_of(weighed: Sequence[WeighedTerm], size: int) -> Node | None:
    """Return the condition that one of `size` practices has enough of the terms; None if nothing can meet it."""
    required = [each for each in weighed if each.term.required]
    optional = sorted((each for each in weighed if not each.term.required), key=lambda each: -each.weight)
    counted = optional[:MAX_WEIGHED]
    total = sum(each.weight for each in (*required, *counted))
    telling = sum(each.is_known and not each.term.is_light for each in weighed)
    coverage = COVERAGE_OF_MANY if telling >= MANY_WORDS and size <= SMALL else COVERAGE
    needed = coverage * total - sum(each.weight for each in required)
    some = _some_of([each for each in counted if each.is_known], needed)
    if some is None:
        return None
    parts = (*(each.term for each in required), *([] if some is _ALWAYS else [some]))
    return AllOf(parts) if parts else None


_ALWAYS = AllOf(())


def _some_of(weighed: list[WeighedTerm], needed: float) -> Node | None:
    """Return the condition that terms, heaviest first, weigh at least `needed` together; None if all weigh less."""
    if needed <= 0:
        return _ALWAYS
    if sum(each.weight for each in weighed) < needed:
        return None
    first, others = weighed[0], weighed[1:]
    with_first, without = _some_of(others, needed - first.weight), _some_of(others, needed)
    alternatives: list[Node] = []
    if with_first is not None:
        alternatives.append(first.term if with_first is _ALWAYS else AllOf((first.term, with_first)))
    if without is not None:
        alternatives.append(without)
    return alternatives[0] if len(alternatives) == 1 else AnyOf(tuple(alternatives))


class Scorer:
    """Scores practices by the words of their entries."""

    def __init__(self, weighed: Sequence[WeighedTerm]):
        self.weighed = [
            (
                each,
                [f" {' '.join(run)} " for run in each.term.phrases],
                [[f" {form} " for form in forms] for forms in each.term.words],
            )
            for each in weighed
        ]

    def score(self, columns: Sequence[str]) -> tuple[float, tuple[str, ...]]:
        """Return how well a practice fits (BM25F), and which of the terms it lacks. `columns` are its entry's."""
        texts = [f" {column} " for column in columns]
        whole = "".join(texts)
        total, missing = 0.0, []
        for each, phrases, words in self.weighed:
            found = [_in_texts(phrase, texts) for phrase in phrases if phrase in whole]
            if words:
                found = [OTHER_NAME * occurrences for occurrences in found]
                each_word = [[_in_texts(form, texts) for form in forms if form in whole] for forms in words]
                found.append(min(max(occurrences, default=0.0) for occurrences in each_word))
            if each.term.prefix:
                found.append(_in_texts(f" {each.term.text}", texts))
            occurrences = max(found, default=0.0)
            if occurrences:
                total += each.weight * occurrences * (SATURATION + 1) / (occurrences + SATURATION)
            else:
                missing.append(each.term.typed)
        return total, tuple(missing)


def _in_texts(sought: str, texts: Sequence[str]) -> float:
    """Return the weighted number of occurrences in the columns of an entry."""
    return sum(
        PARTS[place // 2] * min(text.count(sought), MAX_OCCURRENCES)
        for place, text in enumerate(texts)
        if sought in text
    )


def lexemes_in(columns: Sequence[str]) -> set[str]:
    """Return the lexemes of an entry."""
    return {lexeme for column in columns for lexeme in column.split(" ") if lexeme} - {GAP.strip()}
