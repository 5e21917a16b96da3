import csv
import io
import json
import tracemalloc
import zipfile
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from practices import documents, workflow
from practices.choices import QuestionState, State
from practices.documents.form import checked
from practices.exchange import imports
from practices.exchange.exports import COLUMNS, FORMATS, MEMBERS, SCHEMA, as_csv, records
from practices.models import Practice, Revision
from practices.web.browse import download
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_file, make_practice, make_question, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def exported(extension):
    return "".join(FORMATS[extension].write(Practice.objects.published()))


def exported_documents():
    """Return the documents in the JSON export, without the facts beside them."""
    items = json.loads(exported("json"))["practices"]
    return [{name: each[name] for name in documents.FIELDS} for each in items]


def rows():
    return list(csv.DictReader(io.StringIO(exported("csv").removeprefix("\ufeff"))))


# Every format ---------------------------------------------------------------------


@pytest.mark.parametrize("extension", FORMATS)
def test_same_practices_make_the_same_bytes(clock, extension):
    make_practice(title="Desks", start_year=2016)
    make_practice(title="مكاتب")
    first = [*FORMATS[extension].write(Practice.objects.published())]

    clock.shift(3600)
    again = [*FORMATS[extension].write(Practice.objects.published())]

    assert again == first


def text_of(content):
    """Return the text in a file, also in a ZIP archive such as XLSX."""
    file = io.BytesIO(content)
    if not zipfile.is_zipfile(file):
        return content.decode()
    with zipfile.ZipFile(file) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_is_offered_and_downloaded_as_a_file_of_its_type(client, extension):
    make_practice()
    links = read(client.get("/practices/?objective=21")).one("div", "bar").links()

    response = client.get(f"/practices/export.{extension}")

    exporter = FORMATS[extension]
    assert (str(exporter.label), f"/practices/export.{exporter.extension}?objective=21") in links
    assert (
        response.status_code,
        response.headers["Content-Type"],
        response.headers["Content-Disposition"],
    ) == (
        200,
        exporter.content_type,
        f'attachment; filename="practices.{extension}"',
    )


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_holds_the_published_practices_of_the_filter_and_no_others(client, extension):
    make_practice(title="Harbour", countries=["PH"])
    make_practice(title="Airport", countries=["PH"])
    make_practice(title="Railway", countries=["GE"])
    make_practice(title="Ferry", countries=["PH"], withdrawn=True)
    make_submission(State.SUBMITTED, title="Border", countries=["PH"])

    text = text_of(client.get(f"/practices/export.{extension}?country=ph").content)

    titles = ["Harbour", "Airport", "Railway", "Ferry", "Border"]
    assert [title for title in titles if title in text] == ["Harbour", "Airport"]


def highest_memory(extension, practices):
    """Return how many bytes an export of these practices holds at its highest."""
    tracemalloc.start()
    for _piece in FORMATS[extension].write(practices):
        pass
    _now, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


def test_memory_of_every_export_is_flat(monkeypatch):
    monkeypatch.setattr(records, "BATCH", 10)
    long = document(context="A desk in a port. " * 300)
    rows = [
        Practice(title="Desks", published_at=NOW, revised_at=NOW, revision_number=1) for _row in range(100)
    ]
    Practice.objects.bulk_create(rows)
    Revision.objects.bulk_create(
        Revision(practice=row, number=1, document=long, published_at=NOW) for row in rows
    )
    some, many = Practice.objects.published()[:20], Practice.objects.published()

    growth = {}
    for extension in FORMATS:
        highest_memory(extension, some)  # what is imported and kept once
        growth[extension] = highest_memory(extension, many) / highest_memory(extension, some)

    assert {extension: ratio for extension, ratio in growth.items() if ratio > 1.5} == {}


# JSON -----------------------------------------------------------------------------


def test_json_holds_the_documents_newest_first():
    make_practice(title="Old", now=NOW)
    make_practice(title="مكاتب التقاعد", language="ar", now=NOW + timedelta(days=1))

    assert exported_documents() == [document(title="مكاتب التقاعد", language="ar"), document(title="Old")]


@pytest.mark.parametrize("extension", ["json", "jsonl"])
def test_json_has_facts_and_files_beside_the_document(extension, settings):
    settings.SITE_URL = "https://practices.example.org"
    file = make_file("report.pdf", b"first", description="Evaluation of 2022")
    practice = workflow.publish_document(document(), files=[file], now=NOW)
    workflow.publish_document(document(area="Manila"), to=practice, now=NOW + timedelta(days=3))
    Practice.objects.update(checked_on="2027-11-02", doi="10.5072/practice.1")

    text = exported(extension)

    [content] = json.loads(text)["practices"] if extension == "json" else map(json.loads, text.splitlines())
    assert content == document(area="Manila") | {
        "id": practice.pk,
        "url": f"https://practices.example.org/p/{practice.pk}",
        "doi": "10.5072/practice.1",
        "published_at": "2026-11-02T09:30:00+00:00",
        "revised_at": "2026-11-05T09:30:00+00:00",
        "checked_on": "2027-11-02",
        "revision": 2,
        "used_elsewhere": 0,
        "files": [
            {
                "name": "report.pdf",
                "description": "Evaluation of 2022",
                "type": "application/pdf",
                "size": 5,
                "sha256": file.sha256,
                "url": f"https://practices.example.org/practices/{practice.pk}/files/{file.sha256}/report.pdf",
            }
        ],
        "translations": [],
        "adaptations": [],
        "questions": [],
    }
    assert list(content) == list(MEMBERS)


def test_addresses_in_an_export_have_no_language():
    practice = workflow.publish_document(document(), files=[make_file("report.pdf", b"first")])

    with translation.override("en-xa"):
        [content] = json.loads(exported("json"))["practices"]

    assert content["url"] == f"http://127.0.0.1:8000/p/{practice.pk}"
    assert content["files"][0]["url"].startswith(f"http://127.0.0.1:8000/practices/{practice.pk}/files/")


@settings(deadline=None, derandomize=True, database=None, max_examples=12)
@given(
    st.text(
        st.one_of(
            st.sampled_from("é \t\n\x0b\x1e\x85\u2028\u2029\u0301\u200d\uf0b7\ufffc•"), st.characters()
        ),
        max_size=40,
    )
)
def test_json_comes_back_byte_for_byte(text):
    figure = {"number": "7", "meaning": f"desks {text}", "source": f"Report {text}"}
    entered, faults = checked(
        document(
            title=f"Desks {text}",
            context=text,
            area=f"Port {text}",
            implementers=[f"Port {text}"],
            tags=[f"port {text[:9]}"],
            figures=[figure],
        )
    )
    assume(not faults)  # a separator may leave a topic of signs alone
    with transaction.atomic():
        make_practice(**entered)
        first = exported("json")
        [outcome] = imports.run(json.loads(first)["practices"])
        again = exported("json")
        transaction.set_rollback(True)

    [content] = json.loads(first)["practices"]
    assert ({name: content[name] for name in entered}, outcome.result, again) == (entered, "unchanged", first)


def test_json_has_the_parts_of_a_figure_in_their_order():
    make_practice(figures=[{"source": "", "number": "61%", "meaning": "in work"}])

    [figure] = exported_documents()[0]["figures"]

    assert list(figure) == ["number", "meaning", "source"]


def test_json_holds_the_latest_revision():
    practice = make_practice(title="First")
    workflow.publish_document(document(title="Second"), to=practice)

    assert exported_documents() == [document(title="Second")]


def test_json_is_valid_by_the_published_schema():
    workflow.publish_document(FULL, files=[make_file("report.pdf", b"first")])
    make_practice()

    items = json.loads(exported("json"))["practices"]

    faults = [fault.message for each in items for fault in Draft202012Validator(SCHEMA).iter_errors(each)]
    assert (len(items), faults) == (2, [])


TEXTS = [extension for extension in FORMATS if extension != "xlsx"]
NOTHING = {
    "csv": "\ufeff" + ",".join(COLUMNS) + "\r\n",
    "json": '{\n "practices": []\n}',
    "jsonl": "",
    "bib": "",
    "ris": "",
    "csl.json": "[]",
}


@pytest.mark.parametrize("extension", TEXTS)
def test_export_of_nothing_is_a_whole_file(extension):
    assert exported(extension) == NOTHING[extension]


@pytest.mark.parametrize("extension", TEXTS)
def test_export_leaves_out_the_withdrawn(extension):
    make_practice(withdrawn=True)

    assert exported(extension) == NOTHING[extension]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("extension", TEXTS)
def test_export_costs_two_queries(extension, count, django_assert_num_queries):
    for number in range(count):
        changes = {"title": f"Practice {number}", "countries": ["PH", "GE"], "tags": ["ports"]}
        workflow.publish_document(document(**changes), files=[make_file("report.pdf", b"first")])

    with django_assert_num_queries(2):
        exported(extension)


@pytest.mark.parametrize("extension", TEXTS)
def test_document_from_before_a_field_was_added_is_exported_whole(extension):
    make_practice()
    whole = exported(extension)
    needed = {name: document()[name] for name in [*documents.SCHEMA["required"], "language"]}

    Revision.objects.update(document=needed)

    assert exported(extension) == whole


# CSV ------------------------------------------------------------------------------


def test_csv_has_a_row_a_practice(settings):
    settings.SITE_URL = "https://practices.example.org"
    practice = make_practice(
        countries=["PH", "GE"],
        implementers=["City of Manila", "Port, Batumi"],
        start_year=2019,
        sdgs=[8, 10],
        context="Two\nlines, and “quotes”.",
        now=NOW,
    )

    assert rows() == [
        dict.fromkeys(COLUMNS, "")
        | {
            "id": str(practice.pk),
            "url": f"https://practices.example.org/p/{practice.pk}",
            "published_at": "2026-11-02T09:30:00+00:00",
            "revised_at": "2026-11-02T09:30:00+00:00",
            "revision": "1",
            "used_elsewhere": "0",
            "title": "Pension desks in two ports",
            "summary": "Desks in two ports help returning workers claim the pensions they earned abroad.",
            "objectives": "21",
            "countries": "PH; GE",
            "implementers": "City of Manila; Port, Batumi",
            "start_year": "2019",
            "context": "Two\nlines, and “quotes”.",
            "evidence_level": "none_stated",
            "sdgs": "8; 10",
            "language": "en",
        }
    ]


def test_csv_has_the_parts_of_a_figure_in_their_order():
    make_practice(
        figures=[
            {"source": "Survey, p. 3", "number": "61%", "meaning": "in work"},
            {"meaning": "desks", "number": "31", "source": ""},
        ]
    )

    assert rows()[0]["figures"] == "61% | in work | Survey, p. 3; 31 | desks | "


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠", " =", "\n@"])
def test_cell_that_begins_like_a_formula_is_made_text(start):
    assert as_csv.cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("before", ["\r", "\u200b", "\ufeff", "\u202e", "\x00"])
def test_invisible_sign_hides_no_formula(before):
    assert as_csv.cell(f"{before}=1+1").lstrip("'\n") == "=1+1"
    assert as_csv.cell(f"{before}=1+1").startswith("'")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1+1=2", "1+1=2"),
        ("", ""),
        (None, ""),
        (2019, "2019"),
        ([], ""),
        ([21, 3], "21; 3"),
        (["=1+1", "ports"], "'=1+1; ports"),
    ],
)
def test_cell_matches_the_value(value, text):
    assert as_csv.cell(value) == text


def test_formula_in_a_title_reaches_no_spreadsheet():
    make_practice(title='=HYPERLINK("https://evil.example","Prize")')

    assert [row["title"] for row in rows()] == ['\'=HYPERLINK("https://evil.example","Prize")']


# XLSX -----------------------------------------------------------------------------


def test_xlsx_has_a_row_a_practice_and_no_formulas():
    changes = {"title": "=1+1", "countries": ["PH", "GE"], "start_year": 2019, "submitted_on": "2026-10-01"}
    make_practice(**changes, now=NOW)

    content = b"".join(FORMATS["xlsx"].write(Practice.objects.published()))

    [heads, values] = load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    row = dict(zip(heads, values, strict=True))
    assert heads == tuple(COLUMNS)
    assert [row[name] for name in ("title", "countries", "start_year", "published_at", "submitted_on")] == [
        "'=1+1",
        "PH; GE",
        2019,
        datetime(2026, 11, 2, 9, 30),  # noqa: DTZ001 - the program knows no time zones
        datetime(2026, 10, 1),  # noqa: DTZ001
    ]


def test_long_export_is_sent_as_it_is_read(client, monkeypatch):
    monkeypatch.setattr(download, "MAX_BUFFERED", 1)
    make_practice(title="Old", now=NOW)
    make_practice(title="New", now=NOW + timedelta(days=1))

    response = client.get("/practices/export.json")

    content = json.loads(b"".join(response.streaming_content))
    assert (response.streaming, [each["title"] for each in content["practices"]]) == (True, ["New", "Old"])


# References -----------------------------------------------------------------------


@pytest.mark.parametrize(("extension", "style"), [("bib", "bib"), ("ris", "ris"), ("csl.json", "json")])
def test_references_of_a_list_are_those_of_its_practices(client, extension, style):
    made = [make_practice(title=f"Desk {number}", implementers=["IOM"]) for number in range(2)]

    text = exported(extension)

    single = [client.get(f"{each.get_absolute_url()}cite.{style}").text for each in reversed(made)]
    if style == "json":
        assert json.loads(text) == [item for each in single for item in json.loads(each)]
    else:
        assert text == "".join(single)


# Columns --------------------------------------------------------------------------

LEFT_OUT = {"published_at", "revised_at", "checked_on", "submitted_on"}
"""Columns whose values are written differently, or occur in others."""


@pytest.mark.parametrize("extension", TEXTS)
def test_every_format_contains_the_columns_that_it_claims(extension):
    marks = {
        name: f"{name}mark"
        for name, field in documents.FIELDS.items()
        if name not in LEFT_OUT and type(field).__name__ in ("Line", "Text", "Lines", "Tags")
    }
    lists = {name for name in marks if documents.FIELDS[name].empty == []}
    make_practice(**{name: [mark] if name in lists else mark for name, mark in marks.items()})

    text = exported(extension)

    found = {name for name, mark in marks.items() if mark in text}
    assert found == marks.keys() & set(FORMATS[extension].columns)


def test_json_has_published_questions_without_names():
    question = make_question(QuestionState.PUBLISHED, name="Léa Martin")
    make_question(QuestionState.ANSWERED, practice=question.practice, text="Is this private?")

    [practice] = json.loads(exported("json"))["practices"]

    day = question.answered_at.date().isoformat()
    assert practice["questions"] == [
        {"question": "How many people work there?", "answer": "Two at each desk.", "answered_on": day}
    ]
    assert "Léa Martin" not in exported("json")
