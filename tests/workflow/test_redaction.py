"""Redaction: texts of earlier revisions that are removed for good, and everything that followed from them."""

import json

import pytest

from practices import workflow
from practices.choices import Act, State
from practices.exchange import dumps
from practices.models import Dump, ModerationEvent, OutboxMessage, Submission
from tests.support.factories import (
    NOW,
    judged,
    make_administrator,
    make_moderator,
    make_practice,
    make_submission,
)
from tests.support.pages import read

pytestmark = pytest.mark.django_db

SECRET = "Call Josefa Quispe on 555 0199."


def make_practice_naming(secret=SECRET, *, field="lessons"):
    """Publish a submission that names somebody in two revisions, and then one that does not. Return the practice."""
    submission = make_submission(State.SUBMITTED, title="Desks", **{field: secret})
    practice = workflow.publish(judged(submission), by=make_moderator())
    workflow.publish_document(practice.document | {"area": "Batumi"}, to=practice)
    workflow.publish_document(practice.document | {field: "We learnt a lot."}, to=practice)
    OutboxMessage.objects.all().delete()
    practice.refresh_from_db()
    return practice


def redact(practice, number=1, *, fields=("lessons",), by=None, **options):
    by = by or make_administrator()
    return workflow.redact_revision(
        practice, number, fields=fields, by=by, reason="It named a person.", **options
    )


def everywhere(client, practice):
    """Return what anyone can read of a practice: pages, comparisons, exports, the API, OAI-PMH and feeds."""
    page = practice.get_absolute_url()
    paths = [
        page,
        f"{page}revisions/",
        *(f"{page}revisions/{number}/" for number in (1, 2, 3)),
        f"{page}revisions/3/?from=1",
        f"/api/v1/practices/{practice.pk}/",
        *(f"/api/v1/practices/{practice.pk}/revisions/{number}/" for number in (1, 2, 3)),
        f"/api/v1/practices/{practice.pk}/revisions/",
        "/practices/export.json",
        "/practices/export.csv",
        "/practices/feed.atom",
        "/oai?verb=ListRecords&metadataPrefix=practice",
    ]
    answers = {path: client.get(path) for path in paths}
    return {
        path: answer.getvalue().decode() if answer.streaming else answer.text
        for path, answer in answers.items()
        if answer.status_code == 200
    }


def test_redacted_text_is_nowhere_public(client):
    practice = make_practice_naming()
    before = everywhere(client, practice)

    redact(practice)

    after = everywhere(client, practice)
    assert len([path for path, text in before.items() if "Quispe" in text]) >= 3
    assert [path for path, text in after.items() if "Quispe" in text] == []
    assert after.keys() == before.keys()


def test_redacted_text_is_in_no_table(client):
    practice = make_practice_naming()

    redact(practice)

    rows = [*practice.revisions.values_list("document", flat=True)]
    rows += [*practice.submissions.values_list("document", flat=True)]
    rows += [*ModerationEvent.objects.values_list("changes", "internal_note")]
    assert "Quispe" not in json.dumps(rows, default=str)


def test_other_corrections_stay_on_record():
    practice = make_practice_naming()
    event = practice.submissions.get().events.first()
    event.changes = {"start_year": [None, 2019], "lessons": [f"{SECRET} And more.", SECRET]}
    event.save()

    redact(practice)

    event.refresh_from_db()
    assert event.changes == {"start_year": [None, 2019]}


def test_readers_of_a_redacted_revision_are_told(client):
    practice = make_practice_naming()

    redact(practice, now=NOW)

    page = read(client.get(f"{practice.get_absolute_url()}revisions/1/"))
    listed = read(client.get(f"{practice.get_absolute_url()}revisions/"))
    in_api = client.get(f"/api/v1/practices/{practice.pk}/revisions/1/").json()
    told = "The moderators removed something from this text"
    assert [told in page.text, "It named a person." in page.text, listed.text.count(told)] == [True, True, 2]
    assert (in_api["redaction"]["note"], in_api["redaction"]["fields"]) == ("It named a person.", ["lessons"])


def test_revision_that_was_not_redacted_says_so(client):
    practice = make_practice_naming()

    redact(practice)

    assert client.get(f"/api/v1/practices/{practice.pk}/revisions/3/").json()["redaction"] is None


def test_redaction_is_recorded_and_deletes_dumps():
    practice = make_practice_naming()
    dumps.make(now=NOW)
    administrator = make_administrator()

    redact(practice, by=administrator)

    event = practice.events.get(act=Act.REDACTED)
    assert (event.by, event.internal_note) == (administrator, "1: lessons. It named a person.")
    assert Dump.objects.count() == 0


def test_title_is_replaced_by_a_word():
    practice = make_practice(title="Desks of Josefa Quispe")
    workflow.publish_document(practice.document | {"title": "Desks"}, to=practice)

    redact(practice, fields=["title"])

    assert practice.revisions.get(number=1).document["title"] == "[removed]"


def test_current_text_is_not_redacted():
    practice = make_practice_naming()
    workflow.publish_document(practice.document | {"lessons": SECRET}, to=practice)

    with pytest.raises(workflow.StillPublished) as refused:
        redact(practice)

    assert refused.value.fields == ["lessons"]
    assert practice.revisions.get(number=1).document["lessons"] == SECRET


def test_other_texts_of_the_same_field_stay():
    practice = make_practice(title="Desks", lessons="First.")
    for text in (SECRET, "Last."):
        workflow.publish_document(practice.document | {"lessons": text}, to=practice)

    redact(practice, 2)

    assert [each.document["lessons"] for each in practice.revisions.order_by("number")] == [
        "First.",
        "",
        "Last.",
    ]


def test_second_redaction_finds_nothing():
    practice = make_practice_naming()
    administrator = make_administrator()
    redact(practice, by=administrator)

    assert redact(practice, by=administrator) is False
    assert practice.events.filter(act=Act.REDACTED).count() == 1


def test_edit_meanwhile_is_told():
    practice = make_practice_naming()
    seen = workflow.standing(practice)
    workflow.publish_document(practice.document | {"area": "Kutaisi"}, to=practice)

    with pytest.raises(workflow.PracticeRevisedMeanwhile):
        redact(practice, seen=seen)


def test_update_that_is_on_its_way_does_not_bring_the_text_back():
    practice = make_practice_naming()
    update = make_submission(State.SUBMITTED, practice=practice, title="Desks and more")
    Submission.objects.filter(pk=update.pk).update(
        based_on=1, document=practice.revisions.get(number=1).document | {"title": "Desks and more"}
    )
    version = Submission.objects.get(pk=update.pk).content_version

    redact(practice)

    update = Submission.objects.get(pk=update.pk)
    assert update.document["lessons"] == "We learnt a lot."
    assert (update.document["title"], update.content_version != version) == ("Desks and more", True)


def test_import_of_the_redacted_text_is_recognised():
    practice = make_practice_naming()
    fingerprints = list(practice.revisions.values_list("fingerprint", flat=True))

    redact(practice)

    assert list(practice.revisions.values_list("fingerprint", flat=True)) == fingerprints
