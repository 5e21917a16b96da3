import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from practices import documents, workflow
from practices.choices import State
from practices.documents.form import checked
from practices.exchange import imports
from practices.exchange.exports import FORMATS, as_csv
from practices.models import Practice, Revision
from practices.web.browse import download
from tests.support.factories import NOW, document, make_practice, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def exported(extension):
    return "".join(FORMATS[extension].write(Practice.objects.published()))


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


# JSON -----------------------------------------------------------------------------


def test_json_holds_the_documents_newest_first():
    make_practice(title="Old", now=NOW)
    make_practice(title="مكاتب التقاعد", language="ar", now=NOW + timedelta(days=1))

    content = json.loads(exported("json"))

    assert content == {"practices": [document(title="مكاتب التقاعد", language="ar"), document(title="Old")]}


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

    assert (json.loads(first)["practices"], outcome.result, again) == ([entered], "unchanged", first)


def test_json_holds_the_latest_revision():
    practice = make_practice(title="First")
    workflow.publish_document(document(title="Second"), to=practice)

    content = json.loads(exported("json"))

    assert content == {"practices": [document(title="Second")]}


def test_json_is_valid_by_the_published_schema():
    make_practice(countries=["PH"], start_year=2019, tags=["ports"], submitted_on="2026-11-02")

    [exported_document] = json.loads(exported("json"))["practices"]

    assert list(Draft202012Validator(documents.SCHEMA).iter_errors(exported_document)) == []


TEXTS = ["csv", "json"]
NOTHING = {
    "csv": "\ufeff" + ",".join(["url", "published_on", *documents.FIELDS]) + "\r\n",
    "json": '{\n "practices": []\n}',
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
def test_export_costs_one_query(extension, count, django_assert_num_queries):
    for number in range(count):
        make_practice(title=f"Practice {number}", countries=["PH", "GE"], tags=["ports"])

    with django_assert_num_queries(1):
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
        dict.fromkeys(documents.FIELDS, "")
        | {
            "url": f"https://practices.example.org/practices/{practice.pk}-pension-desks-in-two-ports/",
            "published_on": "2026-11-02",
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
    make_practice(title="=1+1", countries=["PH", "GE"], start_year=2019, now=NOW)

    content = b"".join(FORMATS["xlsx"].write(Practice.objects.published()))

    [heads, values] = load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    row = dict(zip(heads, values, strict=True))
    assert heads == ("url", "published_on", *documents.FIELDS)
    assert (row["title"], row["countries"], row["start_year"], row["published_on"]) == (
        "'=1+1",
        "PH; GE",
        2019,
        "2026-11-02",
    )


def test_long_export_is_sent_as_it_is_read(client, monkeypatch):
    monkeypatch.setattr(download, "MAX_BUFFERED", 1)
    make_practice(title="Old", now=NOW)
    make_practice(title="New", now=NOW + timedelta(days=1))

    response = client.get("/practices/export.json")

    content = json.loads(b"".join(response.streaming_content))
    assert (response.streaming, [each["title"] for each in content["practices"]]) == (True, ["New", "Old"])
