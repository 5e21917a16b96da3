"""The visitor's address: what proxies write is parsed, and what nobody knows limits nobody."""

import pytest
from django.test import RequestFactory

from practices.core.http import guards
from practices.core.network import parse_address
from practices.core.rate_limits import LimitReached
from practices.models import LimitBucket

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("203.0.113.9:", "203.0.113.9"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:51234", "203.0.113.9"),
        ("64:ff9b::203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        *((junk, None) for junk in (
            "", " ", "unknown", "_hidden", "-", "localhost", "203.0.113", "203.0.113.900", "203.000.113.009",
            "[203.0.113.9", "[]:443", "203.0.113.9:port", "²03.0.113.9", "٢.٠.١.٣", "0.0.0.0", "::", "x" * 10_000,
            "\x00", "203.0.113.9/32", "for=203.0.113.9", "%", "1", "0x7f.1",
        )),
    ],
)  # fmt: skip
def test_address_is_parsed_as_proxies_write_it(text, address):
    assert parse_address(text) == (parse_address(address) if address else None)
    assert str(parse_address(text) or "") == (address or "")


def request_with(forwarded=None, peer=PROXY, **headers):
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    return RequestFactory().post("/", headers=headers, REMOTE_ADDR=peer)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "address"),
    [
        (0, None, "203.0.113.9", "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9", "203.0.113.9"),
        (0, None, "", ""),
        (1, "203.0.113.9", PROXY, "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", PROXY, "203.0.113.9"),
        (1, "198.51.100.1,203.0.113.9:51234", PROXY, "203.0.113.9"),
        (1, "unknown, 203.0.113.9", PROXY, "203.0.113.9"),
        (1, "203.0.113.9, unknown", PROXY, ""),
        (1, "203.0.113.9,", PROXY, ""),
        (1, None, PROXY, ""),
        (1, "", PROXY, ""),
        (1, "", "", ""),
        (1, None, "93.184.216.34", "93.184.216.34"),
        (2, "203.0.113.9, 10.0.0.2", PROXY, "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", PROXY, "203.0.113.9"),
        (2, "203.0.113.9", PROXY, "203.0.113.9"),
    ],
)
def test_visitor_has_the_address_our_outermost_proxy_saw(settings, proxies, forwarded, peer, address):
    settings.TRUSTED_PROXIES = proxies

    assert guards.visitor_address(request_with(forwarded, peer)) == address


def test_address_is_not_read_from_other_headers(settings):
    settings.TRUSTED_PROXIES = 1
    others = {
        "Forwarded": "for=198.51.100.1", "X-Real-IP": "198.51.100.1", "Client-IP": "198.51.100.1",
        "True-Client-IP": "198.51.100.1", "X-Forwarded-Host": "example.net",
    }  # fmt: skip

    assert guards.visitor_address(request_with("203.0.113.9", **others)) == "203.0.113.9"


def count(forwarded):
    guards.limit_visitor(request_with(forwarded), "form", per_hour=1)


@pytest.mark.django_db
def test_visitor_has_no_limit_of_its_own_for_each_port(settings):
    settings.TRUSTED_PROXIES = 1
    settings.PEOPLE_PER_ADDRESS = 1
    count("203.0.113.9:51234")

    with pytest.raises(LimitReached):
        count("203.0.113.9:51235")


@pytest.mark.django_db
@pytest.mark.parametrize("forwarded", [None, "", "unknown", "junk"])
def test_visitors_of_unknown_address_are_not_one_visitor(settings, forwarded):
    settings.TRUSTED_PROXIES = 1

    for _visitor in range(3):
        count(forwarded)

    assert not LimitBucket.objects.exists()
