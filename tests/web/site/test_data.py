"""The page about the data, its description for data portals, and dumps."""

import json

import pytest
from django.utils import translation
from jsonschema import Draft202012Validator

from practices import workflow
from practices.exchange import codebook, dumps
from practices.exchange.exports import FORMATS, MEMBERS, SCHEMA
from tests.support.factories import NOW, document, make_file, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL, settings.PUBLISHER = "https://practices.example.org", "Migration Office"


# The codebook ---------------------------------------------------------------------


def test_page_explains_every_column_of_the_exports(client):
    page = read(client.get("/data/"))

    assert [column["id"] for column in page.all("article", "data-column")] == [
        f"column-{name}" for name in MEMBERS
    ]


@pytest.mark.parametrize("entry", codebook.entries(), ids=MEMBERS)
def test_column_has_a_meaning_and_an_example_that_keeps_to_its_schema(entry):
    column = entry.column

    faults = list(Draft202012Validator(column.schema).iter_errors(column.example))

    assert (bool(column.meaning), column.example in (None, "", []), faults) == (True, False, [])
    assert entry.type != ""


def test_values_of_a_vocabulary_are_named_in_the_language_of_the_page():
    kinds = codebook.Entry(MEMBERS["implementer_kinds"])

    with translation.override("fr"):
        named = dict(kinds.values)

    assert named["trade-union"] == "Syndicat"


@pytest.mark.parametrize("entry", codebook.entries(), ids=MEMBERS)
def test_vocabulary_of_a_column_is_that_of_its_schema(entry):
    values = [
        int(value) if "integer" in str(entry.column.schema) else value for value, _label in entry.values
    ]
    sets = "array" in entry.column.schema["type"]
    whole = {"minItems", "maxItems"}
    schema = {name: part for name, part in entry.column.schema.items() if name not in whole}

    faults = [
        fault.message
        for value in values
        for fault in Draft202012Validator(schema).iter_errors([value] if sets else value)
    ]

    assert faults == []


def test_long_vocabularies_are_listed_elsewhere():
    elsewhere = {entry.column.name: entry.listed_at for entry in codebook.entries()}

    assert {name: path for name, path in elsewhere.items() if path} == {
        "countries": "/countries/",
        "language": "/practices/document.schema.json",
    }


def test_limits_of_a_column_are_those_of_its_schema():
    limits = {name: entry.limits for name, entry in zip(MEMBERS, codebook.entries(), strict=True)}

    assert {name: limits[name] for name in ("id", "summary", "objectives", "start_year", "checked_on")} == {
        "id": ["never empty"],
        "summary": ["never empty", "at most 1,500 characters"],
        "objectives": ["never empty", "at most 23 items"],
        "start_year": ["1000–2100"],
        "checked_on": [],
    }


def test_columns_said_to_be_never_empty_are_those_that_a_bare_practice_has():
    practice = make_practice()

    [item] = json.loads("".join(FORMATS["json"].write(type(practice).objects.published())))["practices"]

    never_empty = {entry.column.name for entry in codebook.entries() if "never empty" in entry.limits}
    empty = {name for name, value in item.items() if value in (None, "", [])}
    assert never_empty & empty == set()
    assert {"doi", "files", "checked_on"} <= empty


def test_every_column_is_in_every_export():
    practice = make_practice()

    [item] = json.loads("".join(FORMATS["json"].write(type(practice).objects.published())))["practices"]

    assert list(Draft202012Validator(SCHEMA | {"required": [*MEMBERS]}).iter_errors(item)) == []


# Dumps ----------------------------------------------------------------------------


def test_page_links_the_newest_dump_with_its_checksum(client):
    workflow.publish_document(document(), files=[make_file("report.pdf", b"first")])
    dump = dumps.make(now=NOW)

    text = read(client.get("/data/")).one("main").text
    archive = client.get(f"/data/dumps/{dump.name}")
    checksum = client.get(f"/data/dumps/{dump.name}.sha256")
    newest = client.get("/data/dumps/newest.zip")

    assert [part for part in (dump.name, dump.sha256, "2 November 2026") if part not in text] == []
    assert (len(archive.getvalue()), archive.headers["Content-Type"]) == (dump.size, "application/zip")
    assert checksum.text == f"{dump.sha256}  {dump.name}\n"
    assert (newest.status_code, newest.url) == (302, f"/data/dumps/{dump.name}")


def test_without_a_dump_the_page_says_so(client):
    answers = [client.get(f"/data/dumps/{name}") for name in ("newest.zip", "x.zip", "x.zip.sha256")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "There is no archive at the moment." in read(client.get("/data/")).one("main").text


@pytest.mark.parametrize("path", ["/data/", "/data/catalog.jsonld"])
def test_page_changes_with_a_new_dump(client, path):
    tag = client.get(path).headers["ETag"]
    unchanged = client.get(path, headers={"If-None-Match": tag})
    dumps.make(now=NOW)

    changed = client.get(path, headers={"If-None-Match": tag})

    assert (unchanged.status_code, changed.status_code) == (304, 200)


# DCAT -----------------------------------------------------------------------------


def test_description_for_data_portals_names_every_file(client):
    make_practice()
    dump = dumps.make(now=NOW)

    response = client.get("/data/catalog.jsonld")

    [dataset] = response.json()["dcat:dataset"]
    *exports, archive = dataset.pop("dcat:distribution")
    assert response.headers["Content-Type"] == "application/ld+json"
    assert [each["dcat:downloadURL"]["@id"] for each in exports] == [
        f"https://practices.example.org/practices/export.{extension}" for extension in FORMATS
    ]
    assert archive == {
        "@type": "dcat:Distribution",
        "dct:title": dump.name,
        "dct:issued": {"@type": "xsd:dateTime", "@value": "2026-11-02T09:30:00+00:00"},
        "dcat:accessURL": {"@id": "https://practices.example.org/data/"},
        "dcat:downloadURL": {"@id": f"https://practices.example.org/data/dumps/{dump.name}"},
        "dcat:mediaType": {"@id": "https://www.iana.org/assignments/media-types/application/json"},
        "dcat:compressFormat": {"@id": "https://www.iana.org/assignments/media-types/application/zip"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(dump.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": dump.sha256,
        },
    }
    assert dataset["dct:publisher"] == {"@type": "foaf:Agent", "foaf:name": "Migration Office"}
    assert dataset["dct:conformsTo"] == {
        "@id": "https://practices.example.org/practices/document.schema.json"
    }


def test_page_holds_the_description_for_data_portals(client):
    page = read(client.get("/data/"))

    described = json.loads(page.one("script", type="application/ld+json").raw)

    assert described == client.get("/data/catalog.jsonld").json()
