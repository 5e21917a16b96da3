"""The private page of a submission after its publication."""

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage, Submission
from practices.models.submission import new_token
from practices.notifications import emails
from practices.web.submit.private_page import submission_form
from tests.support.addresses import address
from tests.support.factories import judged, make_practice, make_submission, make_submitter
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    return make_submission(State.PUBLISHED, credit="Port of Batumi")


def page_of(client, submission):
    return read(client.get(submission.get_private_url())).one("main")


def form_at(page, name):
    [form] = [
        form for form in page.all("form") if form.get("action", "").partition("#")[0].endswith(f"/{name}/")
    ]
    return form


def ask(client, submission, **typed):
    return client.post(address("submission-request-withdrawal", submission.token), typed)


def correction_of(practice):
    """Send in another reader's correction of a practice."""
    correction = workflow.begin_correction(
        practice,
        practice.document | {"area": "Batumi"},
        submitter=make_submitter(name="Bo Lindqvist", email="bo@example.org"),
        form_key=new_token(),
        language="en",
        based_on=practice.revision_number,
    )
    workflow.submit(correction, seen=correction.content_version)
    return correction


def test_withdrawal_is_requested_and_the_request_cancelled_on_the_private_page(client, published):
    ask(client, published, reason="It names a colleague.")
    page = page_of(client, published)
    client.post(form_at(page, "request-withdrawal")["action"], {"step": "cancel"})

    published.refresh_from_db()
    assert "You asked us on" in page.one("div", "notice").text
    assert "Please withdraw this practice from the catalogue: It names a colleague." in page.text
    assert published.withdrawal_requested_at is None


@pytest.fixture
def update(client, published, moderator):
    """Publish an update that the submitter began on the private page, and return it."""
    update = workflow.begin_update(published, language="en")
    workflow.submit(update, seen=update.content_version)
    workflow.publish(judged(update), by=moderator)
    return update


def test_request_for_withdrawal_is_shown_on_every_private_page_of_the_practice(client, published, update):
    ask(client, published, reason="It names a colleague.")

    page = page_of(client, update)

    assert "We were asked on" in page.one("div", "notice").text
    assert page.all("details", id="withdrawal") == []


def test_practice_has_one_request_for_withdrawal(client, published, update):
    for submission in (published, update):
        ask(client, submission, reason="It names a colleague.")

    told = OutboxMessage.objects.filter(kind=Kind.WITHDRAWAL_REQUESTED)
    assert list(Submission.objects.requesting_withdrawal()) == [published]
    assert told.count() == 1


def test_request_for_withdrawal_is_cancelled_on_any_private_page_of_the_practice(client, published, update):
    ask(client, published, reason="It names a colleague.")

    client.post(form_at(page_of(client, update), "request-withdrawal")["action"], {"step": "cancel"})

    assert not Submission.objects.requesting_withdrawal().exists()
    assert published.thread.last().text == "Please do not withdraw this practice any more."


def test_request_without_a_reason_is_asked_for_one(client, published):
    response = ask(client, published, reason=" ")

    page = read(response)
    assert (response.status_code, page.one("main").texts(class_="errorlist")) == (
        422,
        ["Enter a reason, so that the moderators can decide."],
    )
    assert page.one("main").all("details")[0].get("open") is not None
    assert page.one("title").text.startswith("Error: Status: ")


def test_form_to_ask_for_withdrawal_leads_back_to_itself(client, published):
    page = page_of(client, published)

    [form] = [form for form in page.all("form") if "/request-withdrawal/" in form.get("action", "")]

    assert form["action"].partition("#")[2] == page.all("details")[0]["id"]


def test_update_by_the_private_link_needs_no_second_confirmation(client, published):
    client.post(address("submission-update", published.token))
    update = Submission.objects.get(state=State.DRAFT)
    typed = submission_form(update).typed() | {"note": ["It has a second desk now."]}
    Submission.objects.filter(pk=update.pk).update(typed=typed)
    OutboxMessage.objects.all().delete()
    path = address("submission-send", update.token)
    page = read(client.get(path)).one("main")

    client.post(path, sent_by(page.one("form")))

    update.refresh_from_db()
    assert "You do not need to confirm your address again." in page.text
    assert (update.state, [message.kind for message in OutboxMessage.objects.all()]) == (
        State.SUBMITTED,
        [Kind.SUBMISSION_RECEIVED],
    )


def test_update_by_the_private_link_announces_a_confirmation_of_another_address_only(client, published):
    client.post(address("submission-update", published.token))
    update = Submission.objects.get(state=State.DRAFT)

    page = read(client.get(address("submission-edit", update.token)))

    assert page.one(id="id_email_helptext").text == (
        "Never published. If you change it, we send you a link to confirm the new address."
    )


def test_page_says_that_a_correction_is_in_review_and_not_by_whom(client, published):
    correction_of(published.practice)

    page = page_of(client, published)

    assert "Another reader has suggested a correction, which is in review." in page.one("div", "notice").text
    assert "Lindqvist" not in page.text


def test_page_shows_what_moderators_edited_before_publication(client, moderator):
    submission = make_submission(State.IN_REVIEW, area="Manila")
    workflow.correct(submission, submission.document | {"area": "Batumi"}, by=moderator)
    workflow.publish(judged(submission), by=moderator)

    [edited] = page_of(client, submission).all("dl", "differences")

    assert (edited.texts("dt"), edited.texts("del"), edited.texts("ins")) == (
        ["Area"],
        ["[removed: Manila]"],
        ["[added: Batumi]"],
    )


def test_page_tells_what_became_of_the_practice(client, published, moderator):
    practice = published.practice
    workflow.edit_practice(practice, practice.document | {"area": "Batumi"}, by=moderator, note="Named it.")
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")
    workflow.restore_practice(practice, by=moderator, reason="Its source is back.")

    [history] = page_of(client, published).all("ol", "timeline")[:1]

    assert [entry.text.partition(" UTC ")[2] for entry in history.all("li")] == [
        "Submitted",
        "Published",
        "New version (revision 2) Named it.",
        "Withdrawn from the catalogue Its source is gone.",
        "Back in the catalogue Its source is back.",
    ]


def test_page_shows_what_was_asked_about_each_field(client, moderator):
    submission = make_submission(State.SUBMITTED)
    workflow.request_changes(
        submission,
        by=moderator,
        reason="",
        field_reasons={"area": "Which port?", "start_year": "Since when?"},
    )

    [history] = page_of(client, submission).all("ol", "timeline")[:1]

    assert history.all("li")[-1].text.endswith("Changes requested Area: Which port? Start year: Since when?")


def test_messages_stay_on_the_page_of_a_withdrawn_submission(client):
    submission = make_submission(State.SUBMITTED)
    workflow.write(submission, "We had second thoughts.")
    workflow.withdraw(submission)

    thread = page_of(client, submission).one("section", id="thread")

    assert "We had second thoughts." in thread.text
    assert thread.all("form") == []


def test_withdrawn_changes_are_not_called_a_withdrawn_practice(client, published):
    correction = correction_of(published.practice)

    before = page_of(client, correction)
    client.post(form_at(before, "withdraw")["action"])

    page = page_of(client, correction)
    assert before.one("div", "notice").text == (
        "Your changes have reached the moderators. We will e-mail you if they accept them or have a question."
    )
    assert form_at(before, "withdraw").text == (
        "Your changes will not be published. This cannot be undone. Withdraw changes"
    )
    assert page.one("div", "notice").text == "Your changes were withdrawn. They will not be published."
    assert "You can copy your text from below, and suggest changes again. Suggest changes" in page.text


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN])
def test_page_of_what_will_not_be_published_leads_to_a_new_submission(client, state):
    page = page_of(client, make_submission(state))

    assert "/submit/" in [link["href"] for link in page.all("a")]


def test_changes_that_are_not_accepted_are_not_called_a_practice(client, published, moderator):
    correction = correction_of(published.practice)

    workflow.reject(correction, by=moderator, reason="It has no source.")

    page = page_of(client, correction)
    mails = {
        message.kind: emails.compose(message)
        for message in OutboxMessage.objects.filter(address="bo@example.org")
    }
    rejected, received = mails[Kind.SUBMISSION_REJECTED], mails[Kind.SUBMISSION_RECEIVED]
    title = published.practice.title
    assert page.one("div", "notice").text == "Your changes were not accepted. The reasons are below."
    assert rejected.subject == f"Changes not accepted: {title} – Migration Good Practices"
    assert f"Thank you for suggesting changes to “{title}”." in " ".join(rejected.body.split())
    assert f"Your changes to “{title}” have reached the moderators." in " ".join(received.body.split())


def test_changes_that_were_merged_into_another_practice_stay_changes(published, moderator):
    correction = correction_of(published.practice)
    workflow.merge(published.practice, into=make_practice(title="Desks"), by=moderator)

    workflow.publish(judged(Submission.objects.get(pk=correction.pk)), by=moderator, note="")

    assert Submission.objects.get(pk=correction.pk).is_change


def test_page_to_confirm_changes_does_not_offer_to_withdraw_the_practice(client, published):
    practice = published.practice
    draft = workflow.begin_correction(
        practice,
        practice.document | {"area": "Batumi"},
        submitter=make_submitter(name="Bo Lindqvist", email="bo@example.org"),
        form_key=new_token(),
        language="en",
        typed={"note": "The desk has moved."},
        based_on=practice.revision_number,
    )
    Submission.objects.filter(pk=draft.pk).update(sent_at=draft.created_at)
    draft.refresh_from_db()

    page = read(client.get(workflow.confirm_path(draft)))

    assert "Someone suggested changes to this practice with the address bo@example.org." in page.text
    assert "can view, edit and withdraw these changes" in page.text
    assert page.one("title").text.startswith("Confirm your changes: ")
