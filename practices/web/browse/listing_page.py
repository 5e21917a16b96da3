"""A page of a list: its cards, how many there are in all, and the ways on."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from practices.core import catalogue_version
from practices.discovery import results, search
from practices.discovery.results import Result, Selection, Total
from practices.documents import LONG_TEXTS
from practices.models import Practice

SHOWN_OF_A_SUMMARY = 180
"""Signs of a summary that fit into a card; a hit further on is shown by itself."""
CARD = "components/practice_card.html"


@dataclasses.dataclass(frozen=True)
class Link:
    """A way on from a page; without a query, the page itself or a gap."""

    label: str
    query: str = ""
    rel: str = ""
    is_current: bool = False


@dataclasses.dataclass(frozen=True)
class Page:
    number: int
    total: Total
    cards: list[str]
    links: list[Link]
    is_cut: bool
    """Whether more match than are listed."""


def page_of(
    selection: Selection, asked: Any, *, sort: str = "newest", query: str = "", list_query: str | None = None
) -> Page:
    """The page that `asked`, a query string, asks for, or the nearest there is.

    `query` names the list in the links, and `list_query`, where it is another, in those of the cards. The next
    page is asked for by its number and the practice it comes `after`, the one before by that it comes `before`:
    so no page costs more than the first, and none skips or repeats a practice when others are published
    meanwhile. A number alone will do too.
    """
    size = settings.PRACTICES_PER_PAGE
    total = results.total(selection)
    listed = min(total.number, search.MAX_HITS) if selection.terms else total.number
    last = max(1, -(-listed // size))
    number = max(1, _whole(asked.get("page")) or 1)
    after, before = _whole(asked.get("after")), _whole(asked.get("before"))
    found: list[Result] = []
    if number > 1 and (after or before) and not selection.terms:
        found = results.page(selection, sort=sort, size=size, after=after, before=None if after else before)
    if not found:
        after = before = None
        number = min(number, last)
        found = results.page(selection, sort=sort, size=size, number=number)
    has_next = number < last or (total.is_lower_bound and len(found) == size)
    return Page(
        number=number,
        total=total,
        cards=in_list(
            marked_cards(found, selection.terms) if selection.terms else cards(found),
            query if list_query is None else list_query,
        ),
        links=_links(number, last, found, has_next=has_next, query=query, by_key=not selection.terms),
        is_cut=total.number > listed and number == last,
    )


def _whole(text: str | None) -> int | None:
    """A number such as people and links write it: digits. Of many of them only that they are many counts."""
    if not (text and text.isascii() and text.isdigit()):
        return None
    return int(text) if len(text) < 10 else 10**9


def _links(
    number: int, last: int, found: Sequence[Result], *, has_next: bool, query: str, by_key: bool
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
        links.append(Link(gettext("Previous"), to(number - 1, before=found[0].practice), "prev"))
    pages = Paginator(range(max(last, number)), 1)
    for each in pages.get_elided_page_range(number, on_each_side=2, on_ends=1):
        if each in (number, Paginator.ELLIPSIS):
            links.append(Link(str(each), is_current=each == number))
        else:
            links.append(Link(str(each), to(int(each))))
    if has_next:
        links.append(Link(gettext("Next"), to(number + 1, after=found[-1].practice), "next"))
    return links


# Cards ------------------------------------------------------------------------------------------


def cards(found: Sequence[Result]) -> list[str]:
    """The cards of practices as HTML, each made once a revision and language."""
    made = catalogue_version.cached_fragments([(each.practice, each.revision) for each in found], _make_cards)
    return [made[each.practice, each.revision] for each in found if (each.practice, each.revision) in made]


def in_list(made: list[str], query: str) -> list[str]:
    """The cards with a link, their first, that leads to the practice as one of the list of this query string."""
    if not query:
        return made
    return [SafeString(card.replace('/">', f'/?{escape(query)}">', 1)) for card in made]


def _make_cards(wanted: list[tuple[int, int]]) -> dict[tuple[int, int], str]:
    template = get_template(CARD)
    practices = Practice.objects.for_listing().in_bulk([practice for practice, _revision in wanted])
    return {
        (practice, revision): template.render({"practice": practices[practice]})
        for practice, revision in wanted
        if practice in practices
    }


def marked_cards(found: Sequence[Result], terms: Sequence[search.Term]) -> list[str]:
    """The cards of practices as HTML, with the words that were searched for marked, and shown where they stand."""
    return catalogue_version.cached(f"marked {found} {terms}", lambda: _make_marked(found, terms))


def _make_marked(found: Sequence[Result], terms: Sequence[search.Term]) -> list[str]:
    template = get_template(CARD)
    practices = Practice.objects.for_listing(*LONG_TEXTS, "implementers").in_bulk(
        [each.practice for each in found]
    )
    shown = []
    for practice in [practices[each.practice] for each in found if each.practice in practices]:
        highlighter = search.Highlighter(terms, practice.language)
        title, summary, elsewhere = (
            highlighter.highlight(practice.title),
            highlighter.highlight(practice.summary),
            "",
        )
        first = next(iter(highlighter.hits(practice.summary)), None)
        if "<mark>" not in title and (first is None or first[0] > SHOWN_OF_A_SUMMARY):
            texts = [practice.summary, *(getattr(practice, name) for name in LONG_TEXTS)]
            elsewhere = highlighter.excerpt([*texts, ", ".join(practice.implementers), practice.credit])
        shown.append({"practice": practice, "title": title, "summary": summary, "elsewhere": elsewhere})
    return [template.render(context) for context in shown]
