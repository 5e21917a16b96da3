"""From a search text to terms: without stop words, with the other names of the concepts and places that it mentions."""

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import pairwise

from practices.core import tokenizer
from practices.discovery import thesaurus
from practices.discovery.search.place_terms import with_places
from practices.discovery.search.query import Run, Term, parse, soft_term, without_stop_words


@dataclasses.dataclass(frozen=True)
class _Word:
    """A word that may name a concept: a term, or one sign of a term in a script without spaces."""

    term: Term
    typed: str


def interpret(text: str) -> list[Term]:
    """Return the terms of a search text. Empty if it contains no words, or only excluded ones."""
    terms = without_stop_words(with_places(list(_with_concepts(parse(text)))))
    return _with_joined_words(terms) if any(not term.excluded for term in terms) else []


def _with_concepts(terms: Sequence[Term]) -> Iterator[Term]:
    """Yield the terms, with those that name a concept in one."""
    words = [word for term in terms for word in _words(term)]
    mentions: dict[tuple[int, int], list[str]] = {}
    for mention in thesaurus.concepts_in([word.typed for word in words]):
        mentions.setdefault((mention.start, mention.stop), []).append(mention.concept)
    place = 0
    for start, stop in [*mentions, (len(words), len(words))]:
        yield from _plain_terms(words[place:start])
        place = start
        if (start, stop) in mentions:
            yield _concept_term(words[start:stop], mentions[start, stop])
            place = stop


def _words(term: Term) -> list[_Word]:
    if term.exact or term.excluded or term.prefix:
        return [_Word(term, "")]  # names nothing, and parts the words around it
    if len(term.tokens) > 1 and "".join(term.tokens) == term.typed:
        return [_Word(term, token) for token in term.tokens]
    return [_Word(term, term.typed)]


def _plain_terms(words: Sequence[_Word]) -> Iterator[Term]:
    """Yield the terms of words. Of one whose other signs name a concept, the signs that are left are a term."""
    for term in dict.fromkeys(word.term for word in words):
        typed = [word.typed for word in words if word.term == term]
        yield term if len(typed) == len(_words(term)) else soft_term("".join(typed))


def _concept_term(words: Sequence[_Word], concepts: Sequence[str]) -> Term:
    """Build the term of words that name concepts: it occurs where each word does, or another name."""
    together = len({word.term for word in words}) == 1
    typed = ("" if together else " ").join(word.typed for word in words)
    tokens = tuple(tokenizer.tokens(typed))
    names: list[Run] = [run for concept in concepts for run in thesaurus.phrases(concept)]
    apart = without_stop_words([soft_term(word.written) for word in tokenizer.words(typed)])
    return Term(
        tokens,
        typed,
        words=() if together and len(tokens) > 1 else tuple(each for term in apart for each in term.words),
        phrases=tuple(dict.fromkeys([*(tokenizer.runs(typed) if len(tokens) > 1 else ()), *names])),
        required=any(word.term.required for word in words),
        concepts=tuple(concepts),
    )


def _with_joined_words(terms: list[Term]) -> list[Term]:
    """Return the terms, with two words that follow each other also found where they are written as one."""
    joined: dict[Term, list[Run]] = {}
    for first, second in pairwise(terms):
        if first.is_word and second.is_word:
            for term in (first, second):
                joined.setdefault(term, []).extend(
                    (form,) for form in tokenizer.forms(first.typed + second.typed)
                )
    return [
        dataclasses.replace(term, phrases=(*term.phrases, *joined[term])) if term in joined else term
        for term in terms
    ]
