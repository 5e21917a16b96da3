import json
from datetime import date, timedelta

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from django.utils import translation
from pylatexenc.latex2text import LatexNodes2Text

from practices import workflow
from practices.documents import citations
from tests.support.factories import NOW, document, make_practice

pytestmark = pytest.mark.django_db

AWKWARD = {
    "title": "50% & more: {Desks} in _two_ ports #1",
    "summary": "First line.\nER  - \nTY  - BOOK",
    "implementers": ["O'Brien & Søns, Ltd. \\ Ö", "City of Manila and Port"],
    "credit": "Mr. Camille Saadé",
    "tags": ["ports", "café"],
    "countries": ["PH"],
    "licence": "CC-BY-4.0",
}


def cite(client, practice, extension):
    return client.get(f"{practice.get_absolute_url()}cite.{extension}")


def make_citation(**changes):
    """Return what a citation says, without a database."""
    return citations.Citation(
        **{
            "key": "migration-good-practices-7",
            "title": "Pension desks",
            "organisations": ["City of Manila"],
            "submitted_by": "Camille Saadé",
            "published": date(2019, 11, 2),
            "revised": date(2026, 11, 5),
            "revision": 3,
            "address": "https://practices.example.org/p/7",
            "doi": "",
            "language": "en",
            "summary": "",
            "tags": [],
            "licence": "",
            **changes,
        }
    )


# References to print --------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "apa", "chicago"),
    [
        (
            {},
            (
                "City of Manila. (2019). Pension desks (Revision 3). Migration Good Practices. "
                "Submitted by Camille Saadé. https://practices.example.org/p/7"
            ),
            (
                "City of Manila. “Pension desks.” Migration Good Practices, 2019. Revision 3. "
                "Submitted by Camille Saadé. https://practices.example.org/p/7"
            ),
        ),
        (
            {"organisations": ["City of Manila", "Port of Batumi"], "submitted_by": ""},
            (
                "City of Manila & Port of Batumi. (2019). Pension desks (Revision 3). Migration Good Practices. "
                "https://practices.example.org/p/7"
            ),
            (
                "City of Manila and Port of Batumi. “Pension desks.” Migration Good Practices, 2019. Revision 3. "
                "https://practices.example.org/p/7"
            ),
        ),
        (
            {"organisations": ["A", "B", "Desks Ltd."], "title": "Who pays?", "submitted_by": ""},
            (
                "A, B, & Desks Ltd. (2019). Who pays? (Revision 3). Migration Good Practices. "
                "https://practices.example.org/p/7"
            ),
            (
                "A, B, and Desks Ltd. “Who pays?” Migration Good Practices, 2019. Revision 3. "
                "https://practices.example.org/p/7"
            ),
        ),
        (
            {"organisations": [], "submitted_by": ""},
            "Pension desks (Revision 3). (2019). Migration Good Practices. https://practices.example.org/p/7",
            "“Pension desks.” Migration Good Practices, 2019. Revision 3. https://practices.example.org/p/7",
        ),
        (
            {"organisations": [f"O{number}" for number in range(1, 22)], "submitted_by": ""},
            (
                "O1, O2, O3, O4, O5, O6, O7, O8, O9, O10, O11, O12, O13, O14, O15, O16, O17, O18, O19, … O21. (2019). "
                "Pension desks (Revision 3). Migration Good Practices. https://practices.example.org/p/7"
            ),
            (
                "O1, O2, O3, O4, O5, O6, O7, et al. “Pension desks.” Migration Good Practices, 2019. Revision 3. "
                "https://practices.example.org/p/7"
            ),
        ),
    ],
    ids=["one", "two", "three", "none", "many"],
)
def test_reference_names_organisations_and_year_of_publication(changes, apa, chicago):
    citation = make_citation(**changes)

    assert [str(reference) for reference in citations.references(citation)] == [apa, chicago]


@pytest.mark.parametrize(
    ("credit", "submitted_by"),
    [
        ("Mr. Camille Saadé", "Camille Saadé"),
        ("Prof. Dr. Ana Reyes, City of Manila", "Ana Reyes, City of Manila"),
        ("Mrs Ana Reyes", "Ana Reyes"),
        ("Port of Batumi", "Port of Batumi"),
        ("Drums of Peace", "Drums of Peace"),
        ("Ms.", "Ms."),
        ("", ""),
    ],
)
def test_citation_leaves_out_titles_of_persons(credit, submitted_by):
    practice = make_practice(credit=credit)

    citation = citations.citation_of(practice, practice.document, revision=1, revised_at=NOW)

    assert citation.submitted_by == submitted_by


# Files for reference managers, as those read them ---------------------------------


def test_bibtex_is_read_as_it_was_meant(client):
    practice = make_practice(now=NOW, **AWKWARD)

    library = bibtexparser.parse_string(
        cite(client, practice, "bib").text,
        append_middleware=[SeparateCoAuthors()],
    )

    [entry] = library.entries
    decoded = LatexNodes2Text().latex_to_text
    fields = {
        field.key: [decoded(value) for value in field.value]
        if isinstance(field.value, list)
        else decoded(field.value)
        for field in entry.fields
    }
    assert (library.failed_blocks, entry.entry_type, entry.key, fields) == (
        [],
        "online",
        f"migration-good-practices-{practice.pk}",
        {
            "title": "50% & more: {Desks} in _two_ ports #1",
            "author": ["O'Brien & Søns, Ltd. \\ Ö", "City of Manila and Port"],
            "date": "2026-11-02",
            "year": "2026",
            "organization": "Migration Good Practices",
            "version": "1",
            "note": "Submitted by Camille Saadé",
            "url": f"http://127.0.0.1:8000/p/{practice.pk}",
            "langid": "en",
            "keywords": "ports, café",
            "abstract": "First line. ER - TY - BOOK",
        },
    )


def test_ris_is_read_as_it_was_meant(client):
    practice = make_practice(now=NOW, **AWKWARD)

    [record] = rispy.loads(cite(client, practice, "ris").text)

    assert record == {
        "type_of_reference": "ELEC",
        "title": "50% & more: {Desks} in _two_ ports #1",
        "authors": ["O'Brien & Søns, Ltd. \\ Ö", "City of Manila and Port"],
        "year": "2026",
        "date": "2026/11/02",
        "publisher": "Migration Good Practices",
        "edition": "1",
        "notes": ["Submitted by Camille Saadé"],
        "urls": [f"http://127.0.0.1:8000/p/{practice.pk}"],
        "language": "en",
        "keywords": ["ports", "café"],
        "abstract": "First line. ER - TY - BOOK",
    }


def test_csl_json_cites_the_latest_revision_and_the_first_publication(client):
    practice = make_practice(now=NOW)
    workflow.publish_document(
        document(credit="Ana Reyes", implementers=["City of Manila"]),
        to=practice,
        now=NOW + timedelta(days=90),
    )

    response = cite(client, practice, "json")

    assert json.loads(response.text) == [
        {
            "id": f"migration-good-practices-{practice.pk}",
            "type": "webpage",
            "title": "Pension desks in two ports",
            "author": [{"literal": "City of Manila"}],
            "container-title": "Migration Good Practices",
            "issued": {"date-parts": [[2026, 11, 2]]},
            "version": "2",
            "genre": "Submitted by Ana Reyes",
            "URL": f"http://127.0.0.1:8000/p/{practice.pk}",
            "language": "en",
            "abstract": "Desks in two ports help returning workers claim the pensions they earned abroad.",
        }
    ]
    assert response.headers["Content-Disposition"] == f'attachment; filename="practice-{practice.pk}.json"'


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "apa",
            (
                "City of Manila, & IOM. (2019, November 2). Pension desks [Submitted by Camille Saadé]. "
                "Migration Good Practices. "
                "https://practices.example.org/p/7"
            ),
        ),
        (
            "chicago-author-date",
            (
                "City of Manila, and IOM. 2019. “Pension Desks”. Submitted by Camille Saadé. Version 3. "
                "Migration Good Practices, November 2. "
                "https://practices.example.org/p/7."
            ),
        ),
    ],
)
def test_csl_json_is_printed_with_organisations_year_submitter_and_address(style, expected):
    items = json.loads("".join(citations.csl_json([make_citation(organisations=["City of Manila", "IOM"])])))
    bibliography = CitationStylesBibliography(
        CitationStylesStyle(style, validate=False), CiteProcJSON(items), formatter.plain
    )
    bibliography.register(Citation([CitationItem("migration-good-practices-7")]))

    [printed] = bibliography.bibliography()

    assert str(printed) == expected


@pytest.mark.parametrize("form", citations.FORMATS.values(), ids=citations.FORMATS)
def test_practice_of_nobody_has_no_author(form):
    text = "".join(form.write([make_citation(organisations=[], submitted_by="")]))

    assert [mark for mark in ("author", "AU  -", "nonym", "ubmitted") if mark in text] == []


# Addresses ------------------------------------------------------------------------


def test_permanent_address_leads_to_the_page_and_tells_what_became_of_it(client):
    practice = make_practice(title="Desks")
    withdrawn = make_practice(title="Old", withdrawn=True)

    answers = [client.get(path) for path in (practice.get_permanent_url(), f"/p/{withdrawn.pk}", "/p/999999")]

    assert practice.get_permanent_url() == f"/p/{practice.pk}"
    assert [answer.status_code for answer in answers] == [302, 410, 404]
    assert answers[0].headers["Location"] == practice.get_absolute_url()


@pytest.mark.parametrize("extension", citations.FORMATS)
def test_permanent_address_of_a_citation_leads_to_it(client, extension):
    practice = make_practice()
    withdrawn = make_practice(title="Old", withdrawn=True)

    answers = [
        client.get(f"/p/{pk}/cite.{kind}")
        for pk, kind in [
            (practice.pk, extension),
            (withdrawn.pk, extension),
            (practice.pk, "docx"),
            (10**6, extension),
        ]
    ]

    assert [answer.status_code for answer in answers] == [302, 410, 404, 404]
    assert answers[0].headers["Location"] == f"{practice.get_absolute_url()}cite.{extension}"


def test_permanent_address_has_no_language():
    practice = make_practice()

    with translation.override("en-xa"):
        assert practice.get_permanent_url() == f"/p/{practice.pk}"


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
