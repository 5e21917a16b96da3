"""Filters in a query string: whatever they hold, every page that takes them answers, and never with a 500."""

from urllib.parse import quote, urlencode

import pytest
from django.http import QueryDict
from hypothesis import example, given, settings
from hypothesis import strategies as st

from practices.discovery import PracticeFilter
from tests.support.addresses import address
from tests.support.factories import make_three_that_differ

pytestmark = pytest.mark.django_db

PAGES = [
    ("practice-list",), ("objective-detail", 21), ("country-detail", "ph"), ("region-detail", "asia"),
    ("practice-feed", "atom"), ("objective-feed", 21, "rss"), ("country-feed", "ph", "json"),
    *(("practice-export", extension) for extension in ("csv", "json", "xlsx")),
    ("embed",), ("oembed",), ("world-map",), ("gap-map",), ("gap-map-file",), ("statistics",), ("comparison",),
    ("suggest",), ("subscribe",), ("submit",), ("sitemap",), ("home",), ("topic-list",),
]  # fmt: skip
OTHERS = [
    "sort", "page", "after", "before", "by", "practice", "format", "url", "maxwidth", "maxheight", "archive", "from",
    "cadence", "utm_source", "",
]  # fmt: skip
NAMES = [*PracticeFilter.base_filters, *OTHERS]
USED = {
    "objective": "21", "main": "1", "region": "asia", "country": "ph", "type": "service", "tag": "diaspora",
    "since": "2016", "until": "2018", "status": "running", "language": "en", "licence": "cc-by-4.0", "q": "desks",
    "page": "2", "sort": "title", "by": "type",
}  # fmt: skip
"""A value of each filter that some practice has."""
JUNK = [
    "", " ", "zz", "0", "-1", "1e9", "²", "٣", "9" * 30, "9" * 5_000, str(2**63), "\x00", "a\x00b", "\ufffe",
    "\u202egnp", "\u200b", "é", "١", "[]", "{}", "null", "true", "%", "_", "*", '"', '-"', "'; --", "<b>", "x" * 201,
    "x" * 1_000_000, "a" + "\u0301" * 1_000, "/" * 50, "\t\r\n",
]  # fmt: skip
RAW = [
    "%",
    "%f",
    "%ff",
    "%ed%a0%80",
    "%u0041",
    "a%00b",
    "&",
    "&&",
    "=",
    "=x",
    ";",
    "+",
    "%2b",
    "[]=1",
    "[0]=1",
    "\xff",
]
"""Pieces of query strings that no browser sends: broken escapes, a lone surrogate, no name, arrays."""
REDIRECTS = (301,)
NOT_A_FORMAT = (501,)
"""Status with which oEmbed answers for a format that it does not know."""


def parameters():
    """Strategy of query strings: parameters with a value that is used, one that is not, or nonsense."""
    known = [f"{name}={value}" for name, value in USED.items()]
    values = st.sampled_from([*map(quote, [*USED.values(), *JUNK]), *RAW])
    any_pair = st.tuples(st.sampled_from(NAMES), values).map("=".join)
    pieces = st.sampled_from(known) | any_pair | st.sampled_from([*RAW, *NAMES])
    return st.lists(pieces, min_size=1, max_size=6).map("&".join)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[0])
def test_page_answers_any_filters(client, page):
    make_three_that_differ()
    path = address(*page)

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @example("objective=zz&main=1")
    @example("main=1&since=x&until=x&q=" + "x" * 201)
    @given(query=parameters())
    def ask(query):
        assert client.get(f"{path}?{query}").status_code in (200, 400, 404, *REDIRECTS, *NOT_A_FORMAT)

    ask()


@pytest.mark.parametrize("odd", ["zz", "0", "x" * 201])
def test_invalid_filter_changes_nothing_about_the_others(odd):
    make_three_that_differ()
    names = list(PracticeFilter.base_filters)
    pairs = [(one, other, USED.get(other, "1")) for one in names for other in names if one != other]
    both = {pair: PracticeFilter(query({pair[0]: odd, pair[1]: pair[2]})) for pair in pairs}

    kept = {pair: each.values for pair, each in both.items() if pair[0] in each.errors}

    assert kept == {pair: PracticeFilter(query({pair[1]: pair[2]})).values for pair in kept}


def query(values):
    return QueryDict(urlencode(values))
