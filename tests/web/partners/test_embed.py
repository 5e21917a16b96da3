import importlib
import re
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

SITE = "https://practices.example.org"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def ask(client, url, **more):
    return client.get("/oembed", {"url": url, **more})


# Embedded list --------------------------------------------------------------------


def test_embedded_list_holds_the_newest_of_a_filter(client, settings):
    settings.EMBED_LENGTH = 2
    for title in ("One", "Two", "Three"):
        make_practice(title=title, countries=["PH"])
    make_practice(title="Elsewhere", countries=["FR"])

    page = read(client.get("/embed/?country=ph"))

    assert page.texts("h2") == ["Three", "Two"]
    assert page.links()[-1] == ("All of these in the catalogue", f"{SITE}/practices/?country=ph")


def test_embedded_links_open_in_a_page_of_their_own(client):
    make_practice()

    links = read(client.get("/embed/")).all("a")

    assert [(link["target"], link["rel"]) for link in links] == [("_blank", "noopener")] * 2


def test_embedded_list_without_practices_says_so(client):
    page = read(client.get("/embed/?objective=3&country=xx"))

    assert page.texts("p") == [
        "Country: We do not know “xx”, so this filter was ignored.",
        "No practice matches yet.",
        "All of these in the catalogue",
    ]


def test_embedded_practice_stands_alone_with_its_summary(client):
    practice = make_practice(title="مكاتب", language="ar", credit="")
    make_practice(title="Another")

    page = read(client.get(f"/embed/?practice={practice.pk}"))

    [article] = page.all("article")
    assert (article["lang"], article["dir"], article.one("h2").text) == ("ar", "rtl", "مكاتب")
    assert article.texts("p") == [practice.summary, "Submitted anonymously"]


@pytest.mark.parametrize("number", ["999999", "0", "soon", "²", "9" * 30, ""])
def test_embed_of_an_unknown_practice_says_so(client, number):
    make_practice()

    page = read(client.get(f"/embed/?practice={number}"))

    assert page.texts("p")[0] == "This practice is not in the catalogue any more."


def test_withdrawn_practice_leaves_the_pages_it_is_framed_in(client):
    practice = make_practice(withdrawn=True, title="Quokka crossing")

    response = client.get(f"/embed/?practice={practice.pk}")

    assert ("Quokka" in response.text, "not in the catalogue any more" in response.text) == (False, True)


# oEmbed --------------------------------------------------------------------------------


def test_practice_page_leads_to_its_description(client):
    practice = make_practice()

    links = read(client.get(practice.get_absolute_url())).all("link", rel="alternate")

    found = {link["type"]: client.get(link["href"]) for link in links if "oembed" in link.get("type", "")}
    assert {kind: (answer.status_code, answer.headers["Content-Type"]) for kind, answer in found.items()} == {
        "application/json+oembed": (200, "application/json"),
        "text/xml+oembed": (200, "text/xml; charset=utf-8"),
    }


@pytest.mark.parametrize("slug", ["pension-desks", "an-older-title", quote("مكاتب")])
def test_description_of_a_practice_is_of_type_rich(client, slug):
    practice = make_practice(title="Pension desks", credit="Ana Reyes")

    answer = ask(client, f"{SITE}/practices/{practice.pk}-{slug}/")

    assert answer.json() == {
        "version": "1.0",
        "type": "rich",
        "title": "Pension desks",
        "author_name": "Ana Reyes",
        "provider_name": "Migration Good Practices",
        "provider_url": f"{SITE}/",
        "html": f'<blockquote lang="en" dir="ltr"><a href="{SITE}/practices/{practice.pk}-pension-desks/">'
        f'Pension desks</a></blockquote><iframe src="{SITE}/embed/?practice={practice.pk}" title="Pension desks"'
        ' width="600" height="320" loading="lazy"></iframe>',
        "width": 600,
        "height": 320,
    }


def test_description_in_xml_equals_the_one_in_json(client):
    practice = make_practice(title='Desks "&" <script>\x08', credit="O'Brien & <sons>")
    url = SITE + practice.get_absolute_url()

    as_json, as_xml = (ask(client, url, format=name) for name in ("json", "xml"))

    said = {element.tag: element.text for element in ET.fromstring(as_xml.content)}
    assert said == {name: str(value).replace("\x08", "") for name, value in as_json.json().items()}
    assert "<script>" not in said["html"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [({"maxwidth": "300"}, (300, 320)), ({"maxwidth": "9000", "maxheight": "100"}, (600, 100))],
)
def test_description_respects_the_requested_size(client, asked, given):
    practice = make_practice()

    answer = ask(client, SITE + practice.get_absolute_url(), **asked).json()

    assert (answer["width"], answer["height"]) == given
    assert 'width="{}" height="{}"'.format(*given) in answer["html"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"url": f"{SITE}/practices/999999-x/"}, 404),
        ({"url": f"{SITE}/practices/{'9' * 30}-x/"}, 404),
        ({"url": f"{SITE}/about/"}, 404),
        ({"url": "https://evil.example/practices/{pk}-x/"}, 404),
        ({"url": "http://[::1/practices/{pk}-x/"}, 404),
        ({"url": "/practices/{pk}-x/"}, 404),
        ({"url": SITE + "/practices/{pk}-x/", "format": "yaml"}, 501),
        ({"url": SITE + "/practices/{pk}-x/", "maxwidth": "wide"}, 400),
        ({"url": SITE + "/practices/{pk}-x/", "maxheight": "0"}, 400),
        ({}, 400),
    ],
)
def test_question_that_has_no_answer_gets_the_status_for_it(client, asked, status):
    practice = make_practice()

    asked = {name: value.replace("{pk}", str(practice.pk)) for name, value in asked.items()}

    assert client.get("/oembed", asked).status_code == status


def test_withdrawn_practice_has_no_description(client):
    practice = make_practice(withdrawn=True)

    assert ask(client, SITE + practice.get_absolute_url()).status_code == 404


# Addresses of a previous site -----------------------------------------------------


@pytest.mark.parametrize("old", ["taxonomy/term/21/feed", "/taxonomy/term/21/feed"])
def test_feed_of_a_predecessor_redirects_permanently(client, settings, old):
    # Imported here, because DEBUG is still on at collection and would add the development pages.
    redirects = importlib.import_module("practices.web.site.urls").redirects
    root = importlib.import_module("catalogue.urls").urlpatterns
    settings.ROOT_URLCONF = (*redirects({old: "/objectives/21/feed.rss"}), *root)

    response = client.get("/taxonomy/term/21/feed")

    assert (response.status_code, response.headers["Location"]) == (301, "/objectives/21/feed.rss")


# Kits ---------------------------------------------------------------------------------


@pytest.fixture
def kit_query():
    ports, _desks, funds = (make_practice(title=title).pk for title in ("Ports", "Desks", "Funds"))
    return f"ids={funds},{ports}&title=For+Geneva"


def test_embedded_kit_is_in_its_order_and_leads_to_its_page(client, kit_query):
    described = ask(client, f"{SITE}/kit/?{kit_query}").json()
    [address] = re.findall(r'iframe src="([^"]+)"', described["html"])

    page = read(client.get(unescape(address).removeprefix(SITE)))

    assert described["title"] == "For Geneva"
    assert page.texts("h2") == ["Funds", "Ports"]
    assert "For Geneva" in page.one("h1").text
    assert page.links()[-1] == ("All of these in the catalogue", f"{SITE}/kit/?{kit_query}")


def test_kit_with_nothing_in_it_is_not_described(client):
    assert ask(client, f"{SITE}/kit/?ids=9").status_code == 404


def test_markup_in_the_title_of_a_kit_stays_text(client, kit_query):
    described = ask(
        client, f"{SITE}/kit/?ids={kit_query.split('=')[1].split('&')[0]}&title=%3Cscript%3E"
    ).json()

    assert "<script" not in described["html"]
