"""Pages of questions: the form, the private pages of both sides, and the page of the practice."""

import pytest
from django.core import signing

from practices import workflow
from practices.choices import QuestionState, State
from practices.models import OutboxMessage, Question, QuestionContact, Submission
from tests.support.factories import (
    NOW,
    make_moderator,
    make_practice,
    make_question,
    make_submission,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

ANA, READER = "ana@example.org", "reader@example.org"


@pytest.fixture
def practice():
    """A practice whose submitter can be asked."""
    return make_submission(State.PUBLISHED, title="Desks").practice


def ask_path(practice):
    return f"{practice.get_absolute_url()}ask/"


def typed(client, practice, **changes):
    """Return the form for a question as a browser sends it, filled in."""
    form = sent_by(read(client.get(ask_path(practice))).one("form", "stack"))
    return form | {"text": ["Who runs it?"], "address": [READER]} | changes


def text_of(response):
    return " ".join(read(response).text.split())


# Asking ---------------------------------------------------------------------------


def test_question_is_stored_and_its_asker_gets_a_link(client, practice):
    response = client.post(ask_path(practice), typed(client, practice), follow=True)

    question = Question.objects.get()
    assert (question.text, question.address, question.state) == ("Who runs it?", READER, "asked")
    assert "Check your e-mail" in text_of(response)


def test_question_without_an_address_is_kept_and_says_what_to_mend(client, practice):
    response = client.post(ask_path(practice), typed(client, practice, address=[""]))

    assert response.status_code == 422
    assert "Enter your e-mail address, so that the answer can reach you." in text_of(response)
    assert read(response).one("textarea").text == "Who runs it?"


def test_question_of_a_program_is_not_stored(client, practice):
    response = client.post(ask_path(practice), typed(client, practice, website=["https://shop.example"]))

    assert (response.status_code, Question.objects.count()) == (302, 0)


def test_too_many_questions_have_to_wait(client, practice, settings):
    settings.QUESTIONS_PER_HOUR = 1
    form = typed(client, practice)
    client.post(ask_path(practice), form)

    response = client.post(ask_path(practice), form | {"text": ["And where?"]})

    assert (response.status_code, "Retry-After" in response.headers) == (429, True)


def test_practice_that_nobody_answers_for_says_so(client):
    response = client.get(ask_path(make_practice()))

    assert "takes no questions at the moment" in text_of(response)


def test_question_about_what_was_turned_off_meanwhile_is_shown_again(client, practice):
    form = typed(client, practice)
    workflow.turn_questions(practice, on=False)

    response = client.post(ask_path(practice), form)

    assert (response.status_code, Question.objects.count()) == (409, 0)
    assert "Who runs it?" in text_of(response)


def test_form_of_a_withdrawn_practice_is_gone(client, practice):
    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")

    assert client.get(ask_path(practice)).status_code == 410


# Links ----------------------------------------------------------------------------


def test_link_to_confirm_changes_nothing_before_the_button_is_pressed(client):
    question = make_question(QuestionState.ASKED)
    path = workflow.question_confirm_path(question)

    shown = client.get(path)
    before = Question.objects.get().state
    client.post(path)

    assert "Who" not in shown.headers.get("Location", "")
    assert (shown.status_code, before, Question.objects.get().state) == (200, "asked", "sent")


def test_confirmation_leads_to_the_page_of_the_question(client):
    question = make_question(QuestionState.ASKED)

    response = client.post(workflow.question_confirm_path(question), follow=True)

    assert "Your question was sent on" in text_of(response)


@pytest.mark.parametrize("path", ["confirm", "asked", "answer", "contact", "waiting"])
def test_altered_link_says_what_may_have_happened(client, path):
    response = client.get(f"/questions/{path}/{signing.Signer(salt='x').sign('some-key')}/")

    assert response.status_code == 404
    assert "the question was deleted" in text_of(response)


def test_link_of_one_purpose_opens_no_other_page(client):
    question = make_question()
    token = workflow.question_path(question).split("/")[-2]

    statuses = [
        client.get(f"/questions/{page}/{token}/").status_code for page in ("asked", "answer", "confirm")
    ]

    assert statuses == [200, 404, 404]


def test_page_of_the_asker_opens_only_once_the_address_is_confirmed(client):
    question = make_question(QuestionState.ASKED)

    assert client.get(workflow.question_path(question)).status_code == 404


def test_neither_page_shows_the_address_of_the_other_side(client):
    question = make_question(QuestionState.ANSWERED)
    pages = [
        client.get(path).text
        for path in (
            workflow.question_path(question),
            workflow.question_answer_path(question),
            question.practice.get_absolute_url(),
        )
    ]

    assert [ANA in page or READER in page for page in pages] == [False] * 3


# Answering ------------------------------------------------------------------------


def test_answer_is_sent_from_its_page(client):
    question = make_question()

    response = client.post(
        workflow.question_answer_path(question),
        {"answer": "1", "text": "Two.", "consents": "on"},
        follow=True,
    )

    question.refresh_from_db()
    assert (question.answer, question.contact_consents) == ("Two.", True)
    assert "Your answer was sent to the reader" in text_of(response)


def test_empty_answer_is_not_sent(client):
    question = make_question()

    response = client.post(workflow.question_answer_path(question), {"answer": "1", "text": " "})

    assert (response.status_code, Question.objects.get().state) == (422, "sent")


def test_answer_to_a_question_stopped_meanwhile_is_not_lost(client):
    question = make_question(QuestionState.STOPPED)

    response = client.post(workflow.question_answer_path(question), {"answer": "1", "text": "Two."})

    assert (response.status_code, Question.objects.get().answer) == (409, "")


def test_question_is_declined_from_its_page(client):
    question = make_question()

    client.post(workflow.question_answer_path(question), {"decline": "1"})

    assert Question.objects.get().state == "declined"


def test_questions_are_turned_off_from_the_page_of_one(client):
    question = make_question()

    client.post(workflow.question_answer_path(question), {"questions": "off"})

    assert QuestionContact.objects.get().is_off


def test_contact_of_a_merged_practice_turns_nothing_off_on_the_other(client):
    question, kept = make_question(), make_practice(title="Kept")
    workflow.merge(question.practice, into=kept, by=make_moderator())

    client.post(workflow.question_answer_path(question), {"questions": "off"})

    assert not workflow.takes_no_questions(kept)


def test_erased_contact_cannot_answer_any_more(client):
    question = make_question()
    QuestionContact.objects.create(practice=question.practice)
    question.submission.submitter.email = ""
    question.submission.submitter.save()

    response = client.get(workflow.question_answer_path(question))

    assert "This question is closed" in text_of(response)
    assert question.text not in response.text


def test_contact_named_by_a_moderator_confirms_by_the_button(client):
    practice = make_practice()
    workflow.set_question_contact(practice, "desk@example.org", language="en", by=make_moderator())
    path = workflow.question_contact_path(QuestionContact.objects.get())
    client.get(path)
    before = QuestionContact.objects.get().confirmed_at

    client.post(path)

    assert (before, QuestionContact.objects.get().confirmed_at is None) == (None, False)


def test_asker_lets_a_question_be_published(client):
    question = make_question(QuestionState.ANSWERED)

    client.post(workflow.question_path(question), {"consent": "yes"})

    assert Question.objects.publishable().count() == 1


def replace_contact(practice):
    workflow.set_question_contact(practice, "other@example.org", language="en", by=make_moderator())


def withdraw(practice):
    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")


@pytest.mark.parametrize("happens", [replace_contact, withdraw])
def test_contact_no_longer_agrees_whoever_is_asked_now(client, happens):
    practice = make_practice()
    workflow.set_question_contact(practice, "desk@example.org", language="en", by=make_moderator())
    workflow.confirm_question_contact(QuestionContact.objects.get())
    question = make_question(QuestionState.PUBLISHED, practice=practice)
    happens(practice)
    path = workflow.question_answer_path(question)
    button = "Remove both from the page" in text_of(client.get(path))

    response = client.post(path, {"consent": "no"})

    question.refresh_from_db()
    assert (button, response.status_code, question.state, question.contact_consents) == (
        True,
        302,
        QuestionState.ANSWERED,
        False,
    )


# The page of the practice, and the private page of its submitter --------------------


def section(client, practice):
    """Return what the section on questions says; "" if there is none."""
    found = read(client.get(practice.get_absolute_url())).texts("section", "questions")
    return " ".join(" ".join(found).split())


def test_practice_page_offers_to_ask(client, practice):
    assert section(client, practice) == (
        "Questions and answers Something you would like to know? You can ask those behind this practice. "
        "Your address is not shown to them. Ask a question"
    )


def test_practice_page_says_nothing_of_questions_where_nobody_can_be_asked(client):
    assert section(client, make_practice()) == ""


def test_practice_page_shows_published_answers(client):
    question = make_question(QuestionState.PUBLISHED, name="Léa Martin")

    said = section(client, question.practice)

    assert "How many people work there? Two at each desk. Answered on" in said
    assert "Léa Martin" not in said


@pytest.mark.parametrize("state", [state for state in QuestionState if state != QuestionState.PUBLISHED])
def test_question_in_another_state_is_not_on_the_page(client, state):
    question = make_question(state, now=NOW)

    assert question.text not in client.get(question.practice.get_absolute_url()).text


def test_practice_page_says_that_nobody_has_answered_yet(client):
    practice = make_question(QuestionState.EXPIRED, now=NOW).practice

    assert "They have not answered a question yet." in section(client, practice)


def test_page_changes_as_soon_as_questions_are_turned_off(client, practice):
    before = section(client, practice)

    workflow.turn_questions(practice, on=False)

    assert (bool(before), section(client, practice)) == (True, "")


def test_private_page_lists_questions_and_turns_them_off(client):
    question = make_question()
    page = question.submission.get_private_url()
    shown = read(client.get(page)).texts("section", "stack")

    client.post(f"{page}questions/", {"questions": "off"})

    assert any("How many people work there?" in text for text in shown)
    assert workflow.takes_no_questions(question.practice)


def test_private_page_of_a_correction_turns_nothing_off(client, practice):
    correction = make_submission(State.PUBLISHED, practice=practice, title="Offices")
    Submission.objects.filter(pk=correction.pk).update(based_on=1)

    client.post(f"{correction.get_private_url()}questions/", {"questions": "off"})

    assert not workflow.takes_no_questions(practice)


def test_question_mail_has_no_reply_address_of_the_asker():
    make_question()

    message = OutboxMessage.objects.get(kind="question_asked")

    assert READER not in str(message.context)


def test_question_about_a_practice_that_was_withdrawn_while_typing_is_shown_again(client, practice):
    form = typed(client, practice)
    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")

    response = client.post(ask_path(practice), form)

    assert (response.status_code, "Who runs it?" in text_of(response)) == (409, True)


def test_question_closed_before_it_was_confirmed_says_why(client):
    question = make_question(QuestionState.ASKED)
    workflow.withdraw_practice(question.practice, by=make_moderator(), reason="Its source is gone.")

    response = client.post(workflow.question_confirm_path(question))

    assert "The practice is no longer in the catalogue, so your question is closed." in text_of(response)


def test_contact_finds_all_questions_that_wait_behind_one_link(client):
    practices = [make_submission(State.PUBLISHED).practice for _number in range(2)]
    first, second, third = [
        make_question(practice=practice, text=f"Who pays for {place}?")
        for place, practice in zip(("desks", "ports", "funds"), [*practices, practices[0]], strict=True)
    ]
    workflow.decline_question(second)

    page = read(client.get(workflow.questions_waiting_path(third)))

    assert [" ".join(each.text.split()) for each in page.all("blockquote")] == [
        "Who pays for desks?",
        "Who pays for funds?",
    ]
    assert {workflow.question_answer_path(each) for each in (first, third)} <= {
        address for _text, address in page.links()
    }


@pytest.mark.parametrize("done", [{"answer": "1", "text": "The city."}, {"decline": "1"}])
def test_page_of_a_question_that_is_done_leads_to_the_others_that_wait(client, done):
    practice = make_submission(State.PUBLISHED).practice
    first, *_others = [make_question(practice=practice, text=f"Who pays {each}?") for each in range(3)]
    path = workflow.question_answer_path(first)
    assert "wait for you" not in text_of(client.get(path))

    page = read(client.post(path, done, follow=True))

    [address] = [address for text, address in page.links() if text == "2 more questions wait for you"]
    assert read(client.get(address)).texts("blockquote") == ["Who pays 1?", "Who pays 2?"]


def test_page_of_the_last_question_speaks_of_no_others(client):
    path = workflow.question_answer_path(make_question())

    response = client.post(path, {"answer": "1", "text": "The city."}, follow=True)

    assert ("Thank you." in text_of(response), "for you" in text_of(response)) == (True, False)


def test_page_of_waiting_questions_says_that_there_is_none(client):
    question = make_question(QuestionState.ANSWERED)

    assert "No question waits for your answer." in client.get(workflow.questions_waiting_path(question)).text


def test_link_to_answer_one_question_does_not_open_the_others(client):
    path = workflow.question_answer_path(make_question()).replace("/answer/", "/waiting/")

    assert client.get(path).status_code == 404
