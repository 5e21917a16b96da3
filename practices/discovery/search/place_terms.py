"""Places in a search text: a country by any of its names finds the practices of that country."""

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import groupby

from practices.core import places, tokenizer
from practices.core.places import Area, Mention, OneCountry, SeveralCountries
from practices.discovery.search.entry import place_lexeme
from practices.discovery.search.query import Term


def with_places(terms: Sequence[Term]) -> list[Term]:
    """Return the terms with those that together name a place made one, which the practices of that place have.

    Quoted words stay as they are.
    """
    found: list[Term] = []
    for is_plain, group in groupby(terms, key=_is_plain):
        if is_plain:
            found += _joined(list(group))
        else:
            found += [each for term in group for each in _joined([term])]
    return found


def near_places(term: Term) -> dict[str, Term]:
    """Return the countries whose name is spelt almost like an unknown word: name → the term that finds its practices."""
    return {
        places.names_of(code)[0]: dataclasses.replace(
            term, words=(), phrases=((place_lexeme(code),),), is_place=True
        )
        for code in places.near(term.typed)
    }


def _is_plain(term: Term) -> bool:
    """Return whether a term may be a word of a name of several words: it has no sign and names nothing yet."""
    return not (term.excluded or term.required or term.prefix or term.concepts or " " in term.typed)


def _joined(terms: Sequence[Term]) -> Iterator[Term]:
    done = 0
    if any(term.exact or term.prefix or term.concepts for term in terms):
        yield from terms
        return
    for mention in places.mentions([term.typed for term in terms]):
        yield from terms[done : mention.start]
        yield _place(terms[mention.start : mention.stop], mention)
        done = mention.stop
    yield from terms[done:]


def _place(terms: Sequence[Term], mention: Mention) -> Term:
    """Build the term of a place. Its name is found as it is written: the stem of Нигерия is Нигер."""
    tokens = tuple(token for term in terms for token in term.tokens)
    typed = " ".join(term.typed for term in terms)
    written = tokenizer.runs(typed) if mention.is_people else [tokens, ("".join(tokens),)]
    lexemes = [(place_lexeme(code),) for code in _codes(mention)]
    return dataclasses.replace(
        terms[0],
        tokens=tokens,
        typed=typed,
        words=(),
        phrases=tuple(dict.fromkeys([*written, *lexemes])),
        is_place=True,
    )


def _codes(mention: Mention) -> Sequence[str]:
    match mention.meaning:
        case OneCountry(code):
            return [code]
        case SeveralCountries(codes):
            return codes
        case Area(codes=codes, regions=regions):
            return [*codes, *regions]
    return []
