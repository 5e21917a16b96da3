"""Attachments: the submitter's page, and who may open a file."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from practices import workflow
from practices.choices import State
from practices.models import Attachment, Practice, Submission
from tests.support.addresses import address
from tests.support.factories import judged, make_moderator, make_practice, make_submission
from tests.support.hostile_files import picture
from tests.support.pages import read, sent_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_sandbox")]

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"


def test_page_of_the_files_is_opened_from_the_draft_by_saving_it(client):
    submission = make_submission()
    path = address("submission-edit", submission.token)
    page = read(client.get(path))
    [button] = page.one("details", id="files").all("button")

    typed = sent_by(page.one("form", id=button["form"])) | {"title": "Desks in three ports"}
    response = client.post(path, typed | {button["name"]: button["value"]})

    submission.refresh_from_db()
    assert (response.url, submission.title) == (
        address("submission-attachments", submission.token),
        "Desks in three ports",
    )
    assert "before adding files" not in page.text


# The first page -------------------------------------------------------------------


def begin(client, *, content=PDF, **typed):
    """Send the form of a new practice with a file, and return the response."""
    stamp = read(client.get("/submit/")).one("input", name="stamp")["value"]
    file = SimpleUploadedFile("report.pdf", content)
    return client.post("/submit/", {"stamp": stamp, "title": "Desks", "file": file, **typed})


@pytest.fixture
def form_at_once(settings):
    settings.FORM_MINIMUM_SECONDS = 0


@pytest.mark.usefixtures("form_at_once")
def test_file_of_the_first_page_is_kept_with_a_draft_that_has_errors(client):
    response = begin(client, start_year="soon", countries="Korea")

    submission = Submission.objects.get()
    kept = list(submission.attachments.values_list("name", "description"))
    assert (response.url, kept) == (
        address("submission-edit", submission.token),
        [("report.pdf", "report.pdf")],
    )


@pytest.mark.usefixtures("form_at_once")
def test_refused_file_of_the_first_page_leaves_the_draft(client):
    response = begin(client, content=b"MZ", description="Report")

    page = read(response)
    submission = Submission.objects.get()
    form = page.all("form", enctype="multipart/form-data")[0]
    assert (response.status_code, submission.title, form["action"]) == (
        422,
        "Desks",
        address("submission-attachments", submission.token),
    )
    assert page.one("p", "notice-warm").text == (
        "Your practice is saved as a draft. Only the file was not added. Continue without it"
    )
    assert form.one("input", name="description")["value"] == "Report"


def test_first_page_shown_again_asks_for_the_file_again(client, settings):
    settings.FORM_MINIMUM_SECONDS = 60

    response = begin(
        client,
        summary="Desks help returning workers claim their pensions in two ports.",
        objective="21",
        name="Ana",
        email="ana@example.org",
        credit_as="name",
    )

    field = read(response).one("input", id="id_file")
    faults = [part.text for part in read(response).inside() if part.get("id") == field["aria-describedby"]]
    assert (response.status_code, faults, Submission.objects.count()) == (
        422,
        ["Choose the file again. It was not saved."],
        0,
    )


# The submitter's page -------------------------------------------------------------


def send(client, submission, *, name="report.pdf", content=PDF, description="Evaluation of 2022"):
    path = address("submission-attachments", submission.token)
    return client.post(path, {"file": SimpleUploadedFile(name, content), "description": description})


def confirm(submission):
    """Submit a draft with the files it has by now."""
    submission.refresh_from_db()
    workflow.submit(submission, seen=submission.content_version)


def faults(response):
    return read(response).one("div", id="errors").texts("li")


def test_file_with_a_long_name_is_stored_under_a_short_one(client):
    submission = make_submission()

    send(client, submission, name=f"{'report' * 40}.pdf")

    assert submission.attachments.get().name == f"{'report' * 10}.pdf"


def test_file_is_stored_with_its_detected_type(client):
    submission = make_submission()

    response = send(client, submission)

    kept = submission.attachments.values("name", "description", "content_type", "size", "practice").get()
    listed = read(client.get(response.url)).one("ul", "attachments-edit").texts("bdi")
    assert (kept, listed) == (
        {
            "name": "report.pdf",
            "description": "Evaluation of 2022",
            "content_type": "application/pdf",
            "size": len(PDF),
            "practice": None,
        },
        ["Evaluation of 2022", "report.pdf"],
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"description": " "},
            "Description: Enter a description, so that readers know what the file contains.",
        ),
        ({"content": b""}, "File: This file is empty."),
        (
            {"content": picture()},
            (
                "File: This file's name ends in “.pdf”, but it is a PNG file. "
                "Please change the end of its name to “.png”."
            ),
        ),
        (
            {"content": b"MZ"},
            (
                "File: This type of file is not accepted. Please save it as one of these: "
                "PDF, PNG, JPEG, WebP, DOCX, XLSX, ODT."
            ),
        ),
    ],
)
def test_refused_file_shows_the_reason_at_its_field(client, changes, fault):
    response = send(client, make_submission(), **changes)

    assert (response.status_code, faults(response), Attachment.objects.count()) == (422, [fault], 0)


def test_sixth_file_is_refused(client):
    submission = make_submission()
    for number in range(5):
        send(client, submission, content=PDF + b"%d" % number)

    response = send(client, submission, content=PDF + b"5")

    assert (faults(response), submission.attachments.count()) == (
        ["File: You already have 5 files. Please remove one first."],
        5,
    )


def test_same_file_twice_is_kept_once(client):
    submission = make_submission()

    for _time in range(2):
        send(client, submission)

    assert submission.attachments.count() == 1


def test_removed_file_leaves_the_storage(client, django_capture_on_commit_callbacks):
    submission = make_submission()
    send(client, submission)
    name = submission.attachments.get().file.name
    path = address("submission-attachments", submission.token)
    button = read(client.get(path)).one("ul", "attachments-edit").one("button")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, {"remove": button["value"]})

    assert (submission.attachments.count(), default_storage.exists(name)) == (0, False)


def test_file_is_put_first_and_stays_so_when_it_is_public(client, moderator):
    submission = make_submission()
    for number in range(3):
        send(client, submission, content=PDF + bytes([number]), description=f"File {number}")
    path = address("submission-attachments", submission.token)

    for _time in range(2):
        last = read(client.get(path)).one("ul", "attachments-edit").all("button", name="first")[-1]
        client.post(path, {"first": last["value"]})
    confirm(submission)
    workflow.publish(judged(submission), by=moderator)

    page = read(client.get(Practice.objects.get().get_absolute_url()))
    shown = [text for text, _path in page.one("section", "attachments").links()]
    assert shown == ["File 1", "File 2", "File 0"]


def test_file_of_another_submission_is_not_put_first(client):
    mine, other = make_submission(), make_submission()
    for submission in (mine, other):
        send(client, submission)
    before = list(Attachment.objects.order_by("pk").values_list("position", flat=True))

    client.post(address("submission-attachments", mine.token), {"first": other.attachments.get().pk})

    assert list(Attachment.objects.order_by("pk").values_list("position", flat=True)) == before


@pytest.mark.parametrize("remove", ["²", "-1", "9" * 30, "x", ""])
def test_odd_number_removes_nothing(client, remove):
    submission = make_submission()
    send(client, submission)

    response = client.post(address("submission-attachments", submission.token), {"remove": remove})

    assert (response.status_code, submission.attachments.count()) == (302, 1)


def test_body_that_is_too_large_is_not_read(client):
    path = address("submission-attachments", make_submission().token)

    response = client.generic("POST", path, b"x", CONTENT_LENGTH=str(12 * 1024 * 1024))

    assert (response.status_code, read(response).one("h1").text) == (413, "What you sent is too large")


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PUBLISHED, State.WITHDRAWN])
def test_files_of_a_submission_in_review_cannot_be_changed(client, state):
    submission = make_submission(state)

    response = send(client, submission)

    assert (response.status_code, submission.attachments.count()) == (302, 0)


# Access ---------------------------------------------------------------------------


@pytest.fixture
def submitted(client):
    """Create a submission with a file, waiting for a moderator."""
    submission = make_submission()
    send(client, submission)
    confirm(submission)
    return submission


def test_file_is_private_until_it_is_published(client, submitted):
    attachment = submitted.attachments.get()
    guessed = attachment.get_absolute_url()
    before = client.get(guessed).status_code, client.get(attachment.get_private_url()).status_code

    practice = workflow.publish(judged(submitted), by=make_moderator())

    attachment.refresh_from_db()
    after = client.get(attachment.get_absolute_url())
    listed = read(client.get(practice.get_absolute_url())).one("section", "attachments").links()
    assert (before, after.status_code, listed) == (
        (404, 200),
        200,
        [("Evaluation of 2022", attachment.get_absolute_url())],
    )


def test_file_of_a_withdrawn_practice_is_gone(client, submitted):
    practice = workflow.publish(judged(submitted), by=make_moderator())

    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")

    assert client.get(submitted.attachments.get().get_absolute_url()).status_code == 404


def test_file_is_served_to_be_kept_and_never_to_be_run(client, submitted):
    workflow.publish(judged(submitted), by=make_moderator())
    attachment = submitted.attachments.get()

    names = ("Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Content-Type")
    expected = [
        'attachment; filename="report.pdf"',
        "nosniff",
        "default-src 'none'; sandbox",
        "application/pdf",
    ]
    for path in (attachment.get_absolute_url(), attachment.get_private_url()):
        answer = client.get(path)
        assert [answer.headers[name] for name in names] == expected
        assert b"".join(answer.streaming_content) == PDF


def test_token_of_another_submission_opens_no_file(client, submitted):
    other = make_submission()

    path = address("submission-attachment", other.token, submitted.attachments.get().pk)

    assert client.get(path).status_code == 404


def test_update_starts_with_the_files_of_its_practice_and_may_drop_them(client, submitted):
    practice = workflow.publish(judged(submitted), by=make_moderator())
    update = make_submission(State.DRAFT, practice=practice)
    [copied] = update.attachments.all()
    send(client, update, content=PDF + b"2", description="Evaluation of 2024")
    workflow.detach(update, copied.pk)
    confirm(update)

    workflow.publish(judged(update), by=make_moderator())

    descriptions = [attachment.description for attachment in practice.attachments.all()]
    assert (copied.description, descriptions) == ("Evaluation of 2022", ["Evaluation of 2024"])


def test_practice_without_files_shows_no_heading_for_them(client):
    assert read(client.get(make_practice().get_absolute_url())).all("section", "attachments") == []
