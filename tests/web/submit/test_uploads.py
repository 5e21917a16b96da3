"""Uploads through the sandbox, as a visitor meets it: files that are checked, and files that have to wait."""

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from practices.core.http.public_forms import STAMP_SALT
from practices.models import Attachment, Submission
from practices.models.submission import new_token
from tests.support.addresses import address
from tests.support.factories import make_submission
from tests.support.hostile_files import ROWS, picture, workbook, xlsx_with_long_format
from tests.support.pages import read

pytestmark = pytest.mark.django_db

BUSY = (
    "Other files are being checked right now, so yours was not saved. "
    "Please choose it again and send it in half a minute."
)


def send_file(client, content, name="map.png"):
    path = address("submission-attachments", make_submission().token)
    return client.post(path, {"file": SimpleUploadedFile(name, content), "description": "Map of 2022"})


def send_spreadsheet(client, content):
    stamp = signing.dumps(new_token(), salt=STAMP_SALT)
    file = SimpleUploadedFile("practice.xlsx", content)
    return client.post("/submit/spreadsheet/", {"stamp": stamp, "file": file})


def faults(response):
    return read(response).one("div", id="errors").texts("li")


def test_picture_is_stored_once_it_was_checked(client):
    response = send_file(client, picture("PNG"))

    assert (response.status_code, Attachment.objects.get().content_type) == (302, "image/png")


def test_spreadsheet_becomes_a_draft_once_it_was_read(client):
    response = send_spreadsheet(client, workbook(*ROWS))

    assert (response.status_code, Submission.objects.get().title) == (302, "Pension desks")


def test_spreadsheet_that_is_too_much_work_is_refused_in_words(client):
    response = send_spreadsheet(client, xlsx_with_long_format())

    assert (response.status_code, faults(response)) == (
        422,
        [
            (
                "Completed template: This spreadsheet contains much more than our template. "
                "Please copy your answers into a new template."
            )
        ],
    )


def test_file_that_waited_in_vain_is_answered_503_with_what_was_typed(client, settings, turn_taken):
    settings.FILE_CHECK_WAIT_SECONDS = 0.1

    response = send_file(client, picture("PNG"))

    typed = read(response).one("input", name="description")["value"]
    assert (response.status_code, response.headers["Retry-After"], typed, faults(response)) == (
        503,
        "30",
        "Map of 2022",
        [f"File: {BUSY}"],
    )


def test_spreadsheet_that_waited_in_vain_is_answered_503(client, settings, turn_taken):
    settings.FILE_CHECK_WAIT_SECONDS = 0.1

    response = send_spreadsheet(client, workbook(*ROWS))

    assert (response.status_code, response.headers["Retry-After"], faults(response)) == (
        503,
        "30",
        [f"Completed template: {BUSY}"],
    )
