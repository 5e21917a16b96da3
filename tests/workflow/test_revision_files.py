"""Files of revisions: recorded, compared, merged, approved and served with them."""

import io
import json

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from practices import workflow
from practices.choices import State
from practices.core import upload_checks
from practices.documents import files
from practices.models import Attachment, Revision, RevisionFile, Submission
from practices.workflow import RevisedMeanwhile, SavedMeanwhile, seen_version
from tests.support.addresses import address
from tests.support.factories import document, judged, make_moderator, make_practice, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"


def attach(submission, content, *, name="report.pdf", description="Evaluation of 2022"):
    upload = upload_checks.validate(io.BytesIO(PDF + content), name=name)
    return workflow.attach(submission, upload, description=description)


def confirm(submission):
    submission.refresh_from_db()
    workflow.submit(submission, seen=submission.content_version)
    return submission


def publish_with(*contents, **changes):
    """Publish a practice with a file of each content."""
    submission = make_submission(**changes)
    for number, content in enumerate(contents):
        attach(submission, content, name=f"file-{number}.pdf", description=f"File {number}")
    return workflow.publish(judged(confirm(submission)), by=make_moderator())


def begin_update(practice, state=State.DRAFT, **changes):
    """Begin an update of the latest revision of a practice."""
    latest = practice.revisions.first()
    update = make_submission(state, practice=practice, **{"title": practice.title, **changes})
    Submission.objects.filter(pk=update.pk).update(based_on=latest.number, document=latest.document | changes)
    return Submission.objects.select_related("practice", "submitter").get(pk=update.pk)


def published_files(practice):
    return [file.description for file in practice.revisions.first().files.all()]


def test_revision_keeps_its_files_when_an_update_removes_them(client, moderator):
    practice = publish_with(b"1")
    first = practice.revisions.get()
    update = begin_update(practice)
    workflow.detach(update, update.attachments.get().pk)
    attach(update, b"2", description="Evaluation of 2024")

    workflow.publish(judged(confirm(update)), by=moderator)

    shown = [
        [
            text
            for text, _path in read(client.get(revision.get_absolute_url()))
            .one("section", "attachments")
            .links()
        ]
        for revision in practice.revisions.all()
    ]
    old = first.files.get()
    assert shown == [["Evaluation of 2024"], ["File 0"]]
    assert b"".join(client.get(old.get_absolute_url()).streaming_content) == PDF + b"1"


def test_file_of_an_old_revision_outlives_the_submission_it_came_with(
    client, moderator, django_capture_on_commit_callbacks
):
    practice = publish_with(b"1")
    update = begin_update(practice)
    workflow.detach(update, update.attachments.get().pk)
    workflow.publish(judged(confirm(update)), by=moderator)

    with django_capture_on_commit_callbacks(execute=True):
        Submission.objects.all().delete()

    file = RevisionFile.objects.get(revision__number=1)
    assert client.get(file.get_absolute_url()).status_code == 200


def test_files_of_a_withdrawn_practice_are_gone_in_every_revision(client, moderator):
    practice = publish_with(b"1")
    workflow.publish_document(document(area="Batumi"), to=practice)

    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    assert {client.get(file.get_absolute_url()).status_code for file in RevisionFile.objects.all()} == {404}


def test_update_of_a_file_alone_makes_a_revision_that_says_so(client, moderator):
    practice = publish_with(b"1")
    update = begin_update(practice)
    attach(update, b"2", name="annex.pdf", description="Annex")

    workflow.publish(judged(confirm(update)), by=moderator)

    listed = (
        read(client.get(practice.get_absolute_url() + "revisions/"))
        .one("ol", "timeline")
        .texts("p", "eyebrow")
    )
    page = read(client.get(practice.revisions.first().get_absolute_url()))
    assert (practice.revisions.count(), listed) == (2, ["Changed: Files"])
    assert [text.split(",")[0] for text in page.one("dl", "differences").texts("ins")] == ["Annex (annex.pdf"]


def test_update_that_changes_nothing_makes_no_revision(moderator):
    practice = publish_with(b"1")

    workflow.publish(judged(confirm(begin_update(practice))), by=moderator)

    assert practice.revisions.count() == 1


def test_edit_of_the_text_keeps_the_files():
    practice = publish_with(b"1", b"2")

    workflow.publish_document(document(area="Batumi"), to=practice)

    assert [(file.number, published_files(practice)) for file in practice.revisions.all()[:1]] == [
        (2, ["File 0", "File 1"])
    ]


@pytest.mark.parametrize("change", ["add", "remove", "describe", "order"])
def test_confirmation_of_files_not_seen_is_refused(change):
    submission = make_submission()
    first, second = attach(submission, b"1"), attach(submission, b"2", name="annex.pdf")
    submission.refresh_from_db()
    seen = submission.content_version
    match change:
        case "add":
            attach(submission, b"3", name="more.pdf")
        case "remove":
            workflow.detach(submission, first.pk)
        case "describe":
            attach(submission, b"1", description="Evaluation of 2023")
        case "order":
            workflow.put_first(submission, second.pk)
    submission.refresh_from_db()

    with pytest.raises(SavedMeanwhile):
        workflow.submit(submission, seen=seen)


def test_adding_a_file_leaves_an_open_form_alone():
    submission = make_submission()
    attach(submission, b"1")

    workflow.save(submission, typed={}, seen=1, document=document(title="Desks"), submitter={})

    assert submission.title == "Desks"


def test_page_that_confirms_shows_the_file_added_meanwhile(client):
    submission = make_submission()
    path = workflow.confirm_path(submission)
    form = sent_by(read(client.get(path)).one("form", "button-row"))
    attach(submission, b"1")

    response = client.post(path, form)

    shown = read(response).one("section", "attachments").texts("bdi")
    assert (response.status_code, shown) == (409, ["Evaluation of 2022"])


def test_approval_of_other_files_counts_no_longer_and_the_page_says_so(client, settings):
    settings.APPROVALS_NEEDED = 2
    settings.BLIND_APPROVALS = False
    submission = make_submission(State.SUBMITTED)
    for name in ("Amina", "Bo"):
        workflow.approve(submission, by=make_moderator(name))
    workflow.request_changes(submission, by=make_moderator(), reason="Is there a report?")
    attach(submission, b"1")
    submission.refresh_from_db()
    workflow.resubmit(submission, submission.document, seen=submission.content_version)

    missing = workflow.judgement(submission).missing

    client.force_login(make_moderator())
    page = read(client.get(f"/admin/practices/submission/{submission.pk}/change/"))
    notice = page.one("div", "review-approvals").one("p", "review-notice").text
    assert (missing, notice) == (
        2,
        (
            "The text or the files have changed since these people approved, or the submission was reopened. "
            "They have to approve again: Amina, Bo"
        ),
    )


def test_decision_on_files_not_seen_is_refused(moderator):
    submission = make_submission(State.CHANGES_REQUESTED)
    seen = seen_version(submission)
    attach(submission, b"1")
    submission.refresh_from_db()

    with pytest.raises(workflow.ChangedMeanwhile):
        workflow.reject(submission, by=moderator, reason="No report.", seen=seen)


def test_review_page_shows_what_would_change_in_the_files(client, moderator):
    practice = publish_with(b"1", b"2")
    update = begin_update(practice)
    kept, removed = update.attachments.all()
    workflow.detach(update, removed.pk)
    attach(update, b"3", name=removed.name, description="Annex of 2024")
    attach(update, b"1", name=kept.name, description="Evaluation")
    attach(update, b"4", name="more.pdf", description="More")
    client.force_login(moderator)

    page = read(client.get(f"/admin/practices/submission/{confirm(update).pk}/change/"))

    shown = page.one("section", "review-differences").texts("dd")
    assert [text.split("(")[0] + text.split("→")[-1].split("(")[0] for text in shown] == [
        "Added: More Added: More ",
        "Replaced: File 1  Annex of 2024 ",
        "New description: File 0  Evaluation ",
    ]


def test_update_follows_newer_files_that_it_left_alone(moderator):
    practice = publish_with(b"1")
    mine, other = begin_update(practice, area="Batumi"), begin_update(practice)
    attach(other, b"2", name="annex.pdf", description="Annex")
    workflow.publish(judged(confirm(other)), by=moderator)

    workflow.publish(judged(confirm(mine)), by=moderator)

    assert (practice.document["area"], published_files(practice)) == ("Batumi", ["File 0", "Annex"])


def test_update_of_files_that_a_newer_revision_changed_waits_for_a_decision(moderator):
    practice = publish_with(b"1")
    mine, other = begin_update(practice), begin_update(practice)
    attach(other, b"2", name="annex.pdf", description="Annex")
    attach(mine, b"3", name="map.pdf", description="Map")
    workflow.publish(judged(confirm(other)), by=moderator)
    confirm(mine)
    mine = Submission.objects.get(pk=mine.pk)

    with pytest.raises(RevisedMeanwhile):
        workflow.publish(judged(mine), by=moderator)

    workflow.rebase(mine, to=2, published=["files"], by=moderator)
    assert [file.description for file in mine.attachments.all()] == ["File 0", "Annex"]


def test_address_of_a_file_before_revisions_had_them_leads_to_it(client, moderator):
    practice = publish_with(b"1")
    attachment = practice.attachments.get()
    update = begin_update(practice)
    workflow.detach(update, update.attachments.get().pk)
    workflow.publish(judged(confirm(update)), by=moderator)

    response = client.get(address("attachment", practice.pk, attachment.pk, attachment.name))

    assert (response.status_code, response.url) == (301, RevisionFile.objects.get().get_absolute_url())


def test_revision_without_record_says_nothing_false_of_its_files(client):
    practice = make_practice()
    workflow.publish_document(document(area="Batumi"), to=practice)
    Revision.objects.filter(number=1).update(files_recorded=False)

    pages = [read(client.get(revision.get_absolute_url())) for revision in practice.revisions.all()]

    said = "The files of this revision were not recorded."
    assert [said in page.text for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [(b"12", b"12", False), (b"12", b"21", True), (b"1", b"", True), (b"", b"1", True), (None, b"1", False)],
)
def test_files_differ_where_readers_get_something_else(before, after, differ):
    def made_of(contents):
        return contents and [RevisionFile(name="a.pdf", sha256=str(each), size=1) for each in contents]

    found = files.between(made_of(before), made_of(after) or [])

    assert bool(found) == differ


def test_file_removed_for_good_is_in_no_revision(client, moderator, django_capture_on_commit_callbacks):
    practice = publish_with(b"1", b"2")
    workflow.publish_document(document(area="Batumi"), to=practice)
    file = RevisionFile.objects.filter(description="File 0").first()
    client.force_login(moderator)
    path = f"/admin/practices/practice/{practice.pk}/files/{file.sha256}/remove/"
    form = sent_by(read(client.get(path)).one("div", id="content").one("form"))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, form | {"reason": "It shows faces."})

    shown = [
        read(client.get(revision.get_absolute_url())).one("section", "attachments").texts("li")
        for revision in practice.revisions.order_by("number")
    ]
    assert (client.get(file.get_absolute_url()).status_code, default_storage.exists(file.file.name)) == (
        404,
        False,
    )
    assert [["removed for good" in text for text in texts] for texts in shown] == [
        [True, False],
        [True, False],
        [False],
    ]
    assert not Attachment.objects.filter(sha256=file.sha256).exists()


def test_file_removed_for_good_is_in_no_update_that_a_merge_moved(
    moderator, django_capture_on_commit_callbacks
):
    practice, other = publish_with(b"1"), make_practice(title="Other")
    file = RevisionFile.objects.get()
    update = workflow.begin_update(Submission.objects.get(practice=practice), language="en")
    workflow.merge(practice, into=other, by=moderator)

    with django_capture_on_commit_callbacks(execute=True):
        workflow.remove_file(practice, file.sha256, by=moderator, reason="It shows faces.")

    assert (update.attachments.count(), default_storage.exists(file.file.name)) == (0, False)


def test_page_of_a_practice_offers_to_remove_each_file_for_good(client, moderator):
    practice = publish_with(b"1", b"2")
    client.force_login(moderator)

    page = read(client.get(f"/admin/practices/practice/{practice.pk}/change/"))

    removed = [path for text, path in page.links() if text.startswith("Remove permanently")]
    assert removed == [
        f"/admin/practices/practice/{practice.pk}/files/{file.sha256}/remove/"
        for file in RevisionFile.objects.all()
    ]


def test_metadata_of_a_practice_names_its_files(client):
    practice = publish_with(b"1")

    [script] = read(client.get(practice.get_absolute_url())).all("script", type="application/ld+json")

    [media] = json.loads(script.raw)["associatedMedia"]
    file = RevisionFile.objects.get()
    assert (media["name"], media["sha256"], media["contentUrl"]) == (
        "File 0",
        file.sha256,
        f"{settings.SITE_URL}{file.get_absolute_url()}",
    )
