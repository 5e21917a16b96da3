"""Access to the admin's own pages for moderators, and data that no admin page shows."""

import io
import tomllib

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType

from practices import workflow
from practices.choices import Kind, State
from practices.core import upload_checks
from practices.models import OutboxMessage, Submission
from tests.support.factories import make_submission, make_submitter
from tests.support.pages import read, sent_by
from tests.web.submit.test_attachments import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission():
    """Submission with an attachment, whose submitter was asked for changes."""
    submission = make_submission(State.CHANGES_REQUESTED)
    workflow.attach(
        submission, upload_checks.validate(io.BytesIO(PDF), name="evaluation.pdf"), description="Evaluation"
    )
    return submission


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


def test_moderators_never_learn_the_private_link(admin_client, submission):
    """Nobody on the staff does, because anyone with the link can answer for the submitter."""
    message = OutboxMessage.objects.get(submission=submission, kind=Kind.SUBMISSION_CONFIRM)
    kind = ContentType.objects.get_for_model(Submission).pk
    form = sent_by(read(admin_client.get(page_of(submission))).one("form", "review-decision"))
    rehearsed = admin_client.post(page_of(submission), form | {"step": "reject", "reason": "Too short"})

    pages = [
        admin_client.get(page_of(submission)),
        rehearsed,
        admin_client.get("/admin/practices/submission/?pile=waiting"),
        admin_client.get(f"/admin/practices/outboxmessage/{message.pk}/change/"),
        admin_client.get(f"/admin/practices/submitter/{submission.submitter_id}/change/"),
        admin_client.get(f"/admin/r/{kind}/{submission.pk}/"),
    ]

    assert [page.status_code for page in pages] == [200] * 5 + [404]
    assert [submission.token in page.text + page.headers.get("Location", "") for page in pages] == [False] * 6


def test_contact_of_a_draft_that_was_not_sent_is_not_shown(client, moderator, submission):
    draft = make_submission(submitter=make_submitter(name="Ben Okafor", email="ben@example.org"))
    client.force_login(moderator)

    listed = read(client.get("/admin/practices/submitter/")).texts("th", "field-name")
    response = client.get(f"/admin/practices/submitter/{draft.submitter_id}/change/")

    assert (listed, response.status_code) == ([submission.submitter.name], 302)


def test_moderator_opens_a_file_in_the_admin(client, moderator, submission):
    client.force_login(moderator)
    [(_text, path)] = read(client.get(page_of(submission))).one("section", "attachments").links()

    answer = client.get(path)

    headers = [
        answer.headers[name] for name in ("Content-Type", "Content-Disposition", "Content-Security-Policy")
    ]
    assert (b"".join(answer.streaming_content), headers) == (
        PDF,
        ["application/pdf", 'attachment; filename="evaluation.pdf"', "default-src 'none'; sandbox"],
    )


def test_file_in_the_admin_is_for_staff_only(client, submission, django_user_model):
    file = submission.attachments.get()
    client.force_login(django_user_model.objects.create_user("clerk", is_staff=True))

    assert client.get(f"/admin/practices/submission/{submission.pk}/files/{file.pk}/").status_code == 403


# The footer -----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/admin/", "/admin/account/sessions/"])
def test_footer_shows_the_version_to_staff(admin_client, path):
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]

    footer = read(admin_client.get(path)).one("footer", id="footer")

    assert footer.text == f"Migration Good Practices {project['version']} · Mail previews"


def test_footer_shows_no_version_before_signing_in(client):
    footer = read(client.get("/admin/account/login/")).one("footer", id="footer")

    assert footer.texts("p") == []
