"""The spreadsheet template: its content, and uploads of filled-in templates and of other files."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import Workbook, load_workbook

from practices.choices import EvidenceLevel
from practices.core.http.public_forms import STAMP_SALT
from practices.exchange.spreadsheets.headings import HEADINGS
from practices.exchange.spreadsheets.reader import REASONS
from practices.models import Objective, Submission
from practices.models.submission import new_token
from practices.web.submit.forms import SubmissionForm
from tests.support.addresses import address
from tests.support.factories import document
from tests.support.pages import read, sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_sandbox")]

ANSWERS = {
    "title": "Pension desks in two ports",
    "summary": "Desks in two ports help returning workers claim the pensions they earned abroad.",
    "objective": "21",
    "other_objectives": "3; 22",
    "countries": "Georgia, Philippines",
    "implementers": "City of Manila\nPort of Batumi",
    "start_year": 2016,
    "evidence_level": "Evaluated",
    "tags": "pensions, ports",
    "name": "Ana Reyes",
    "email": "ana@example.org",
    "credit_as": "my name",
}


def template(client, extension):
    return client.get(f"/submit/template.{extension}")


def filled_xlsx(client, answers):
    """Return the template filled in with `answers`."""
    book = load_workbook(io.BytesIO(template(client, "xlsx").content))
    for row in book["Practice"].iter_rows(min_row=2):
        if row[0].value in answers:
            row[2].value = answers[row[0].value]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def filled_csv(client, answers, *, separator=","):
    rows = list(csv.reader(io.StringIO(template(client, "csv").content.decode("utf-8-sig"), newline="")))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([[*row[:2], answers.get(row[0], row[2]), *row[3:]] for row in rows])
    return file.getvalue().encode()


def send(client, content, name="practice.xlsx"):
    stamp = signing.dumps(new_token(), salt=STAMP_SALT)
    return client.post("/submit/spreadsheet/", {"stamp": stamp, "file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_template_has_a_line_for_every_field_with_its_help(client, extension):
    content = template(client, extension).content

    if extension == "xlsx":
        rows = [[cell or "" for cell in row] for row in load_workbook(io.BytesIO(content)).active.values]
    else:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    fields = SubmissionForm().fields
    help_texts = {
        name: str(field.help_text) for name, field in fields.items() if name not in ("website", "version")
    }
    for name in ("title", "summary", "objective", "name", "email", "credit_as"):
        help_texts[name] = f"Required. {help_texts[name]}".strip()
    for name in ("implementers", "start_year"):
        help_texts[name] = f"Required for publication. {help_texts[name]}"
    for name, other in {"countries": "Area", "area": "Countries"}.items():
        help_texts[name] = f"This or “{other}” is required for publication. {help_texts[name]}"
    help_texts["figures"] += " One per line: number | what it counts, and when | source."
    assert (tuple(rows[0]), {row[0]: row[3] for row in rows[1:]}) == (HEADINGS, help_texts)


@pytest.mark.parametrize(
    "fill",
    [filled_xlsx, filled_csv, lambda client, answers: filled_csv(client, answers, separator=";")],
    ids=["xlsx", "csv", "csv with semicolons"],
)
def test_filled_in_template_becomes_a_draft(client, fill):
    response = send(client, fill(client, ANSWERS))

    submission = Submission.objects.get()
    assert (response.url, submission.submitter.email, submission.document) == (
        f"/submissions/{submission.token}/edit/?all",
        "ana@example.org",
        document(
            objectives=[21, 3, 22],
            countries=["GE", "PH"],
            implementers=["City of Manila", "Port of Batumi"],
            start_year=2016,
            evidence_level="evaluated",
            tags=["pensions", "ports"],
            licence="CC-BY-4.0",
            credit="Ana Reyes",
        ),
    )


@pytest.mark.parametrize("fill", [filled_xlsx, filled_csv])
def test_date_in_the_cell_of_a_year_is_its_year(client, fill):
    send(client, fill(client, ANSWERS | {"start_year": date(2016, 5, 1), "end_year": date(2019, 12, 31)}))

    document = Submission.objects.get().document
    assert (document["start_year"], document["end_year"]) == (2016, 2019)


@pytest.mark.parametrize(
    ("given", "code"), [("", "fr"), ("Portuguese", "pt"), ("português (Portuguese)", "pt")]
)
def test_language_of_a_spreadsheet_is_read_or_named(client, given, code):
    french = {
        "title": "Guichets de retraite",
        "summary": "Ils aident à demander une pension gagnée à l’étranger.",
    }

    send(client, filled_xlsx(client, ANSWERS | french | {"language": given}))

    assert Submission.objects.get().document["language"] == code


def test_mended_spreadsheet_from_the_same_page_is_taken(client):
    form = sent_by(read(client.get("/submit/spreadsheet/")).one("form", enctype="multipart/form-data"))

    for title in ("Desks", "Desks", "Mended desks"):
        file = SimpleUploadedFile("practice.csv", filled_csv(client, ANSWERS | {"title": title}))
        client.post("/submit/spreadsheet/", form | {"file": file})

    assert sorted(submission.title for submission in Submission.objects.all()) == ["Desks", "Mended desks"]


def test_upload_needs_no_seconds_as_nobody_types_it(client, settings):
    settings.FORM_MINIMUM_SECONDS = 3
    form = sent_by(read(client.get("/submit/spreadsheet/")).one("form", enctype="multipart/form-data"))
    file = SimpleUploadedFile("practice.csv", filled_csv(client, ANSWERS))

    client.post("/submit/spreadsheet/", form | {"file": file})

    assert Submission.objects.count() == 1


def test_corrected_spreadsheet_updates_the_draft_and_leaves_what_it_does_not_answer(client):
    send(client, filled_csv(client, ANSWERS | {"start_year": "soon", "area": "Manila"}))
    path = address("submission-spreadsheet", Submission.objects.get().token)
    form = sent_by(read(client.get(path)).one("form", enctype="multipart/form-data"))
    file = SimpleUploadedFile("practice.csv", filled_csv(client, ANSWERS | {"title": "Corrected desks"}))

    response = client.post(path, form | {"file": file})

    draft = Submission.objects.get()
    said = [draft.document[name] for name in ("title", "start_year", "area", "objectives", "credit")]
    assert (response.url, said) == (
        f"{address('submission-edit', draft.token)}?all",
        ["Corrected desks", 2016, "Manila", [21, 3, 22], "Ana Reyes"],
    )


def test_address_that_is_none_leaves_the_one_the_draft_has(client):
    send(client, filled_csv(client, ANSWERS))
    draft = Submission.objects.get()
    path = address("submission-spreadsheet", draft.token)
    form = sent_by(read(client.get(path)).one("form", enctype="multipart/form-data"))
    file = SimpleUploadedFile("practice.csv", filled_csv(client, ANSWERS | {"email": "ana at example.org"}))

    response = client.post(path, form | {"file": file})

    draft.submitter.refresh_from_db()
    assert draft.submitter.email == ANSWERS["email"]
    assert read(client.get(response.url)).one("input", id="id_email")["value"] == "ana at example.org"


def test_every_fault_is_shown_at_its_field(client):
    faulty = {
        "start_year": "soon",
        "countries": "Phillipines",
        "evidence_url": "javascript:x",
        "objective": "99",
    }

    page = read(client.get(send(client, filled_xlsx(client, ANSWERS | faulty)).url))

    faults = {
        label: fault
        for item in page.one("div", id="errors").texts("li")
        for label, _colon, fault in [item.partition(": ")]
    }
    assert faults == {
        "Main objective": "“99” is not one of the choices. Please choose from the list.",
        "Countries": "We do not know a country called “Phillipines”. Did you mean Philippines?",
        "Start year": "Enter a year from 1000 to 2100, such as 2019.",
        "Link to the evidence": "Enter one web address, such as https://example.org/report.",
    }


def test_countries_are_offered_and_read_by_names_that_mean_one(client):
    rows = csv.reader(io.StringIO(template(client, "csv").content.decode("utf-8-sig"), newline=""))
    (names,) = [row[4] for row in rows if row[0] == "countries"]
    offered = names.split("; ")

    congo = read(client.get(send(client, filled_csv(client, ANSWERS | {"countries": "Congo"})).url))

    assert [name for name in offered if "Congo" in name] == [
        "Democratic Republic of the Congo",
        "Republic of the Congo",
    ]
    assert (len(offered), "“Congo” may mean more than one country." in congo.text) == (249, True)


def workbook(*rows, title="Practice"):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (21 * 1024 * 1024))
    return file.getvalue()


NO_HEADINGS = (
    "This file has no columns called “field” and “your answer”, as our template has. "
    "Please keep its first row, or copy your answers into a new template."
)
HEAD = ["field", "question", "your answer"]
BELOW = "There is text below row 300, in A302, C302, which we do not read. Please move it up, or delete it."
CANNOT = "This spreadsheet cannot be read. Please save it again as XLSX or CSV."
NOT_OURS = "This file is not our template. Please download the template and fill it in."


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (workbook(HEAD, ["Budget", "", "9"], title="Sheet1"), NOT_OURS),
        (workbook(), NO_HEADINGS),
        (b"title only", NO_HEADINGS),
        (b"PK\x03\x04" + b"\x00" * 100, CANNOT),
        (b"\xff\xfe\x00", "This file cannot be read. Please save it as CSV in UTF-8, or as XLSX."),
        (b"title,," + b"x" * 200_000, "This file cannot be read. Please save it as CSV in UTF-8, or as XLSX."),
        (
            bomb(),
            (
                "This spreadsheet contains much more than our template. "
                "Please copy your answers into a new template."
            ),
        ),
        (
            b"x" * (1024 * 1024 + 1),
            "This file is larger than 1 MB. Please choose the completed template, which is much smaller.",
        ),
        (b"", "This file is empty."),
        (workbook(HEAD, ["title", "", "Desks"], *[[]] * 299, ["lessons", "", "Lost"]), BELOW),
        (b"field,question,your answer\ntitle,,Desks\n" + b",,\n" * 299 + b"lessons,,Lost\n", BELOW),
    ],
    ids=range(11),
)  # fmt: skip
def test_other_file_than_the_template_is_refused_with_a_reason(client, content, fault):
    response = send(client, content)

    said = read(response).one("div", id="errors").texts("li")
    assert (response.status_code, said, Submission.objects.count()) == (
        422,
        [f"Completed template: {fault}"],
        0,
    )


def test_rows_that_the_form_does_not_have_are_named_at_the_top_of_the_draft(client):
    response = send(client, workbook(HEAD, ["title", "", "Desks"], ["budget", "", 5000], ["staff", "", 3]))

    said = read(client.get(response.url)).one("p", "notice-warm").text
    assert Submission.objects.get().title == "Desks"
    assert said == (
        "Answers in your spreadsheet that no field of this form asks for were left out. Row numbers: 3, 4. "
        "Please copy what you need into the fields below."
    )


@pytest.mark.parametrize("numbers", ["0", "-3", "x", "301", "9" * 400])
def test_address_that_names_no_row_of_a_spreadsheet_says_nothing_of_rows(client, numbers):
    response = send(client, workbook(HEAD, ["title", "", "Desks"]))

    page = read(client.get(f"{response.url}&left_out={numbers}"))

    assert page.all("p", "notice-warm") == []


@pytest.mark.parametrize("bad", ["#REF!", "#N/A", '=B2&" desks"', "=SUM(B2:B9)"])
def test_bad_cell_is_marked_beside_the_answers_of_the_others(client, bad):
    response = send(client, workbook(HEAD, ["title", "", "Desks"], ["summary", "", bad]))

    page = read(client.get(response.url))
    said = f"“{bad}” is an error or a formula of a spreadsheet. Please replace it with its text."
    assert Submission.objects.get().title == "Desks"
    assert page.one("textarea", name="summary").text == bad
    assert said in page.one("div", id="errors").text


def test_template_without_answers_is_refused(client):
    response = send(client, template(client, "xlsx").content)

    fault = "Completed template: This file has no answers yet."
    [said] = read(response).one("div", id="errors").texts("li")
    assert (response.status_code, said.startswith(fault), Submission.objects.count()) == (422, True, 0)


NAMES_OF_CHOICES = {
    "objective": "21. Dignified return and reintegration",
    "other_objectives": "Objective 3, GCM 22; 19. Migrant and diaspora contributions",
    "sdgs": "SDG 8, 10",
    "principles": "(a) People-centred\nRULE OF LAW AND DUE PROCESS",
    "type": "SERVICE",
    "evidence_level": "évaluated",
    "language": "French",
}


def test_choices_may_be_given_by_the_names_that_people_use(client):
    send(client, filled_xlsx(client, ANSWERS | NAMES_OF_CHOICES))

    said = Submission.objects.get().document
    assert {name: said[name] for name in ("objectives", "sdgs", "type", "evidence_level", "language")} == {
        "objectives": [21, 3, 22, 19],
        "sdgs": [8, 10],
        "type": "service",
        "evidence_level": "evaluated",
        "language": "fr",
    }


def main_form(page):
    """Return the form of a draft."""
    [form] = [form for form in page.all("form") if "data-draft" in form.attributes]
    return form


UNKNOWN_CHOICES = {"language": "Frensh", "evidence_level": "High", "sdgs": "8; Peace", "credit_as": "me"}


def test_unknown_choice_stays_beside_its_field_marked(client):
    page = read(client.get(send(client, filled_xlsx(client, ANSWERS | UNKNOWN_CHOICES)).url))

    form = main_form(page)
    sent = sent_by(form)
    assert {name: sent[name] for name in UNKNOWN_CHOICES} == {
        "language": ["Frensh"],
        "evidence_level": ["High"],
        "sdgs": ["Peace", "8"],
        "credit_as": ["me"],
    }
    marked = [part.text for part in (*form.all("option"), *form.all("label")) if "not one of" in part.text]
    assert marked == [f"“{value}” (not one of the choices)" for value in ("Frensh", "High", "me", "Peace")]


def test_unknown_choice_has_its_error(client):
    page = read(client.get(send(client, filled_xlsx(client, ANSWERS | UNKNOWN_CHOICES)).url))

    said = page.one("div", id="errors").texts("li")
    assert said == [
        f"{label}: “{value}” is not one of the choices. Please choose from the list."
        for label, value in {
            "Language of this text": "Frensh",
            "Shown publicly as": "me",
            "Evidence": "High",
            "Sustainable Development Goals": "Peace",
        }.items()
    ]


ON_SEVERAL_LINES = {
    "title": "Support to\nreturnees",
    "area": "Manila\nCebu",
    "countries": "Georgia\nPhilippines",
    "tags": "pensions\nports",
    "start_year": "2016-05-01",
}


def test_cell_of_several_lines_is_shown_on_one(client):
    page = read(client.get(send(client, filled_xlsx(client, ANSWERS | ON_SEVERAL_LINES)).url))

    sent = sent_by(main_form(page))
    assert {name: sent[name] for name in ON_SEVERAL_LINES} == {
        "title": ["Support to returnees"],
        "area": ["Manila Cebu"],
        "countries": ["Georgia, Philippines"],
        "tags": ["pensions, ports"],
        "start_year": ["2016"],
    }


def test_year_that_is_none_stays_in_its_box(client):
    page = read(client.get(send(client, filled_xlsx(client, ANSWERS | {"start_year": "before 2016"})).url))

    year = page.one("input", name="start_year")
    assert (year["type"], year["value"], year["inputmode"]) == ("text", "before 2016", "numeric")


def test_template_of_another_kind_is_not_there(client):
    assert template(client, "exe").status_code == 404


# Languages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "headings", "sheet"),
    [
        ("fr", ["champ", "question", "votre réponse", "aide", "choix"], "Pratique"),
        ("ar", ["الحقل", "السؤال", "إجابتك", "مساعدة", "الخيارات"], "الممارسة"),
        ("zh-hans", ["字段", "问题", "您的答案", "帮助", "选项"], "做法"),
    ],
)
def test_template_has_headings_in_the_language_of_the_page(client, language, headings, sheet):
    book = load_workbook(io.BytesIO(client.get(f"/{language}/submit/template.xlsx").content))

    assert ([cell.value for cell in book.active[1]], book.active.title) == (headings, sheet)


@pytest.mark.parametrize("language", ["fr", "es", "ar", "zh-hans", "ru"])
def test_template_of_another_language_is_read_on_the_english_page(client, language):
    file = client.get(f"/{language}/submit/template.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file, newline="")))
    with translation.override(language):
        chosen = {
            "evidence_level": str(EvidenceLevel.EVALUATED.label),
            "objective": str(Objective.objects.get(number=21)),
        }
    answers = ANSWERS | chosen
    written = io.StringIO(newline="")
    csv.writer(written).writerows([[*row[:2], answers.get(row[0], row[2]), *row[3:]] for row in rows])

    send(client, written.getvalue().encode())

    found = Submission.objects.get().document
    assert (found["evidence_level"], found["objectives"], found["countries"]) == (
        "evaluated",
        [21, 3, 22],
        ["GE", "PH"],
    )


def test_template_whose_names_of_fields_were_deleted_is_read_by_labels_of_any_language(client):
    with translation.override("ru"):
        question = str(SubmissionForm.base_fields["title"].label)

    send(client, workbook(["вопрос", "ваш ответ"], [question, "Пенсии в двух портах"]))

    assert Submission.objects.get().document["title"] == "Пенсии в двух портах"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_messages_name_the_columns_as_the_template_does(language):
    with translation.override(language):
        field, answer = str(HEADINGS[0]), str(HEADINGS[2])
        messages = str(REASONS["no_headings"]), str(REASONS["outside"])

    assert (field in messages[0], answer in messages[0], answer in messages[1]) == (True, True, True)


def test_countries_are_offered_in_the_language_of_the_page(client):
    offered = client.get("/ru/submit/names.json").json()["countries"]

    assert {"Грузия", "Филиппины", "Республика Конго"} <= {*offered}
    assert "Georgia" not in offered
