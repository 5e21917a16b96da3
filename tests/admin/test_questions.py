"""Questions of readers in the admin: the list, decisions, and contacts that moderators name."""

import pytest

from practices import workflow
from practices.choices import Kind, QuestionState, State
from practices.models import AuditEvent, OutboxMessage, Question, QuestionContact
from practices.notifications import emails
from tests.support.factories import make_moderator, make_practice, make_question, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db

LIST = "/admin/practices/question/"


def page_of(question):
    return f"{LIST}{question.pk}/change/"


def decide(client, question, step, **typed):
    return client.post(f"{LIST}{question.pk}/decide/", {"step": step, **typed}, follow=True)


def test_list_shows_confirmed_questions_only(staff):
    make_question(QuestionState.ASKED, text="Is this a joke?")
    make_question(text="Who runs it?")

    page = staff.get(LIST).text

    assert ("Who runs it?" in page, "Is this a joke?" in page) == (True, False)


@pytest.mark.parametrize(("todo", "text"), [("held", "Held?"), ("publish", "Public?")])
def test_list_is_filtered_by_what_needs_a_decision(staff, todo, text):
    make_question(QuestionState.HELD, text="Held?")
    make_question(QuestionState.ANSWERED, text="Public?", consents=True)

    found = read(staff.get(LIST, {"todo": todo})).texts("th", "field-in_short")

    assert found == [text]


def test_list_finds_words_of_the_question(staff):
    make_question(text="Who runs it?")
    make_question(text="What does it cost?")

    assert read(staff.get(LIST, {"q": "cost"})).texts("th", "field-in_short") == ["What does it cost?"]


def test_no_page_shows_the_address_of_either_side(staff):
    question = make_question(QuestionState.ANSWERED, consents=True)

    pages = staff.get(LIST).text + staff.get(page_of(question)).text

    assert [address for address in ("ana@example.org", "reader@example.org") if address in pages] == []


def test_no_page_shows_a_private_link(staff):
    question = make_question(QuestionState.ANSWERED, consents=True)

    assert question.key not in staff.get(LIST).text + staff.get(page_of(question)).text


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (QuestionState.HELD, ["Send the question", "Stop the question"]),
        (QuestionState.SENT, ["Stop the question"]),
        (QuestionState.DECLINED, []),
        (QuestionState.PUBLISHED, ["Change what is published", "Remove from the page"]),
    ],
)
def test_page_offers_the_steps_there_are(staff, state, buttons):
    question = make_question(state)

    found = read(staff.get(page_of(question))).texts("button", "button")

    assert found == buttons


def test_held_question_says_why(staff):
    question = make_question(text="Buy now at https://shop.example https://casino.example")

    assert "The texts are mostly links." in staff.get(page_of(question)).text


def test_moderator_releases_a_question(staff):
    question = make_question(QuestionState.HELD)

    page = decide(staff, question, "release")

    assert (Question.objects.get().state, "The question was sent." in page.text) == ("sent", True)


def test_moderator_stops_a_question_and_it_is_in_the_audit_log(staff):
    question = make_question()

    decide(staff, question, "stop")

    assert Question.objects.get().state == "stopped"
    assert AuditEvent.objects.filter(act="question", by="moderator").count() == 1


def test_moderator_publishes_without_what_is_personal(staff):
    question = make_question(QuestionState.ANSWERED, consents=True)
    seen = workflow.question_standing(question)

    decide(staff, question, "publish", text="How many?", answer="Two.", seen=seen)

    question.refresh_from_db()
    assert (question.state, question.shown_text, question.shown_answer) == ("published", "How many?", "Two.")


def test_text_of_a_published_answer_is_redacted_for_good(staff, client):
    question = make_question(QuestionState.PUBLISHED)
    seen = workflow.question_standing(question)

    decide(staff, question, "publish", text="How many?", answer="Two people.", seen=seen)

    assert "Two people." in client.get(question.practice.get_absolute_url()).text


def test_publication_without_a_text_is_refused_with_what_was_typed(staff):
    question = make_question(QuestionState.ANSWERED, consents=True)

    page = staff.post(f"{LIST}{question.pk}/decide/", {"step": "publish", "text": "", "answer": "Two men."})

    assert (Question.objects.get().state, "Two men." in page.text) == ("answered", True)


def test_decision_on_what_has_changed_is_refused(staff):
    question = make_question(QuestionState.ANSWERED, consents=True)
    seen = workflow.question_standing(question)
    workflow.set_question_consent(question, consents=False, of_asker=True)

    page = decide(staff, question, "publish", text="How many?", answer="Two.", seen=seen)

    assert "Nothing was done, because something has changed meanwhile." in page.text


def test_decision_by_get_is_refused(staff):
    question = make_question()

    assert staff.get(f"{LIST}{question.pk}/decide/").status_code == 405


def test_staff_without_the_right_decide_nothing(client, django_user_model):
    question = make_question()
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))

    assert client.post(f"{LIST}{question.pk}/decide/", {"step": "stop"}).status_code == 403


def test_landing_page_counts_what_needs_a_decision(staff):
    make_question(QuestionState.HELD)

    counts = read(staff.get("/admin/")).one("nav", "counts").links()

    assert ("1 question to release", f"{LIST}?todo=held") in counts


def test_contact_is_named_and_not_shown_afterwards(staff):
    practice = make_practice()
    form = {"practice": practice.pk, "address": "desk@example.org", "language": "fr"}

    staff.post("/admin/practices/questioncontact/add/", form)

    contact = QuestionContact.objects.get()
    pages = [
        staff.get(f"/admin/practices/questioncontact/{path}").text for path in ("", f"{contact.pk}/change/")
    ]
    assert (contact.address, contact.language, contact.confirmed_at) == ("desk@example.org", "fr", None)
    assert ["desk@example.org" in page for page in pages] == [False, False]


@pytest.mark.parametrize(
    ("form", "address", "language"),
    [
        ({"remove": "on", "language": "en"}, "", "en"),
        ({"address": "", "language": "fr"}, "desk@example.org", "fr"),
    ],
)
def test_contact_is_removed_by_its_own_box_only(staff, form, address, language):
    practice = make_practice()
    workflow.set_question_contact(practice, "desk@example.org", language="en", by=make_moderator())
    contact = QuestionContact.objects.get()

    staff.post(f"/admin/practices/questioncontact/{contact.pk}/change/", form)

    contact.refresh_from_db()
    assert (contact.address, contact.language) == (address, language)


def errors_of(staff, practice, address="desk@example.org"):
    """Return the errors of the form that names a contact."""
    form = {"practice": practice.pk, "address": address, "language": "en"}
    response = staff.post("/admin/practices/questioncontact/add/", form)
    return read(response).texts("ul", "errorlist") if response.status_code == 200 else []


def test_contact_is_not_named_where_nobody_can_ask(staff):
    withdrawn = make_practice()
    workflow.withdraw_practice(withdrawn, by=make_moderator(), reason="Its source is gone.")

    errors = errors_of(staff, withdrawn)

    assert errors == ["This practice is not in the catalogue, so nobody can ask about it."]


def test_contact_is_not_named_while_questions_are_off(staff):
    practice = make_practice()
    workflow.turn_questions(practice, on=False)
    contact = QuestionContact.objects.get()

    form = {"address": "desk@example.org", "language": "en"}
    page = staff.post(f"/admin/practices/questioncontact/{contact.pk}/change/", form)

    assert "Its submitter has turned questions off" in page.text
    contact.refresh_from_db()
    assert contact.address == ""


def test_contact_needs_an_address(staff):
    assert errors_of(staff, make_practice(), "") == ["Enter the address of the contact."]


def test_page_of_a_question_is_headed_by_what_is_asked(staff):
    question = make_question(text="Who pays for the desks?")

    page = read(staff.get(f"{LIST}{question.pk}/change/"))

    assert "Who pays for the desks?" in [*page.texts("h1"), *page.texts("h2")]


def test_page_of_a_practice_leads_to_its_contact_for_questions(staff):
    practice = make_practice()
    path = f"/admin/practices/practice/{practice.pk}/change/"

    [to_name] = [at for text, at in read(staff.get(path)).links() if text == "Contact for questions"]
    form = {"practice": read(staff.get(to_name)).one("input", name="practice")["value"], "language": "en"}
    staff.post(to_name, form | {"address": "desk@example.org"})
    [to_change] = [at for text, at in read(staff.get(path)).links() if text == "Contact for questions"]

    contact = QuestionContact.objects.get()
    assert (contact.practice, contact.address) == (practice, "desk@example.org")
    assert to_change == f"/admin/practices/questioncontact/{contact.pk}/change/"


@pytest.mark.parametrize(
    ("query", "said"),
    [({}, "There is nothing here yet."), ({"q": "x"}, "Nothing matches. Clear the search")],
)
def test_empty_list_says_whether_anything_was_looked_for(staff, query, said):
    page = read(staff.get("/admin/practices/questioncontact/", query))

    assert said in page.one("p", "empty").text


def test_asker_is_not_told_that_nobody_can_be_asked_where_somebody_else_can(staff):
    practice = make_submission(State.PUBLISHED).practice
    by = make_moderator()
    workflow.set_question_contact(practice, "desk@example.org", language="en", by=by)
    workflow.confirm_question_contact(QuestionContact.objects.get())
    make_question(practice=practice)

    workflow.set_question_contact(practice, "", language="en", by=by)

    told = emails.compose(OutboxMessage.objects.get(kind=Kind.QUESTION_ENDED)).body
    assert "Those who were to answer your question can no longer be asked" in told
    assert workflow.recipient_for(practice).address == "ana@example.org"
