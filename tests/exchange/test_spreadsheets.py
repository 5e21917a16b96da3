"""The reader of filled-in spreadsheets: templates that people and office programs have changed."""

import io
import zipfile
from datetime import timedelta

import pytest
from openpyxl import Workbook, load_workbook

from practices.exchange.spreadsheets import reader
from practices.exchange.spreadsheets.template import Row, as_xlsx
from tests.support.hostile_files import archive, workbook

pytestmark = pytest.mark.usefixtures("no_sandbox")

FIELDS = {"title": "Title", "start_year": "Start year", "partners": "Partners"}
HEAD = ["field", "question", "your answer", "help", "choices"]
ROWS = [
    HEAD,
    ["title", "Title", "Pension desks"],
    ["start_year", "Start year", 2016],
    ["partners", "Partners"],
]
SAID = {"title": "Pension desks", "start_year": "2016", "partners": ""}


def answers(content):
    return reader.read(content, fields=FIELDS).by_field


def fault(content):
    with pytest.raises(reader.Unreadable) as unreadable:
        answers(content)
    return str(unreadable.value)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_book(change, *rows):
    """Return a workbook of the template's `rows`, changed by `change(book)`."""
    book = load_workbook(io.BytesIO(workbook(*(rows or ROWS))))
    change(book)
    return saved(book)


def add_hidden_sheet(book):
    book.create_sheet("Old answers", 0).append(HEAD)
    book["Old answers"].append(["title", "Title", "An old answer"])
    book["Old answers"].sheet_state = "hidden"


def merge_an_answer(book):
    book["Practice"].merge_cells("C2:E2")


@pytest.mark.parametrize(
    "content",
    [
        with_book(lambda book: book["Practice"].insert_cols(1, 3)),
        with_book(lambda book: book["Practice"].insert_cols(3)),
        with_book(lambda book: book["Practice"].insert_rows(1, 4)),
        with_book(lambda book: book["Practice"].insert_rows(3)),
        with_book(lambda book: setattr(book["Practice"], "title", "Sheet1")),
        with_book(lambda book: book.create_sheet("Notes", 0).append(["Ask Ana"])),
        with_book(add_hidden_sheet),
        with_book(merge_an_answer),
        workbook(*[[row[2] if len(row) > 2 else None, *row[:2]] for row in ROWS]),
        workbook(["FIELD", "Question ", "Your Answer:"], *ROWS[1:]),
        workbook(*[["", *row[1:3]] for row in ROWS]),
        workbook([*HEAD, "Notes"], *[[*row, *[None] * (5 - len(row)), "Ask Bo"] for row in ROWS[1:]]),
    ],
    ids=[
        "columns before", "column between", "rows above", "row between", "sheet renamed", "sheet of notes",
        "hidden sheet", "merged cells", "other order", "other case", "questions alone", "column of notes",
    ],
)  # fmt: skip
def test_answers_are_found_by_their_headings(content):
    assert answers(content) == SAID


@pytest.mark.parametrize(
    "content",
    [
        "field;your answer\ntitle;Pension desks\nstart_year;2016\npartners;\n".encode("utf-8-sig"),
        b"sep=;\nfield;your answer\ntitle;Pension desks\nstart_year;2016\npartners;\n",
        "field\tyour answer\r\ntitle\tPension desks\r\nstart_year\t2016\r\npartners\t\r\n".encode("utf-16"),
        b"your answer,help,field\nPension desks,x,title\n2016,x,start_year\n,x,partners\n",
    ],
    ids=["semicolons", "named separator", "Unicode text of Excel", "other order"],
)
def test_answers_are_found_in_text_of_office_programs(content):
    assert answers(content) == SAID


def test_answer_in_a_row_of_its_own_goes_on_with_the_one_above():
    content = workbook(HEAD, ["partners", "Partners", "IOM"], ["", "", "ILO"])

    assert answers(content) == {"partners": "IOM\nILO"}


def test_field_that_has_two_rows_gets_both_answers():
    content = workbook(HEAD, ["partners", "Partners", "IOM"], ["partners", "Partners", "ILO"])

    assert answers(content) == {"partners": "IOM\nILO"}


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            OLE + b"\0" * 600,
            "This is a file of the type XLS, which we cannot read. Please open it and save it as XLSX.",
        ),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "This spreadsheet has a password. Please save it without one.",
        ),
        (
            archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
            "This is a file of the type ODS, which we cannot read. Please open it and save it as XLSX.",
        ),
        (
            workbook(*ROWS[1:]),
            (
                "This file has no columns called “field” and “your answer”, as our template has. "
                "Please keep its first row, or copy your answers into a new template."
            ),
        ),
        (
            with_book(lambda book: setattr(book.copy_worksheet(book["Practice"]), "title", "Another")),
            (
                "This file has more than one sheet with our questions: Practice, Another. "
                "Please keep one practice in each file, and delete the other sheets."
            ),
        ),
        (
            workbook(*ROWS, ["partners", "Partners", "", "Help", "", "IOM"]),
            (
                "There is text beside the column “your answer”, in F5. "
                "Please move it into that column, or delete it."
            ),
        ),
        (
            b"field,your answer,your answer\ntitle,Pension desks,\npartners,,IOM\n",
            (
                "There is text beside the column “your answer”, in C3. "
                "Please move it into that column, or delete it."
            ),
        ),
    ],
    ids=[
        "xls",
        "password",
        "ods",
        "no headings",
        "two practices",
        "no heading",
        "two columns",
    ],
)
def test_spreadsheet_that_cannot_be_read_says_how_to_mend_it(content, message):
    assert fault(content) == message


def test_answer_in_a_row_of_no_field_is_left_out_and_its_row_is_told():
    content = workbook(*ROWS, ["budget", "Budget", 5000], ["staff", "Staff", ""])

    assert reader.read(content, fields=FIELDS) == (SAID, [5])


def with_answer(value, number_format="General"):
    """Return a template whose title is this value, as an office program shows it."""

    def change(book):
        cell = book["Practice"]["C2"]
        cell.value, cell.number_format = value, number_format

    return with_book(change)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.61, "0%", "61%"),
        (0.125, "0.0%", "12.5%"),
        (0.61, "General", "0.61"),
        (True, "General", "TRUE"),
        (timedelta(hours=30), "[h]:mm:ss", "30:00:00"),
    ],
)
def test_answer_is_read_as_the_spreadsheet_shows_it(value, number_format, shown):
    assert answers(with_answer(value, number_format))["title"] == shown


def test_formula_is_read_as_its_result():
    content = with_answer("=1+1")
    computed = rewritten(content, b"<v></v>", b"<v>2</v>")

    assert answers(computed)["title"] == "2"


@pytest.mark.parametrize("value", ["#REF!", "=1+1"])
def test_cell_without_a_value_stays_for_the_form_to_mark(value):
    assert answers(with_answer(value))["title"] == value


def rewritten(content, old, new):
    """Return a workbook in whose sheets some bytes are replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            target.writestr(part, data.replace(old, new) if "sheets/" in part.filename else data)
    return file.getvalue()


def test_template_offers_every_choice_in_its_cell():
    labels = [f"{number}. A long title, with a comma, of more than ten words" for number in range(1, 24)]
    content = as_xlsx([Row("objective", "Main objective", "", "", labels, False)])

    book = load_workbook(io.BytesIO(content))
    [validation] = book["Practice"].data_validations.dataValidation
    offered = [cell.value for cell in book["Choices"]["A"]]
    assert (str(validation.sqref), validation.formula1, offered) == ("C2", "Choices!$A$1:$A$23", labels)
    assert book["Choices"].sheet_state == "hidden"


def test_template_without_choices_has_no_sheet_of_them():
    content = as_xlsx([Row("title", "Title", "", "", [], False)])

    assert load_workbook(io.BytesIO(content)).sheetnames == ["Practice"]


def test_workbook_of_nothing_but_hidden_sheets_is_refused():
    book = Workbook()
    book.active.title = "Notes"
    add_hidden_sheet(book)

    assert fault(saved(book)).startswith("This file has no columns")
