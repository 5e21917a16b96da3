"""Web addresses: what typed ones mean, and which of them are one page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practices.core.web_addresses import clean_address, count_addresses, page_key


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("www.example.org/desks", "https://www.example.org/desks"),
        ("<https://example.org/desks>", "https://example.org/desks"),
        ("<URL:http://example.org/>", "http://example.org/"),
        ("“https://example.org/desks”.", "https://example.org/desks"),
        ("(https://example.org/Return_(2020))", "https://example.org/Return_(2020)"),
        ("10.1234/abc", "https://doi.org/10.1234/abc"),
        ("doi:10.1234/abc.", "https://doi.org/10.1234/abc"),
        ("DOI 10.1234/abc(2)", "https://doi.org/10.1234/abc(2)"),
        ("http://dx.doi.org/10.1234/abc", "https://doi.org/10.1234/abc"),
        ("https://example.org/?utm_source=x&id=3&fbclid=y#top", "https://example.org/?id=3#top"),
        ("https://example.org/a#:~:text=desks%20in", "https://example.org/a"),
        ("https://example.org/?utmost=1", "https://example.org/?utmost=1"),
        ("ana@example.org", "ana@example.org"),
        ("A report of 2019", "A report of 2019"),
        ("", ""),
    ],
)
def test_address_is_understood(typed, meant):
    assert clean_address(typed) == meant


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.text(st.one_of(st.sampled_from("htps:/w.doi10<>()[]“”\"' ,?&=#%utm_"), st.characters()), max_size=30)
)
def test_any_text_is_taken_and_understood_once(text):
    meant = clean_address(text)

    assert (clean_address(meant), isinstance(page_key(meant), str)) == (meant, True)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("https://example.org/a https://example.org/b", 2),
        ("https://example.org/a,https://example.org/b", 2),
        ("www.example.org; example.com/b", 2),
        ("https://example.org/a?next=https://example.org/b", 1),
        ("See the report", 0),
    ],
)
def test_addresses_are_counted(typed, count):
    assert count_addresses(typed) == count


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/migración?id=1",
        "http://www.example.org/migración/?id=1",
        "HTTPS://EXAMPLE.ORG:443/migraci%C3%B3n?id=1#results",
        "https://example.org/migracio\u0301n?utm_medium=email&id=1&gclid=x",
    ],
)
def test_addresses_of_one_page_have_one_key(address):
    assert page_key(address) == "example.org/migración?id=1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?id=1", "https://example.org/?id=2"),
        ("https://example.org/#/desks", "https://example.org/#/ports"),
        ("https://example.org/a", "https://example.org:8080/a"),
        ("https://example.org/Desks", "https://example.org/desks"),
    ],
)
def test_addresses_of_two_pages_have_two_keys(one, other):
    assert page_key(one) != page_key(other)


def test_doi_has_one_key_in_any_case():
    assert page_key("https://doi.org/10.1234/ABC") == page_key("https://dx.doi.org/10.1234/abc")
