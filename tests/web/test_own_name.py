"""A catalogue of another name: the name in the settings stands everywhere, and the default one nowhere."""

import runpy
from collections import OrderedDict

import pytest
from django.conf import settings as ours
from django.template.autoreload import reset_loaders
from django.template.loader import render_to_string

from practices.choices import Kind
from practices.core import cache
from practices.notifications import emails
from practices.web.practice import share_image
from tests.support.addresses import (
    API,
    BY_LINK,
    FILES,
    FORMS,
    HTML_PAGES,
    OPERATION,
    PAGES,
    PICTURES,
    POST_ONLY,
    open_address,
    public_addresses,
)
from tests.support.documents import FULL
from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

NAME = "Atlas of <Fair> Mobility & Return أطلس"
DEFAULT = "good practices"
"""Any spelling of the default name; the subject of the catalogue, “good practices in migration”, is none."""
OF_THE_SUBJECT = (
    "good practices in migration", "good practices on migration", "number of good practices", '"good practices"',
    "migration-good-practices:practice:1",
)  # fmt: skip
ADMIN = [
    "/admin/", "/admin/practices/submission/", "/admin/practices/practice/", "/admin/practices/outboxmessage/",
    "/admin/account/2fa/", "/admin/account/2fa/totp/activate/", "/styleguide/", "/styleguide/mails/",
]  # fmt: skip


def named(monkeypatch, settings, tmp_path):
    """Give the catalogue its settings with another name, and forget what was rendered with the usual one."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name, value in {"SITE_NAME": NAME, "CONTACT_ADDRESS": "help@example.org"}.items():
        monkeypatch.setenv(name, value)
    values = runpy.run_path(str(ours.BASE_DIR / "catalogue" / "settings.py"))
    for name in ("SITE_NAME", "SITE_SHORT_NAME", "DEFAULT_FROM_EMAIL", "CONTACT_ADDRESS", "MFA_TOTP_ISSUER"):
        setattr(settings, name, values[name])
    monkeypatch.setattr(cache, "_in_process", OrderedDict())
    reset_loaders()


@pytest.fixture(autouse=True)
def own_name(monkeypatch, settings, tmp_path):
    named(monkeypatch, settings, tmp_path)
    yield
    reset_loaders()


def text_of(response):
    content = b"".join(response) if response.streaming else response.content
    return content.decode(errors="replace")


def default_name_in(text):
    text = text.lower()
    for words in OF_THE_SUBJECT:
        text = text.replace(words, "")
    return DEFAULT in text


def test_files_and_pages_for_everybody_have_no_other_name(client):
    practice = make_practice(**FULL)
    names = [name for name in [*PAGES, *FILES, *FORMS, *OPERATION] if name not in POST_ONLY]
    addresses = [each for found in public_addresses(practice, names=names).values() for each in found]

    texts = {address: text_of(client.get(address)) for address in addresses}

    assert [address for address, text in texts.items() if default_name_in(text)] == []


def test_every_page_has_the_name_in_its_title(client):
    make_practice(**FULL)
    names = [name for name in HTML_PAGES if name not in (*API, *BY_LINK)]

    titles = {name: read(client.get(open_address(name))).one("head").one("title").text for name in names}

    assert [name for name, title in titles.items() if not title.endswith(f" – {NAME}")] == []


@pytest.mark.parametrize("name", [name for name in BY_LINK if name in HTML_PAGES])
def test_page_of_a_private_link_has_no_other_name(client, name):
    assert not default_name_in(text_of(client.get(open_address(name))))


@pytest.mark.parametrize("kind", Kind.values)
def test_email_has_the_name_and_no_other(kind):
    mail = emails.sample(kind, "en")

    assert mail.subject.endswith(f" – {NAME}")
    assert not default_name_in(mail.text + mail.html)


@pytest.mark.parametrize("path", ADMIN)
def test_page_of_staff_has_no_other_name(client, moderator, path):
    moderator.is_superuser = True
    moderator.save()
    client.force_login(moderator)

    page = client.get(path, follow=True)

    assert (page.status_code, default_name_in(page.text)) == (200, False)


def test_title_of_the_admin_ends_with_the_name(client, moderator):
    client.force_login(moderator)

    assert read(client.get("/admin/")).one("title").text.endswith(f"| {NAME}")


@pytest.mark.parametrize(
    "template",
    [
        "400.html", "403.html", "403_csrf.html", "404.html", "410.html", "413.html", "429.html", "500.html", "503.html",
        "507.html", "exchange/frozen_search.html",
    ],
)  # fmt: skip
def test_page_of_an_error_has_no_other_name(template):
    assert not default_name_in(render_to_string(template))


@pytest.mark.parametrize("name", PICTURES)
def test_share_image_shows_the_name(client, monkeypatch, name):
    make_practice(**FULL)
    drawn = []
    monkeypatch.setattr(share_image, "draw", lambda picture: drawn.append(picture) or b"")

    client.get(open_address(name))

    assert [picture.site for picture in drawn] == [NAME]


def test_descriptions_for_machines_have_the_name(client):
    make_practice(**FULL)
    jsonld = client.get("/data/catalog.jsonld").json()

    names = [
        client.get("/manifest.webmanifest").json()["name"],
        client.get("/api/v1/openapi.json").json()["info"]["title"],
        client.get(open_address("oembed")).json()["provider_name"],
        client.get("/practices/feed.json").json()["title"].partition(":")[0],
        jsonld["dct:title"],
        jsonld["dct:publisher"]["foaf:name"],
    ]

    assert names == [NAME] * 6
    assert (
        "<repositoryName>Atlas of &lt;Fair&gt; Mobility &amp; Return أطلس<"
        in client.get("/oai?verb=Identify").text
    )


def test_keys_of_references_are_of_the_name(client):
    practice = make_practice(**FULL)

    text = client.get(f"/p/{practice.pk}/cite.bib", follow=True).text

    assert text.startswith(f"@online{{atlas-of-fair-mobility-return-{practice.pk},")
