"""Imports in the admin: upload, columns, check in the background, report, import."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from practices import clock
from practices.choices import ImportStage
from practices.core import sandbox
from practices.exchange import imports
from practices.models import ColumnMapping, Practice, PracticeImport
from tests.support.factories import document
from tests.support.pages import read

pytestmark = pytest.mark.django_db

LIST = "/admin/practices/practiceimport/"
TABLE = "Was,Kurz,Ziel\nDesks,Desks help people claim pensions.,21\nPorts,Ports are open.,99\n"


@pytest.fixture
def importer(client, moderator):
    """Return the client of a moderator who may import."""
    moderator.user_permissions.add(Permission.objects.get(codename="add_practiceimport"))
    client.force_login(moderator)
    return client


def upload(client, content=TABLE, *, name="partner.csv"):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return client.post(f"{LIST}add/", {"file": file})


def started(client, content=TABLE, **options):
    """Upload a file and return its import."""
    response = upload(client, content, **options)
    assert response.status_code == 302, read(response).texts("ul", "errorlist")
    return PracticeImport.objects.latest("pk")


def press(client, job, step, **fields):
    return client.post(f"{LIST}{job.pk}/change/", {"step": step, **fields})


COLUMNS = {"column_0": "title", "column_1": "summary", "column_2": "objectives"}


def checked(client):
    job = started(client)
    press(client, job, "check", **COLUMNS)
    imports.run_due()
    job.refresh_from_db()
    return job


def test_table_is_checked_before_anything_is_imported(importer):
    job = checked(importer)

    page = importer.get(f"{LIST}{job.pk}/change/").text
    assert (job.stage, job.counts, Practice.objects.count()) == (
        ImportStage.CHECKED,
        {"new": 1, "refused": 1},
        0,
    )
    assert "“99” is not one of the choices." in page
    assert "Import the practices" in page


def test_checked_file_is_imported_in_the_background_and_deleted(importer, moderator):
    job = checked(importer)
    storage, stored = job.file.storage, job.file.name

    press(importer, job, "import")
    imports.run_due()

    job.refresh_from_db()
    revision = Practice.objects.get().revisions.get()
    assert (job.stage, job.counts, job.done, job.total) == (
        ImportStage.DONE,
        {"new": 1, "refused": 1},
        2,
        2,
    )
    assert (revision.document["title"], revision.by) == ("Desks", moderator)
    assert not storage.exists(stored)


def test_columns_are_remembered_by_a_name_and_proposed_again(importer):
    press(importer, started(importer), "check", **COLUMNS, remember="Ministry")

    page = read(importer.get(f"{LIST}{started(importer).pk}/change/"))

    assert ColumnMapping.objects.get().columns == {"Was": "title", "Kurz": "summary", "Ziel": "objectives"}
    assert "The choices are those remembered as “Ministry”." in page.text
    assert [option.get("value") for option in page.all("option") if "selected" in option.attributes] == [
        None, "title", "summary", "objectives",
    ]  # fmt: skip


def test_table_without_a_title_is_not_checked(importer):
    job = started(importer)

    response = press(importer, job, "check", column_1="summary")

    job.refresh_from_db()
    assert "No column is the title." in response.text
    assert job.stage == ImportStage.COLUMNS


def test_json_needs_no_columns(importer):
    job = started(importer, json.dumps([document()]), name="export.json")

    imports.run_due()

    job.refresh_from_db()
    assert (job.stage, job.counts) == (ImportStage.CHECKED, {"new": 1})


def test_broken_file_says_why(importer):
    job = started(importer, "[{", name="export.json")

    imports.run_due()

    job.refresh_from_db()
    page = importer.get(f"{LIST}{job.pk}/change/").text
    assert job.stage == ImportStage.FAILED
    assert "The file could not be imported: line 1, column 3 is not JSON" in page


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        (
            "a.pdf",
            b"%PDF",
            "This is a file of another type. Choose one of these: .json, .jsonl, .csv, .xlsx, .zip.",
        ),
        ("a.xlsx", b"PK nonsense", "This spreadsheet cannot be read. Please save it again as XLSX or CSV."),
        ("a.csv", b"\n\n", "This file is empty."),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_once(importer, name, content, complaint):
    response = upload(importer, content, name=name)

    assert read(response).texts("ul", "errorlist") == [complaint]
    assert PracticeImport.objects.count() == 0


def test_upload_while_others_are_read_is_told_so(importer, monkeypatch):
    def busy(*args, **kwargs):
        raise sandbox.Busy

    monkeypatch.setattr(sandbox, "run", busy)

    response = upload(importer)

    assert read(response).texts("ul", "errorlist") == [
        "Other files are being read. Please try again in a minute."
    ]


def test_moderators_without_the_permission_cannot_import(client, moderator, importer):
    job = checked(importer)
    moderator.user_permissions.clear()

    answers = [
        importer.get(LIST).status_code,
        upload(importer).status_code,
        importer.get(f"{LIST}{job.pk}/change/").status_code,
        press(importer, job, "import").status_code,
    ]

    assert answers == [403] * 4


def test_those_who_may_view_imports_cannot_start_one(importer, moderator):
    job = checked(importer)
    moderator.user_permissions.set([Permission.objects.get(codename="view_practiceimport")])

    page, answer = importer.get(f"{LIST}{job.pk}/change/"), press(importer, job, "import")

    assert (page.status_code, "Import the practices" in page.text, answer.status_code) == (200, False, 403)


def test_import_is_started_once(importer):
    job = checked(importer)

    press(importer, job, "import")
    response = importer.post(f"{LIST}{job.pk}/change/", {"step": "import"}, follow=True)

    assert "This import has moved on meanwhile." in response.text


def test_discarded_file_is_deleted(importer, django_capture_on_commit_callbacks):
    job = started(importer)

    with django_capture_on_commit_callbacks(execute=True):
        press(importer, job, "discard")

    assert (PracticeImport.objects.count(), job.file.storage.exists(job.file.name)) == (0, False)


def test_import_that_was_stopped_goes_on_where_it_was(importer, monkeypatch):
    monkeypatch.setattr(
        "practices.exchange.imports.importer.LONGEST_LOCK", 0
    )  # a few rows in each transaction
    rows = "".join(f"Desk {number},Desks help people.,21\n" for number in range(60))  # more than a batch
    job = started(importer, f"title,summary,objectives\n{rows}")
    press(importer, job, "check", **COLUMNS)
    imports.run_due()
    press(importer, job, "import")
    answers = iter([False] * 3)
    imports.run_due(stopped=lambda: next(answers, True))
    job.refresh_from_db()
    half = job.done, job.claimed_until

    imports.run_due()

    job.refresh_from_db()
    assert (0 < half[0] < 60, half[1]) == (True, None)
    assert (job.stage, job.counts, Practice.objects.count()) == (ImportStage.DONE, {"new": 60}, 60)


def test_import_whose_process_was_killed_is_taken_over_when_its_lease_ends(importer):
    job = started(importer, json.dumps([document()]), name="export.json")
    PracticeImport.objects.update(claimed_until=clock.now() + timedelta(minutes=5))
    waited = imports.run_due()

    PracticeImport.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    worked = imports.run_due()

    job.refresh_from_db()
    assert (waited, worked, job.stage) == (0, 1, ImportStage.CHECKED)


def test_page_of_a_running_import_shows_how_far_it_is(importer):
    job = started(importer, json.dumps([document()]), name="export.json")
    PracticeImport.objects.update(total=200, done=50)

    page = read(importer.get(f"{LIST}{job.pk}/change/"))

    bar = page.one("progress")
    assert (bar["max"], bar["value"], "50 of 200" in page.text) == ("200", "50", True)
