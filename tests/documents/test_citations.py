import json
import re
from datetime import timedelta

import pytest

from practices import workflow
from tests.support.factories import NOW, document, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

AWKWARD = {
    "title": "50% & more: {Desks} in _two_ ports #1",
    "summary": "First line.\nER  - \nTY  - BOOK",
    "credit": "O'Brien & Søns, Ltd. \\ Ö",
    "tags": ["ports", "café"],
    "countries": ["PH"],
    "licence": "CC-BY-4.0",
}


def cite(client, practice, extension):
    return client.get(f"{practice.get_absolute_url()}cite.{extension}")


def test_bibtex_is_escaped_and_balanced(client):
    practice = make_practice(now=NOW, **AWKWARD)

    text = cite(client, practice, "bib").text

    assert f"@online{{migration-good-practices-{practice.pk},\n" in text
    assert r"title = {{50\% \& more: \{Desks\} in \_two\_ ports \#1}}," in text
    assert r"author = {{O'Brien \& Søns, Ltd. \textbackslash{} Ö}}," in text
    assert "date = {2026-11-02}," in text
    unescaped = re.sub(r"\\[{}]", "", text)
    assert unescaped.count("{") == unescaped.count("}")


def test_ris_keeps_each_value_on_its_line(client):
    practice = make_practice(now=NOW, **AWKWARD)

    lines = cite(client, practice, "ris").content.decode().split("\r\n")

    assert lines == [
        "TY  - ELEC",
        "TI  - 50% & more: {Desks} in _two_ ports #1",
        "AU  - O'Brien & Søns, Ltd. \\ Ö",
        "PY  - 2026",
        "DA  - 2026/11/02",
        "PB  - Migration Good Practices",
        "ET  - 1",
        f"UR  - http://127.0.0.1:8000{practice.get_absolute_url()}",
        "LA  - en",
        "KW  - ports",
        "KW  - café",
        "AB  - First line. ER - TY - BOOK",
        "ER  - ",
        "",
    ]


def test_csl_json_cites_the_latest_revision(client):
    practice = make_practice(now=NOW)
    workflow.publish_document(document(credit="Ana Reyes"), to=practice, now=NOW + timedelta(days=3))

    response = cite(client, practice, "json")

    assert json.loads(response.text) == [
        {
            "id": f"migration-good-practices-{practice.pk}",
            "type": "webpage",
            "title": "Pension desks in two ports",
            "container-title": "Migration Good Practices",
            "issued": {"date-parts": [[2026, 11, 5]]},
            "version": "2",
            "URL": f"http://127.0.0.1:8000{practice.get_absolute_url()}",
            "language": "en",
            "abstract": "Desks in two ports help returning workers claim the pensions they earned abroad.",
            "author": [{"literal": "Ana Reyes"}],
        }
    ]
    assert response.headers["Content-Disposition"] == f'attachment; filename="practice-{practice.pk}.json"'


@pytest.mark.parametrize("extension", ["bib", "ris", "json"])
def test_anonymous_practice_has_no_author(client, extension):
    text = cite(client, make_practice(), extension).text

    assert [mark for mark in ("author", "AU  -", "nonym") if mark in text] == []


def test_citation_has_one_address_and_no_unknown_kind(client):
    practice = make_practice()
    withdrawn = make_practice(title="Old", withdrawn=True)

    answers = [
        client.get(f"/practices/{practice.pk}-old/cite.bib"),
        client.get(f"{practice.get_absolute_url()}cite.docx"),
        cite(client, withdrawn, "bib"),
        client.get("/practices/999999-x/cite.bib"),
    ]

    assert [answer.status_code for answer in answers] == [301, 404, 410, 404]
    assert answers[0].headers["Location"] == f"{practice.get_absolute_url()}cite.bib"


def test_practice_page_holds_facts_for_search_engines(client):
    practice = make_practice(now=NOW, **AWKWARD | {"title": "</script><b>Desks</b> & more"})

    block = read(client.get(practice.get_absolute_url())).one("script", type="application/ld+json").raw

    address = f"http://127.0.0.1:8000{practice.get_absolute_url()}"
    assert [character for character in "<>&" if character in block] == []
    assert json.loads(block) == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": address,
        "name": "</script><b>Desks</b> & more",
        "abstract": AWKWARD["summary"],
        "url": address,
        "inLanguage": "en",
        "datePublished": "2026-11-02T09:30:00+00:00",
        "dateModified": "2026-11-02",
        "version": 1,
        "creditText": AWKWARD["credit"],
        "keywords": AWKWARD["tags"],
        "license": "https://spdx.org/licenses/CC-BY-4.0.html",
        "spatialCoverage": [{"@type": "Country", "name": "Philippines", "identifier": "PH"}],
        "isPartOf": {"@type": "Dataset", "name": "Migration Good Practices"},
    }
