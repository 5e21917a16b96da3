"""A catalogue on another domain than before: its addresses are new, and ids are those that others have stored."""

import re

import pytest
from django.core.cache import cache

from practices.choices import Kind
from practices.exchange.imports import matching
from practices.notifications import emails
from practices.notifications.outbox import news
from tests.support.addresses import public_addresses
from tests.support.factories import announced_to, make_practice, make_subscription

pytestmark = pytest.mark.django_db

BEFORE, NOW = "https://old.example.org", "https://new.example.net"


def at(settings, site, *, first=""):
    settings.SITE_URL, settings.SITE_HOST = site, site.removeprefix("https://")
    settings.FIRST_SITE_URL = first


def ids(client, practice):
    """Return the ids in all feeds and in the records of harvesters."""
    names = ["objective-feed", "country-feed", "practice-feed", "oai"]
    addresses = [
        each for found in public_addresses(practice, country="ph", names=names).values() for each in found
    ]
    pattern = r"<id>.*?</id>|<guid.*?</guid>|\"id\": ?\".*?\"|<identifier>.*?</identifier>"
    texts = {address: client.get(address).content.decode() for address in addresses}
    return {address: re.findall(pattern, text) for address, text in texts.items()}


def test_ids_stay_when_the_catalogue_moves(client, settings):
    practice = make_practice(countries=["PH"])
    at(settings, BEFORE)
    before = ids(client, practice)

    at(settings, NOW, first=BEFORE)
    cache.clear()
    after = ids(client, practice)

    assert after == before
    assert all(found and "new.example.net" not in "".join(found) for found in after.values())


def test_addresses_are_those_of_the_new_domain(client, settings):
    practice = make_practice()
    at(settings, NOW, first=BEFORE)

    [entry] = client.get("/practices/feed.json").json()["items"]

    assert entry["url"] == NOW + practice.get_absolute_url()
    assert f"<baseURL>{NOW}/oai</baseURL>" in client.get("/oai?verb=Identify").text


def test_record_is_found_by_its_old_identifier(client, settings):
    practice = make_practice()
    at(settings, NOW, first=BEFORE)

    text = client.get(
        f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:old.example.org:{practice.pk}"
    ).text

    assert f"<identifier>oai:old.example.org:{practice.pk}</identifier>" in text


def test_mailing_list_keeps_its_id(settings):
    at(settings, NOW, first=BEFORE)
    message = announced_to(make_subscription(21))
    news.attach([message])

    mail = emails.compose(message)

    assert message.kind == Kind.PRACTICE_PUBLISHED
    assert mail.extra_headers["List-Id"] == "<news.old.example.org>"


@pytest.mark.parametrize("site", [BEFORE, NOW])
def test_practice_is_embedded_by_its_address_of_then_and_now(client, settings, site):
    practice = make_practice()
    at(settings, NOW, first=BEFORE)

    found = client.get("/oembed", {"url": site + practice.get_absolute_url()}).json()

    assert (found["title"], NOW in found["html"]) == (practice.title, True)


@pytest.mark.parametrize("site", [BEFORE, NOW])
def test_import_knows_a_practice_by_its_address_of_then_and_now(settings, site):
    practice = make_practice()
    at(settings, NOW, first=BEFORE)

    assert matching._at_address(site + practice.get_permanent_url()) == practice
