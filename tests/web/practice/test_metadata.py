"""Metadata of a practice page as machines read them: schema.org, Dublin Core, Highwire tags, typed links."""

import json
from datetime import timedelta
from pathlib import Path

import extruct
import pyshacl
import pytest
from rdflib import Graph
from signposting import find_signposting_http_link

from practices import workflow
from practices.choices import Licence
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_practice
from tests.support.pages import read

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(rdflib|pyshacl)"),
]

SITE = "https://practices.example.org"
SHAPES = Path(__file__).parents[2] / "data" / "practice_shapes.ttl"
ADDRESSES = ("license", "isBasedOn", "url", "contentUrl")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL, settings.SITE_HOST = SITE, "practices.example.org"


@pytest.fixture
def full():
    return make_practice(now=NOW, **FULL | {"language": "en", "credit": "Mr. Camille Saadé"})


def facts(client, practice):
    page = client.get(practice.get_absolute_url()).text
    [found] = extruct.extract(page, base_url=SITE, syntaxes=["json-ld"])["json-ld"]
    return found


# schema.org -----------------------------------------------------------------------


def test_facts_for_search_engines_are_whole(client, full):
    found = facts(client, full)

    permanent = f"{SITE}/p/{full.pk}"
    authors = [f"{permanent}#author-1", f"{permanent}#author-2"]
    compact = "Global Compact for Safe, Orderly and Regular Migration"
    objectives = [(22, "Portability of social security"), (3, "Information"), (21, "Dignified return")]
    about = found.pop("about")
    assert found == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": permanent,
        "name": "Pension desks in two ports",
        "abstract": FULL["summary"],
        "url": SITE + full.get_absolute_url(),
        "identifier": permanent,
        "author": [
            {"@type": "Organization", "@id": authors[0], "name": "City of Manila"},
            {"@type": "Organization", "@id": authors[1], "name": "Port of Batumi"},
        ],
        "creator": [{"@id": authors[0]}, {"@id": authors[1]}],
        "contributor": [{"@type": "Organization", "name": "Seafarers' union"}],
        "publisher": {"@type": "Organization", "name": "Migration Good Practices", "url": f"{SITE}/"},
        "inLanguage": "en",
        "datePublished": "2026-11-02T09:30:00+00:00",
        "dateModified": "2026-11-02",
        "version": 1,
        "creditText": "Submitted by Camille Saadé",
        "keywords": ["pensions", "ports"],
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isBasedOn": "https://example.org/desks",
        "spatialCoverage": [
            {"@type": "Country", "name": "Philippines", "identifier": "PH"},
            {"@type": "Country", "name": "Georgia", "identifier": "GE"},
        ],
        "temporalCoverage": "2016/2020",
        "isPartOf": {
            "@type": "Dataset",
            "@id": f"{SITE}/data/#practices",
            "name": "Migration Good Practices",
        },
    }
    assert [(term["@id"], term["termCode"], term["inDefinedTermSet"]) for term in about] == [
        *((f"{SITE}/objectives/{number}/", str(number), compact) for number, _label in objectives),
        ("http://metadata.un.org/sdg/10", "10", "http://metadata.un.org/sdg"),
        ("http://metadata.un.org/sdg/8", "8", "http://metadata.un.org/sdg"),
    ]


def test_facts_for_search_engines_close_no_script(client):
    practice = make_practice(title="</script><b>Desks</b> & more")

    block = read(client.get(practice.get_absolute_url())).one("script", type="application/ld+json").raw

    assert [character for character in "<>&" if character in block] == []
    assert json.loads(block)["name"] == "</script><b>Desks</b> & more"


@pytest.mark.parametrize(
    "changes",
    [
        FULL,
        {},
        {"implementers": [], "credit": "Ms. Ana Reyes", "end_year": 2020},
        *({"licence": each} for each in Licence.values),
    ],
    ids=["full", "least", "of nobody", *Licence.values],
)
def test_facts_for_search_engines_keep_our_shapes(client, changes):
    practice = make_practice(**changes)

    conforms, _graph, report = pyshacl.validate(graph(facts(client, practice)), shacl_graph=str(SHAPES))

    assert conforms, report


def test_shapes_find_what_is_wrong(client, full):
    """Otherwise shapes that match nothing would find everything in order."""
    found = facts(client, full) | {
        "creditText": "Submitted by Mr. Saadé",
        "creator": [],
        "license": "CC-BY-4.0",
    }

    _conforms, _graph, report = pyshacl.validate(graph(found), shacl_graph=str(SHAPES))

    assert [name for name in ("creditText", "creator", "license") if f"schema:{name}" not in report] == []


def graph(found):
    """Return facts as RDF, with what the context of schema.org, which no test can fetch, says of our properties."""
    context = {"@vocab": "https://schema.org/"} | {name: {"@type": "@id"} for name in ADDRESSES}
    return Graph().parse(data=json.dumps(found | {"@context": context}), format="json-ld")


# Dublin Core and Highwire ---------------------------------------------------------


def test_dublin_core_of_the_page_is_that_of_a_harvested_record(client, full):
    page = client.get(full.get_absolute_url()).text

    [found] = extruct.extract(page, base_url=SITE, syntaxes=["dublincore"])["dublincore"]

    compact = "Global Compact for Migration, objective"
    # It also takes the description of any page for Dublin Core.
    elements = [
        (each["name"], each["content"]) for each in found["elements"] if each["name"] != "description"
    ]
    assert (found["namespaces"], found["terms"]) == ({"DC": "http://purl.org/dc/elements/1.1/"}, [])
    assert elements == [
        ("DC.title", "Pension desks in two ports"),
        ("DC.creator", "City of Manila"),
        ("DC.creator", "Port of Batumi"),
        ("DC.contributor", "Seafarers' union"),
        ("DC.publisher", "Migration Good Practices"),
        *(("DC.subject", f"{compact} {each}") for each in full.objectives.order_by("placements__position")),
        ("DC.subject", "pensions"),
        ("DC.subject", "ports"),
        ("DC.subject", "http://metadata.un.org/sdg/10"),
        ("DC.subject", "http://metadata.un.org/sdg/8"),
        ("DC.description", FULL["summary"]),
        ("DC.date", "2026-11-02"),
        ("DC.type", "Text"),
        ("DC.identifier", f"{SITE}/p/{full.pk}"),
        ("DC.source", "https://example.org/desks"),
        ("DC.language", "en"),
        ("DC.coverage", "Philippines"),
        ("DC.coverage", "Georgia"),
        ("DC.coverage", "Manila and Batumi"),
        ("DC.coverage", "2016–2020"),
        ("DC.rights", "https://creativecommons.org/licenses/by/4.0/"),
    ]


def test_page_has_the_tags_of_reference_managers(client, full):
    page = read(client.get(full.get_absolute_url()))

    tags = [(tag["name"], tag["content"]) for tag in page.all("meta") if "citation_" in tag.get("name", "")]
    assert tags == [
        ("citation_title", "Pension desks in two ports"),
        ("citation_author", "City of Manila"),
        ("citation_author", "Port of Batumi"),
        ("citation_publication_date", "2026/11/02"),
        ("citation_publisher", "Migration Good Practices"),
        ("citation_language", "en"),
        ("citation_keywords", "pensions"),
        ("citation_keywords", "ports"),
        ("citation_public_url", f"{SITE}/p/{full.pk}"),
    ]


def test_publisher_is_the_organisation_that_runs_the_catalogue(client, settings):
    settings.PUBLISHER = "Migration Office"

    page = client.get(make_practice().get_absolute_url()).text

    found = extruct.extract(page, base_url=SITE, syntaxes=["json-ld", "dublincore"])
    dublin_core = {each["name"]: each["content"] for each in found["dublincore"][0]["elements"]}
    assert (found["json-ld"][0]["publisher"]["name"], dublin_core["DC.publisher"]) == (
        "Migration Office",
        "Migration Office",
    )


# Signposting ----------------------------------------------------------------------


def test_typed_links_of_a_page_are_those_of_signposting_level_1(client, full):
    address = SITE + full.get_absolute_url()

    links = find_signposting_http_link([client.get(full.get_absolute_url()).headers["Link"]], address)

    permanent = f"{SITE}/p/{full.pk}"
    record = f"{SITE}/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:practices.example.org:{full.pk}"
    assert (str(links.citeAs.target), str(links.license.target)) == (
        permanent,
        "https://creativecommons.org/licenses/by/4.0/",
    )
    assert {str(each.target) for each in links.types} == {
        "https://schema.org/AboutPage",
        "https://schema.org/CreativeWork",
    }
    assert {str(each.target) for each in links.authors} == {f"{permanent}#author-1", f"{permanent}#author-2"}
    assert {str(each.target): str(each.type) for each in links.describedBy} == {
        f"{permanent}/cite.bib": "application/x-bibtex",
        f"{permanent}/cite.ris": "application/x-research-info-systems",
        f"{permanent}/cite.json": "application/vnd.citationstyles.csl+json",
        f"{SITE}/api/v1/practices/{full.pk}/": "application/json",
        record: "text/xml",
    }


def test_descriptions_that_links_name_have_the_type_they_say(client, full):
    header = client.get(full.get_absolute_url()).headers["Link"]

    links = find_signposting_http_link([header], SITE)

    found = [
        (
            client.get(str(each.target).removeprefix(SITE), follow=True)
            .headers["Content-Type"]
            .partition(";")[0],
            str(each.type),
        )
        for each in links.describedBy
    ]
    assert len(found) == 5
    assert [pair for pair in found if pair[0] != pair[1]] == []


def test_author_that_a_link_names_is_in_the_facts(client, full):
    links = find_signposting_http_link([client.get(full.get_absolute_url()).headers["Link"]], SITE)

    assert {str(each.target) for each in links.authors} == {
        each["@id"] for each in facts(client, full)["author"]
    }


def test_typed_links_come_with_head(client, full):
    path = full.get_absolute_url()

    assert client.head(path).headers["Link"] == client.get(path).headers["Link"]


def test_typed_links_follow_a_revision(client, full):
    client.get(full.get_absolute_url())
    workflow.publish_document(
        document(title=full.title, licence="CC0-1.0", implementers=[]), to=full, now=NOW + timedelta(days=1)
    )

    links = find_signposting_http_link([client.get(full.get_absolute_url()).headers["Link"]], SITE)

    assert (str(links.license.target), links.authors) == (Licence.CC0.url, set())


def test_typed_links_of_the_longest_practice_fit_into_the_headers_of_proxies(client):
    title, names = "移" * 80, [f"Organisation {number}" for number in range(30)]
    practice = make_practice(title=title, implementers=names, licence="CC-BY-NC-4.0")

    headers = client.get(practice.get_absolute_url()).headers

    assert sum(len(name) + len(value) + 4 for name, value in headers.items()) < 4096


def test_withdrawn_practice_has_no_typed_links(client):
    practice = make_practice(title="Old", withdrawn=True)

    response = client.get(practice.get_absolute_url())

    assert (response.status_code, response.headers.get("Link")) == (410, None)
