"""The score of two documents: how likely they describe the same practice, and the reason in words."""

import dataclasses
from collections.abc import Callable
from functools import cached_property
from math import sqrt

from django.utils.translation import gettext as _

from practices.discovery.duplicates.profile import Profile, TitleWord, Weights

ALIKE = 0.9
"""Factor of the weight of a word that is only spelt almost like a word of the other title."""
SAME_CONCEPT = 0.6
"""Factor of the weight of a word that is another name, in the same language, of what the other title names."""
NEARLY_WHOLE = 0.8
"""Share of a title from which it counts as contained in the other one."""
ENOUGH_WEIGHT = 2.0
"""Weight of the shared words of two titles from which more of them prove nothing more."""
TELLING_WEIGHT = 1.0
"""Weight of shared words from which a title that the other one contains tells enough: “Desks” does not."""
COPIED = 0.9
"""Overlap of two summaries, of at least COPIED_WORDS, from which one is a copy of the other."""
COPIED_WORDS = 12
"""Words from which the same summary is hardly chance: “Training for migrants” is."""
SIMILAR_SUMMARY = 0.5
"""Overlap of two summaries from which they are called similar."""
LEAST_OVERLAP = 0.35
"""Overlap of the summaries of practices of the same kind in one country."""
LEAST_SIMILARITY = 0.5
"""Cosine similarity that practices of the same field often have."""


class Pair:
    """Two documents, as the signals look at them."""

    def __init__(
        self,
        first: Profile,
        second: Profile,
        weights: Weights,
        *,
        similarity: float | None = None,
        is_listing: bool = False,
    ) -> None:
        self.first, self.second, self.weights = first, second, weights
        self.similarity = similarity
        """Cosine similarity in meaning; None if unknown."""
        self.is_listing = is_listing
        """True if the source of the first is a page that lists several practices."""

    @cached_property
    def matches(self) -> tuple[list[float], list[float]]:
        """Match of each word of the first title, and of the second, in the other title, from 0 to 1."""
        first, second = self.first, self.second
        factors = [[self._match(word, other) for other in second.words] for word in first.words]
        return (
            [
                1.0 if word.token in second.initials else max(row, default=0)
                for word, row in zip(first.words, factors, strict=True)
            ],
            [
                1.0 if word.token in first.initials else max((row[place] for row in factors), default=0)
                for place, word in enumerate(second.words)
            ],
        )

    def _match(self, word: TitleWord, other: TitleWord) -> float:
        if not word.forms.isdisjoint(other.forms):
            return 1
        if not word.concepts.isdisjoint(other.concepts):
            return SAME_CONCEPT if self.first.language == self.second.language else 1
        return ALIKE if word.is_spelt_like(other) else 0

    @cached_property
    def contained(self) -> tuple[float, float]:
        """Share of each title, by weight, that the other title has."""
        return self._share(self.first, self.matches[0]), self._share(self.second, self.matches[1])

    @cached_property
    def said(self) -> tuple[float, float]:
        """Share of each title, by weight, that the other document says anywhere."""
        return (
            self._share(self.first, _in_text(self.first, self.second, self.matches[0])),
            self._share(self.second, _in_text(self.second, self.first, self.matches[1])),
        )

    def _share(self, profile: Profile, factors: list[float]) -> float:
        weights = [self.weights.of_word(word) for word in profile.words]
        return sum(map(float.__mul__, weights, factors)) / sum(weights) if weights else 0

    @cached_property
    def shared_weight(self) -> float:
        """Weight of the words that both titles have, as written in the title in which they weigh more."""
        sides = zip((self.first.words, self.second.words), self.matches, strict=True)
        return max(
            sum(self.weights.of_word(word) * factor for word, factor in zip(words, factors, strict=True))
            for words, factors in sides
        )

    @cached_property
    def shared_names(self) -> list[TitleWord]:
        """Names in one of the titles that the other document has too, but not those of organisations."""
        organisations = self.first.organisation_words | self.second.organisation_words
        return [
            word
            for own, other in ((self.first, self.second), (self.second, self.first))
            for word in own.words
            if word.is_name and word.token not in organisations and _has_name(other, word)
        ]

    @cached_property
    def overlap(self) -> float:
        """Cosine of the weighted words of both summaries; 0 without a summary."""
        common = self.weights.squares(self.first.summary & self.second.summary)
        if not common:
            return 0
        return common / sqrt(
            self.weights.squares(self.first.summary) * self.weights.squares(self.second.summary)
        )

    @property
    def is_copied(self) -> bool:
        """True if the summaries are almost the same text, whatever the titles and countries."""
        return self.overlap >= COPIED and len(self.first.summary & self.second.summary) >= COPIED_WORDS

    @cached_property
    def score(self) -> float:
        """Log-odds that both describe the same practice."""
        return BIAS + sum(signal.weight * signal.measure(self) for signal in SIGNALS)

    @property
    def is_likely(self) -> bool:
        return self.score > 0

    @property
    def reason(self) -> str:
        """Return the strongest signal in words for people."""
        return next(str(reason(self)) for reason, holds in REASONS if holds(self))

    @property
    def has_same_title(self) -> bool:
        return bool(self.first.folded_title) and self.first.folded_title == self.second.folded_title

    @property
    def same_names(self) -> list[TitleWord]:
        """Names that stand in both titles."""
        in_both = {word.token for word in self.first.words} & {word.token for word in self.second.words}
        return [word for word in self.shared_names if word.token in in_both]

    @property
    def mentioned_names(self) -> list[TitleWord]:
        """Names in one of the titles that the other document mentions anywhere in the same spelling."""
        return [
            word
            for word in self.shared_names
            if all(
                word.token in profile.lexemes or word.forms & profile.lexemes
                for profile in (self.first, self.second)
            )
        ]

    def telling(self, names: list[TitleWord]) -> str:
        """Return the name of the greatest weight, as it is written."""
        return max(names, key=self.weights.of_word).written

    @property
    def abbreviation(self) -> str:
        """A word of one title whose letters are the initials of words of the other; empty for none."""
        sides = (self.first, self.second), (self.second, self.first)
        found = (word.written for own, other in sides for word in own.words if word.token in other.initials)
        return next(found, "")

    @property
    def same_place(self) -> float:
        """1 if the documents name the same country, a half if neither names any."""
        ours, theirs = self.first.countries, self.second.countries
        if ours & theirs:
            return 1
        return 0 if ours or theirs else 0.5

    def if_telling(self, share: float) -> float:
        """Return how far a share of a title is above NEARLY_WHOLE, less so if the shared words say little."""
        return _above(share, NEARLY_WHOLE) * min(1, self.shared_weight / TELLING_WEIGHT)

    @property
    def is_elsewhere(self) -> bool:
        """True if the titles, or else the documents, name different countries."""
        return _differ(self.first.title_countries, self.second.title_countries) or _differ(
            self.first.countries, self.second.countries
        )

    @property
    def has_same_source(self) -> bool:
        source = self.first.source_page
        return bool(source) and source == self.second.source_page and not self.is_listing


def _in_text(own: Profile, other: Profile, factors: list[float]) -> list[float]:
    return [
        factor if word.forms.isdisjoint(other.lexemes) else 1.0
        for word, factor in zip(own.words, factors, strict=True)
    ]


def _has_name(profile: Profile, name: TitleWord) -> bool:
    return not name.forms.isdisjoint(profile.lexemes) or any(
        word.is_name and word.is_spelt_like(name) for word in profile.words
    )


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Return whether two lists of countries differ: neither is part of the other, and less than half are the same."""
    return not (ours <= theirs or theirs <= ours) and 2 * len(ours & theirs) <= min(len(ours), len(theirs))


def _above(value: float, least: float) -> float:
    """Return how far a value is above the least, as a share of what it can be."""
    return max(0.0, (value - least) / (1 - least))


# Signals ---------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Signal:
    """A property of two documents that speaks for their describing the same practice, or against it."""

    name: str
    weight: float
    """Log-odds that a measure of 1 adds."""
    measure: Callable[[Pair], float]
    """From 0 to 1."""


BIAS = -4.1
"""Log-odds of two documents without any signal."""
SIGNALS = (
    Signal("share of a title in the other", 1.0, lambda pair: max(pair.contained)),
    Signal("whole title in the other", 1.0, lambda pair: pair.if_telling(max(pair.contained))),
    Signal("whole title in the other text", 1.75, lambda pair: pair.if_telling(max(pair.said))),
    Signal("both titles in the other text", 0.5, lambda pair: min(pair.said)),
    Signal("weight of the shared words", 0.5, lambda pair: min(1, pair.shared_weight / ENOUGH_WEIGHT)),
    Signal("shared name", 2.0, lambda pair: bool(pair.shared_names)),
    Signal("shared abbreviation", 1.0, lambda pair: any(word.is_abbreviation for word in pair.shared_names)),
    Signal("same country", 1.5, lambda pair: pair.same_place),
    Signal("other country", -4.0, lambda pair: pair.is_elsewhere),
    Signal("same source", 4.6, lambda pair: pair.has_same_source),
    Signal("similar text", 4.5, lambda pair: _above(pair.overlap, LEAST_OVERLAP)),
    Signal("copied text", 5.0, lambda pair: pair.is_copied),
    Signal("similar meaning", 4.0, lambda pair: _above(pair.similarity or 0, LEAST_SIMILARITY)),
)
"""Weighed by logistic regression on benchmarks/duplicate_pairs.json, rounded by hand.

The pairs have no copy of a text under another title and country: its weight outweighs another country.
"""


# Reasons ---------------------------------------------------------------------------------------

REASONS: tuple[tuple[Callable[[Pair], object], Callable[[Pair], object]], ...] = (
    (lambda pair: _("Same title"), lambda pair: pair.has_same_title),
    (lambda pair: _("Same source page"), lambda pair: pair.has_same_source),
    (
        lambda pair: _("Same name: %(name)s") % {"name": pair.telling(pair.same_names)},
        lambda pair: pair.same_names,
    ),
    (
        lambda pair: _("Both mention %(name)s") % {"name": pair.telling(pair.mentioned_names)},
        lambda pair: pair.mentioned_names,
    ),
    (
        lambda pair: _("Initials of the title: %(letters)s") % {"letters": pair.abbreviation},
        lambda pair: pair.abbreviation,
    ),
    (lambda pair: _("Almost the same summary"), lambda pair: pair.is_copied),
    (lambda pair: _("Similar title"), lambda pair: max(pair.contained) >= NEARLY_WHOLE),
    (lambda pair: _("Similar summary"), lambda pair: pair.overlap >= SIMILAR_SUMMARY),
    (lambda pair: _("Similar in meaning"), lambda pair: (pair.similarity or 0) > LEAST_SIMILARITY),
    (lambda pair: _("Some of the same words"), lambda pair: True),
)
"""Reasons, the strongest first, each with the condition under which it is literally true."""
