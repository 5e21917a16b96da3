"""Pages of submitters that were open while something else happened, and say so instead of nothing."""

import pytest

from practices import workflow
from practices.choices import State
from practices.models import OutboxMessage, Submission
from tests.support.documents import FULL
from tests.support.factories import make_moderator, make_practice, make_submission, make_update
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

REFUSED = "This could not be done, because something changed while your page was open."
GONE = "Changes to it can be published only if the moderators restore it."


def preview(client, submission):
    """Return what the form of the preview sends."""
    return sent_by(read(client.get(f"{submission.get_private_url()}send/")).one("form", "button-row"))


def send(client, submission, form):
    return client.post(f"{submission.get_private_url()}send/", form, follow=True)


def request_changes(submission):
    workflow.request_changes(submission, by=make_moderator(), reason="Which years?")


def test_preview_of_a_draft_does_not_answer_a_request_for_changes(client):
    submission = make_submission(**FULL)
    form = preview(client, submission)
    workflow.submit(submission, seen=submission.content_version)
    request_changes(submission)

    response = send(client, submission, form)

    assert REFUSED in read(response).text
    assert Submission.objects.get().state == State.CHANGES_REQUESTED


def test_preview_of_one_answer_does_not_answer_the_next_request(client):
    submission = make_submission(State.CHANGES_REQUESTED, **FULL)
    form = preview(client, submission)
    send(client, submission, form)
    request_changes(Submission.objects.get())

    response = send(client, submission, form)

    assert REFUSED in read(response).text
    assert Submission.objects.get().state == State.CHANGES_REQUESTED


def test_preview_of_an_update_is_not_sent_to_another_practice(client, moderator):
    practice = make_practice(**FULL)
    draft = make_update(practice, State.DRAFT, **FULL)
    workflow.save(draft, typed={"note": ["Newer"]}, seen=draft.version, document=draft.document, submitter={})
    form = preview(client, draft)
    workflow.merge(practice, into=make_practice(title="Pension desks"), by=moderator)

    response = send(client, draft, form)

    page = read(response)
    assert REFUSED in page.text
    assert page.texts("p", "eyebrow")[0] == "An update of Pension desks"
    assert OutboxMessage.objects.filter(submission=draft).count() == 1


def test_preview_that_shows_the_last_request_answers_it(client):
    submission = make_submission(State.CHANGES_REQUESTED, **FULL)

    send(client, submission, preview(client, submission))

    assert Submission.objects.get().state == State.SUBMITTED


def test_message_to_moderators_who_have_nothing_any_more_is_shown_to_copy(client):
    submission = make_submission(State.WITHDRAWN)

    response = client.post(f"{submission.get_private_url()}write/", {"text": "We began in 2016."})

    page = read(response)
    assert (response.status_code, REFUSED in page.text) == (409, True)
    assert page.texts("p", "conflict-text") == ["We began in 2016."]


@pytest.mark.parametrize("step", ["link", "update"])
def test_step_that_is_not_possible_any_more_is_refused_in_words(client, step):
    submission = make_submission(State.SUBMITTED)
    OutboxMessage.objects.all().delete()

    response = client.post(f"{submission.get_private_url()}{step}/", follow=True)

    assert REFUSED in read(response).text
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize("page", ["", "edit/", "send/"])
def test_pages_of_an_update_say_that_its_practice_was_withdrawn(client, moderator, page):
    practice = make_practice(**FULL)
    draft = make_update(practice, State.DRAFT, **FULL)
    workflow.save(
        draft,
        typed={"note": ["Newer"]},
        seen=draft.version,
        document=draft.document,
        submitter={},
    )
    before = GONE in read(client.get(draft.get_private_url() + page)).text

    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    assert (before, GONE in read(client.get(draft.get_private_url() + page)).text) == (False, True)


def test_update_by_a_confirmed_address_has_no_step_of_confirming_it(client):
    published = make_submission(State.PUBLISHED, **FULL)
    update = workflow.begin_update(published, language="en")
    workflow.submit(update, seen=update.content_version)

    page = read(client.get(update.get_private_url()))

    assert [step for step in page.one("ol", "steps").texts("li") if "confirm" in step] == []
