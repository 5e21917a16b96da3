"""Search results in context, with the matching words marked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import contains

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from practices.core import tokenizer
from practices.discovery.search.query import Run, Term

CONTEXT = 90
"""Characters of context on either side of the first hit."""


class Highlighter:
    """Finds and marks the words that match search terms, in texts of one language."""

    def __init__(self, terms: Sequence[Term], language: str):
        wanted = [term for term in terms if not term.excluded]
        self.language = language
        self.prefixes = tuple(term.text for term in wanted if term.prefix)
        self.forms = {form for term in wanted for form in term.forms}
        self.phrases = {run for term in wanted for run in (*term.phrases, *term.names)}
        self.by_first_lexeme: dict[str, list[Run]] = defaultdict(list)
        for phrase in self.phrases:
            self.by_first_lexeme[phrase[0]].append(phrase)

    def hits(self, text: str) -> list[tuple[int, int]]:
        """Return (start, end) of each hit in `text`, in order. None is inside another."""
        words = tokenizer.words(text)
        lexemes = [tokenizer.lexemes(word, self.language) for word in words]
        found = {index for index, each in enumerate(lexemes) if self._is_hit(each)}
        for index, each in enumerate(lexemes):
            for phrase in chain.from_iterable(self.by_first_lexeme.get(lexeme, ()) for lexeme in each):
                following = lexemes[index : index + len(phrase)]
                if len(following) == len(phrase) and all(map(contains, following, phrase)):
                    found.update(range(index, index + len(phrase)))
        hits: list[tuple[int, int]] = []
        for index in sorted(found):
            word = words[index]
            if not hits or hits[-1][1] <= word.start:
                hits.append((word.start, word.compound_end if self._is_hit_as_compound(word) else word.end))
        return hits

    def _is_hit(self, lexemes: tuple[str, ...]) -> bool:
        return not self.forms.isdisjoint(lexemes) or (
            bool(self.prefixes) and lexemes[0].startswith(self.prefixes)
        )

    def _is_hit_as_compound(self, word: tokenizer.Word) -> bool:
        """Return whether what matches is the whole compound that starts with a word: “e-migrate” for “emigrate”."""
        whole = tokenizer.compound_lexemes(word, self.language)
        return any(lexeme in self.forms or (lexeme,) in self.phrases for lexeme in whole)

    def highlight(self, text: str) -> SafeString:
        """Return `text` as HTML with every hit in <mark>."""
        return mark_hits(text, self.hits(text))

    def excerpt(self, texts: Iterable[str]) -> SafeString:
        """Return the first hit in `texts` with its context as HTML; empty if there is none."""
        for text in texts:
            hits = self.hits(text)
            if not hits:
                continue
            start = _word_start(text, hits[0][0] - CONTEXT)
            end = len(text) if hits[0][1] + CONTEXT >= len(text) else _word_start(text, hits[0][1] + CONTEXT)
            within = [(first - start, last - start) for first, last in hits if last <= end]
            before, after = ("… " if start else ""), (" …" if end < len(text) else "")
            return mark_safe(before + mark_hits(text[start:end].rstrip(), within) + after)  # noqa: S308 - escaped
        return SafeString("")


def mark_hits(text: str, hits: Sequence[tuple[int, int]]) -> SafeString:
    """Return `text` as HTML with what is between (start, end) of each hit in <mark>."""
    parts, done = [], 0
    for start, end in hits:
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return mark_safe("".join([*parts, escape(text[done:])]))  # noqa: S308 - every piece is escaped


def _word_start(text: str, position: int) -> int:
    """Return where the word at `position` starts."""
    return text.rfind(" ", 0, position) + 1 if position > 0 else 0
