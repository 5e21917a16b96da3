"""Pages of a list of practices: cards, the total, and links to other pages."""

import dataclasses
from collections.abc import Sequence
from typing import Self, cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from practices.core.http.crawlers import link_relation
from practices.core.http.guards import site_address
from practices.core.http.numbers import whole_number
from practices.discovery import Hit, Result, Selection, Total, results, search
from practices.web.browse.cards import About, Card, cards, highlighted_cards

MAX_PAGE = 10**9
MAX_KEPT_PAGE = 100
"""Pages of a list that a cache of whole pages may keep."""


@dataclasses.dataclass(frozen=True)
class Position:
    """The page that an address asks for: its number, and the practice it comes `after` or `before`.

    Links to the next and the previous page name a practice (keyset pagination), so that deep pages cost as much as the
    first, and none skips or repeats a practice when others are published meanwhile. A number alone will do too.
    """

    number: int = 1
    after: int | None = None
    before: int | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        return cls(
            number=whole_number(query.get("page"), most=MAX_PAGE) or 1,
            after=whole_number(query.get("after")),
            before=whole_number(query.get("before")),
        )

    @staticmethod
    def is_known(query: QueryDict) -> bool:
        """Return whether a query string states its position as our links do, and one of the few asked for often."""
        given = query.getlist("page")
        stated = whole_number(given[0], most=MAX_KEPT_PAGE) if given else 1
        return not (query.keys() & {"after", "before"}) and given in ([], [str(stated)])


@dataclasses.dataclass(frozen=True)
class Link:
    """A link to another page. Without a query it is the current page or a gap."""

    label: str
    query: str = ""
    rel: str = ""
    is_current: bool = False


@dataclasses.dataclass(frozen=True)
class Page:
    number: int
    total: Total
    cards: list[Card]
    links: list[Link]
    all_words: int
    """Number of practices that have all words of a search; of a list that is no search, all."""
    by_meaning: int
    """Number of practices that a search found by their meaning alone."""
    is_cut: bool
    """True if more practices match than are listed."""
    is_exact: bool
    """True if this is the very page that was asked for, not the nearest one there is."""
    path: str
    """Path of the list, without its query string."""
    query: str

    @property
    def heading(self) -> str:
        """The number of practices, such as “2 practices match all your words”."""
        if not self.has_others:
            return self.total.text
        has_one_word = len(QueryDict(self.query).get("q", "").split()) == 1
        if self.all_words and has_one_word:
            text = ngettext(
                "%(count)s practice matches your word", "%(count)s practices match your word", self.all_words
            )
            return text % {"count": number_format(self.all_words, force_grouping=True)}
        if self.all_words:
            text = ngettext(
                "%(count)s practice matches all your words",
                "%(count)s practices match all your words",
                self.all_words,
            )
            return text % {"count": number_format(self.all_words, force_grouping=True)}
        if has_one_word:
            return gettext("No practice matches your word")
        return gettext("No practice matches all your words")

    @property
    def has_others(self) -> bool:
        """True if practices are listed that have some words of a search only, or none."""
        return self.total.number != self.all_words

    @property
    def has_words(self) -> bool:
        """True if a practice is listed for its words, not for its meaning alone."""
        return self.total.number != self.by_meaning

    @property
    def complete_cards(self) -> list[Card]:
        """The cards of practices that have all words."""
        return [card for card in self.cards if not (card.missing or card.by_meaning)]

    @property
    def partial_cards(self) -> list[Card]:
        """The cards of practices that have some of the words."""
        return [card for card in self.cards if card.missing]

    @property
    def similar_cards(self) -> list[Card]:
        """The cards of practices that have none of the words, but resemble them in meaning."""
        return [card for card in self.cards if card.by_meaning]

    @property
    def partial_heading(self) -> str:
        """The number of practices that have some of the words."""
        number = self._some_words
        text = (
            ngettext(
                "%(count)s more matches some of your words", "%(count)s more match some of your words", number
            )
            if self.all_words
            else ngettext(
                "%(count)s practice matches some of your words",
                "%(count)s practices match some of your words",
                number,
            )
        )
        shown = number_format(number, force_grouping=True) + ("+" if self.total.is_lower_bound else "")
        return text % {"count": shown}

    @property
    def similar_heading(self) -> str:
        """The number of practices that resemble the words in meaning."""
        number = self.by_meaning
        text = (
            ngettext(
                "%(count)s more may be similar in meaning", "%(count)s more may be similar in meaning", number
            )
            if self.all_words or self._some_words
            else ngettext(
                "%(count)s practice may be similar in meaning",
                "%(count)s practices may be similar in meaning",
                number,
            )
        )
        return text % {"count": number_format(number)}

    @property
    def _some_words(self) -> int:
        return self.total.number - self.all_words - self.by_meaning

    @property
    def address(self) -> str:
        """The canonical address of the page: valid filters in one order, and no number on the first page."""
        parts = [self.query] if self.query else []
        if self.number > 1:
            parts.append(f"page={self.number}")
        return site_address(f"{self.path}?{'&'.join(parts)}" if parts else self.path)


def paginate(
    selection: Selection,
    position: Position,
    *,
    path: str = "",
    query: str = "",
    sort: str = "newest",
    objective: int | None = None,
) -> Page:
    """Return the page at `position`, or the last one where it lies beyond.

    `path` and `query` are the address of the first page. In the list of one `objective` (its number), cards say whether
    it is their main one.
    """
    size = settings.PRACTICES_PER_PAGE
    hits = results.search_hits(selection, sort) if selection.terms else None
    total = hits.total if hits else results.total(selection)
    listed = len(hits.rows) if hits else total.number
    last = max(1, -(-listed // size))
    number, after, before = position.number, position.after, position.before
    found: Sequence[Result] | Sequence[Hit] = []
    is_by_key = False
    if number > 1 and (after or before) and not selection.terms:
        found = results.page(selection, sort=sort, size=size, after=after, before=None if after else before)
        is_by_key = bool(found)
    if not found:
        number = min(number, last)
        found = results.page(selection, sort=sort, size=size, number=number)
    has_next = number < last or (total.is_lower_bound and len(found) == size)
    return Page(
        number=number,
        total=total,
        all_words=hits.all_words if hits else total.number,
        by_meaning=hits.by_meaning if hits else 0,
        cards=_cards(found, _marked(selection, hits), About(objective, _places(selection))),
        links=_links(number, last, found, has_next=has_next, query=query, by_key=not selection.terms),
        is_cut=total.number > listed and number == last,
        is_exact=(is_by_key or not (after or before))
        and (position.number <= last or (total.is_lower_bound and bool(found))),
        path=path,
        query=query,
    )


def _marked(selection: Selection, hits: results.Hits | None) -> tuple[search.Term, ...]:
    """Return the terms to mark in the results: what was asked for, and what was searched in place of it."""
    corrected = " ".join(word for _typed, words in hits.corrections for word in words) if hits else ""
    return (*selection.terms, *search.parse(corrected))


def _places(selection: Selection) -> tuple[str, ...]:
    """Return the facet keys of the countries and regions that a list is limited to."""
    return tuple(
        key for keys in selection.facet_keys for key in keys if key.startswith(("country:", "region:"))
    )


def _cards(
    found: Sequence[Result] | Sequence[Hit], terms: tuple[search.Term, ...], about: About
) -> list[Card]:
    if terms:
        return highlighted_cards(cast("Sequence[Hit]", found), terms, about)
    return cards(cast("Sequence[Result]", found), about)


def _links(
    number: int,
    last: int,
    found: Sequence[Result] | Sequence[Hit],
    *,
    has_next: bool,
    query: str,
    by_key: bool,
) -> list[Link]:
    def to(page: int, **edge: int) -> str:
        parts = [query] if query else []
        parts.append(f"page={page}")
        if by_key and page > 1:
            parts += [f"{name}={key}" for name, key in edge.items()]
        return "?" + "&".join(parts)

    if number == 1 and not has_next:
        return []
    links = []
    if number > 1 and found:
        links.append(
            Link(gettext("Previous"), to(number - 1, before=found[0].practice), link_relation(query, "prev"))
        )
    pages = Paginator(range(max(last, number)), 1)
    for each in pages.get_elided_page_range(number, on_each_side=2, on_ends=1):
        if each in (number, Paginator.ELLIPSIS):
            links.append(Link(str(each), is_current=each == number))
        else:
            links.append(Link(str(each), to(int(each)), link_relation(query)))
    if has_next:
        links.append(
            Link(gettext("Next"), to(number + 1, after=found[-1].practice), link_relation(query, "next"))
        )
    return links
