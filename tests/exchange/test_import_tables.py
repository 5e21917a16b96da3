"""Tables of practices, CSV and XLSX, with our columns and with those of others."""

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from practices.exchange import imports
from practices.exchange.exports import FORMATS
from practices.exchange.imports import Report, UnreadableFile
from practices.models import ColumnMapping, Practice
from tests.support.documents import FULL
from tests.support.factories import empty_catalogue, make_practice

pytestmark = pytest.mark.django_db

REQUIRED = {"title": "Desks", "summary": "Desks help people claim pensions.", "objectives": "21"}


def table(folder, rows, *, name="table.csv", separator=",", encoding="utf-8-sig"):
    """Write rows, each a dictionary by heading, and return the file."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    cells = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
    file = folder / name
    if name.endswith(".csv"):
        text = io.StringIO()
        csv.writer(text, delimiter=separator).writerows(cells)
        file.write_bytes(text.getvalue().encode(encoding))
    else:
        book = Workbook()
        for row in cells:
            book.active.append(row)
        book.save(file)
    return file


def outcomes(file, **options):
    return list(imports.run(imports.read(file, **options)))


def imported(file, **options):
    """Import a table and return the documents of its practices."""
    found = outcomes(file, **options)
    assert [fault for outcome in found for fault in outcome.faults] == []
    return [outcome.practice.document for outcome in found]


@pytest.mark.parametrize("extension", ["csv", "xlsx", "jsonl"])
def test_export_fills_an_empty_catalogue_with_the_same_documents(tmp_path, extension):
    make_practice(**FULL)
    make_practice(title="=Formula", summary="- a list\n- of two", partners=["Reyes, Ana & Co."])
    export = FORMATS[extension].write(Practice.objects.order_by("pk"))
    file = tmp_path / f"export.{extension}"
    file.write_bytes(b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in export))
    before = [(practice.pk, practice.document) for practice in Practice.objects.order_by("pk")]
    empty_catalogue()

    imported(file)

    assert [(practice.pk, practice.document) for practice in Practice.objects.order_by("pk")] == before


def test_row_as_an_export_writes_it_changes_nothing(tmp_path):
    """A list cannot be told from a cell, if its entries contain what separates them there."""
    make_practice(**FULL | {"implementers": ["Harbour; Docks", "City"], "results": "=4,000 claims."})
    file = tmp_path / "export.csv"
    file.write_text("".join(FORMATS["csv"].write(Practice.objects.all())), encoding="utf-8")

    assert [outcome.result for outcome in outcomes(file)] == ["unchanged"]


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_table_of_others_is_read_with_names_and_codes_that_people_use(tmp_path, name):
    row = {
        "Name": "Bureaux de pension",
        "Description": "Des bureaux aident les marins à réclamer leurs pensions.",
        "GCM objective": "Objective 22; 21",
        "Country": "Côte d’Ivoire, PHL; Korea, Republic of",
        "Organisation": "City of Manila\nPort of Batumi",
        "Start": "2016-05-01",
        "SDG": "SDG 8; 10",
        "Keywords": "pensions; ports",
        "Language": "fr-CA",
        "Key figures": "4,000 | pensions claimed | https://example.org/e\n5 | trips",
        "Link": "example.org/desks",
    }

    [found] = imported(table(tmp_path, [row], name=name))

    assert {name: value for name, value in found.items() if value} == {
        "title": "Bureaux de pension",
        "summary": "Des bureaux aident les marins à réclamer leurs pensions.",
        "objectives": [22, 21],
        "countries": ["CI", "PH", "KR"],
        "implementers": ["City of Manila", "Port of Batumi"],
        "start_year": 2016,
        "figures": [
            {"number": "4,000", "meaning": "pensions claimed", "source": "https://example.org/e"},
            {"number": "5", "meaning": "trips", "source": ""},
        ],
        "evidence_level": "none_stated",
        "sdgs": [8, 10],
        "tags": ["pensions", "ports"],
        "language": "fr",
        "source_url": "https://example.org/desks",
    }


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
@pytest.mark.parametrize("joint", [";", "; ", " ; ", ";\n", "；", "؛ "])
@pytest.mark.parametrize("end", ["", ";", "; "])
def test_semicolon_separates_the_items_of_every_list_with_or_without_a_space(tmp_path, name, joint, end):
    lists = {
        "objectives": (["22", "21"], [22, 21]),
        "countries": (["PH", "GE"], ["PH", "GE"]),
        "implementers": (["City of Manila", "Port of Batumi"], ["City of Manila", "Port of Batumi"]),
        "implementer_kinds": (
            ["local-or-regional-government", "national-government"],
            ["local-or-regional-government", "national-government"],
        ),
        "partners": (["Seafarers’ union", "Harbour"], ["Seafarers’ union", "Harbour"]),
        "sdgs": (["8", "10"], [8, 10]),
        "tags": (["pensions", "ports"], ["pensions", "ports"]),
    }
    row = REQUIRED | {field: joint.join(items) + end for field, (items, _found) in lists.items()}

    [found] = imported(table(tmp_path, [row], name=name))

    assert {field: found[field] for field in lists} == {field: items for field, (_, items) in lists.items()}


@pytest.mark.parametrize("joint", [";", "; ", "\n", ";\n"])
@pytest.mark.parametrize("end", ["", ";", "; "])
def test_figures_are_separated_with_or_without_a_space(tmp_path, joint, end):
    figures = ["4,000 | pensions claimed | Report 2024", "5 | trips | Report 2025"]

    [found] = imported(table(tmp_path, [REQUIRED | {"figures": joint.join(figures) + end}]))

    assert found["figures"] == [
        {"number": "4,000", "meaning": "pensions claimed", "source": "Report 2024"},
        {"number": "5", "meaning": "trips", "source": "Report 2025"},
    ]


def test_chinese_by_its_short_code_is_the_simplified_script(tmp_path):
    [found] = imported(table(tmp_path, [REQUIRED | {"language": "zh"}]))

    assert found["language"] == "zh-hans"


def test_dates_and_numbers_of_excel_are_read_as_people_see_them(tmp_path):
    row = REQUIRED | {"objectives": 21, "start_year": date(2019, 5, 1), "end_year": 2020.0}

    [found] = imported(table(tmp_path, [row], name="table.xlsx"))

    assert (found["objectives"], found["start_year"], found["end_year"]) == ([21], 2019, 2020)


def test_cell_with_an_error_is_refused_by_name(tmp_path):
    file = table(tmp_path, [REQUIRED, REQUIRED | {"title": "#REF!"}], name="table.xlsx")

    with pytest.raises(UnreadableFile, match=r"There are errors such as #REF! in [A-Z]3\."):
        list(imports.read(file))


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), (",", "utf-8-sig"), ("|", "utf-8")]
)
def test_csv_of_any_program_is_read(tmp_path, separator, encoding):
    rows = [REQUIRED | {"summary": "Desks, ports; and “more”."}]

    [found] = imported(table(tmp_path, rows, separator=separator, encoding=encoding))

    assert found["summary"] == "Desks, ports; and “more”."


def test_empty_cell_keeps_what_the_practice_says(tmp_path):
    practice = make_practice(**FULL)
    row = {"title": FULL["title"], "source_url": FULL["source_url"], "area": "", "results": "5,000 claims."}

    imported(table(tmp_path, [row]))

    practice.refresh_from_db()
    assert practice.document == FULL | {"results": "5,000 claims."}


def test_invisible_characters_of_cells_are_left_out(tmp_path):
    [found] = imported(table(tmp_path, [REQUIRED | {"title": "De\u200bsks\u202e"}]))

    assert found["title"] == "Desks"


def test_faults_name_the_row_of_the_file_and_are_summed_up_by_kind(tmp_path):
    rows = [
        REQUIRED,
        REQUIRED | {"title": "Ports", "countries": "Atlantis"},
        REQUIRED | {"title": "Docks", "countries": "Lemuria; Kenya", "start_year": "long ago"},
    ]
    report = Report()

    for outcome in outcomes(table(tmp_path, rows)):
        report.add(outcome.position, outcome.title, outcome.faults, is_refused=True)

    assert [(kind.field, kind.count, kind.positions) for kind in report.by_kind()] == [
        ("countries", 2, [3, 4]),
        ("start_year", 1, [4]),
    ]
    assert report.as_json()["kinds"][0]["values"] == [["Atlantis", 1], ["Lemuria", 1]]
    assert [(each["position"], each["field"]) for each in report.faults] == [
        (3, "countries"), (4, "countries"), (4, "start_year"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_row_has_the_number_of_a_spreadsheet_after_cells_with_line_breaks(tmp_path, name):
    rows = [REQUIRED | {"title": f"Desks {place}", "summary": "One.\nTwo.\n\nThree."} for place in range(12)]

    found = outcomes(
        table(tmp_path, [*rows, REQUIRED | {"title": "Ports", "countries": "Atlantis"}], name=name)
    )

    assert [outcome.position for outcome in found] == list(range(2, 15))


def run_import(file):
    """Return what the command writes, and its error."""
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_practices", str(file), stdout=out, stderr=out)
    return out.getvalue(), str(refused.value)


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
@pytest.mark.parametrize("rows", [[{"Foo": "", "Bar": ""}], [{"Foo": "Desks", "Bar": "21"}]])
def test_table_without_a_column_that_we_know_is_refused_with_those_it_has(tmp_path, name, rows):
    said, error = run_import(table(tmp_path, rows, name=name))

    assert said == ""
    assert "The first row of the table has: “Foo”, “Bar”. It must have" in error
    assert "at least title, summary, objectives; all are: id, url," in error


def test_number_that_no_practice_has_is_refused_with_what_would_do(tmp_path):
    said, _error = run_import(table(tmp_path, [REQUIRED | {"id": "99999999999999999999"}]))

    assert said.splitlines()[0] == (
        "item 2 (“Desks”): id: “99999999999999999999” is not a whole number from 1 to 9007199254740991. "
        "Please correct it; for a new practice, leave it out."
    )


@pytest.mark.parametrize("bad", ["=A1+B1", "#NAME?"])
def test_error_or_formula_in_a_cell_is_refused_without_words_of_a_form(tmp_path, bad):
    [outcome] = outcomes(table(tmp_path, [REQUIRED | {"area": bad}]))

    assert [fault.message for fault in outcome.faults] == [
        f"“{bad}” is an error or a formula of a spreadsheet. Please replace it with its text."
    ]


def test_faults_of_one_kind_in_one_item_name_one_item(tmp_path):
    figures = "4,000 | \n5 | "

    said, _error = run_import(table(tmp_path, [REQUIRED, REQUIRED | {"title": "Docks", "figures": figures}]))

    assert "Item 3." in said
    assert "Items" not in said
    assert "…" not in said.partition("By kind:")[2].replace("“…”", "")


def test_unknown_column_is_told_once_and_left_out(tmp_path):
    found = outcomes(
        table(tmp_path, [REQUIRED | {"Budget": "5"}, REQUIRED | {"title": "Ports", "Budget": "6"}])
    )

    assert [(outcome.result, outcome.unknown) for outcome in found] == [("new", ("Budget",)), ("new", ())]


def test_columns_are_assigned_and_remembered_by_a_name(tmp_path):
    file = table(tmp_path, [{"Was": "Desks", "Kurz": REQUIRED["summary"], "Ziel": "21", "Kosten": "5"}])
    assignments = ["Was=title", "Kurz=summary", "Ziel=objectives", "Kosten="]
    columns = [f"--column={each}" for each in assignments]
    call_command("import_practices", str(file), *columns, "--remember=Ministry", stdout=io.StringIO())
    empty_catalogue()

    out = io.StringIO()
    call_command(
        "import_practices", str(file), "--mapping=Ministry", stdout=out, stderr=(said := io.StringIO())
    )

    assert (out.getvalue(), said.getvalue()) == (
        "1 practice in table.csv: 1 new, 0 revised, 0 unchanged, 0 refused.\n",
        "",
    )
    assert ColumnMapping.objects.get().columns == {
        "Was": "title",
        "Kurz": "summary",
        "Ziel": "objectives",
        "Kosten": "",
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--mapping=Nobody"], "No columns are remembered as “Nobody”."),
        (["--column=Was=name"], "There is no column “name”. The columns are: id, "),
    ],
)
def test_columns_that_there_are_not_are_refused(tmp_path, arguments, complaint):
    with pytest.raises(CommandError) as refusal:
        call_command("import_practices", str(table(tmp_path, [REQUIRED])), *arguments)

    assert str(refusal.value).startswith(complaint)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", b"", "This file is empty"),
        (
            "a.csv",
            "title,é".encode("latin-1"),
            "This file cannot be read. Please save it as CSV in UTF-8, or as XLSX",
        ),
        ("a.xlsx", b"PK nonsense", "This spreadsheet cannot be read. Please save it again as XLSX or CSV"),
    ],
)
def test_table_that_cannot_be_read_is_refused(tmp_path, name, content, complaint):
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(UnreadableFile) as refusal:
        list(imports.read(file))

    assert str(refusal.value) == complaint


def test_import_that_was_interrupted_goes_on_where_it_was(tmp_path):
    rows = [
        REQUIRED | {"title": f"Desk {number}", "source_url": f"https://example.org/{number}"}
        for number in range(9)
    ]
    file = table(tmp_path, rows)
    interrupted = imports.run(imports.read(file))
    next(interrupted)
    interrupted.close()

    found = outcomes(file)

    assert (len(found), Practice.objects.count()) == (9, 9)
    assert {outcome.result for outcome in found} <= {"new", "unchanged"}


def test_number_of_thousands_of_digits_is_a_fault(tmp_path):
    file = tmp_path / "practices.csv"
    file.write_text(f"id,title\n{'9' * 5_000},Desks\n")

    [outcome] = imports.run(imports.read(file))

    assert "id" in {fault.field for fault in outcome.faults}
