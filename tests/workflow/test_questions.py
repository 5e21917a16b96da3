"""Questions of readers: the table of steps, who is asked, answers, reminders, and what ends a question."""

from datetime import timedelta
from itertools import product

import pytest
from django.core import mail
from django.core.management import call_command

from practices import personal_data, workflow
from practices.choices import Kind, QuestionEnd, QuestionState, State, Suspension
from practices.models import AuditEvent, OutboxMessage, Practice, Question, QuestionContact, Submission
from practices.notifications import emails, hold, sender, suspensions
from practices.workflow.questions import closing
from tests.support.factories import (
    NOW,
    make_moderator,
    make_practice,
    make_question,
    make_submission,
)

pytestmark = pytest.mark.django_db


def after(days):
    return NOW + timedelta(days=days)


def mailed(*kinds):
    """Return (kind, address) of e-mails about questions that were queued and not cancelled, oldest first."""
    rows = OutboxMessage.objects.filter(kind__startswith="question", cancelled_at=None).order_by("pk")
    return [(row.kind, row.address) for row in rows if not kinds or row.kind in kinds]


ANA, READER = "ana@example.org", "reader@example.org"


# The table of steps ---------------------------------------------------------------

ALLOWED = {
    (before, after)
    for before, afters in {
        "asked": "sent held closed",
        "held": "sent stopped closed",
        "sent": "sent stopped answered declined expired closed",
        "answered": "published private",
        "published": "published private answered",
        "private": "published answered",
        "declined": "answered",
        "stopped": "",
        "expired": "answered",
        "closed": "answered",
    }.items()
    for after in afters.split()
}


def test_table_allows_these_steps_and_no_others():
    pairs = product(QuestionState.values, QuestionState.values)
    found = {
        (before, after)
        for before, after in pairs
        if any(before in step.sources and step.target == after for step in workflow.QUESTION_STEPS)
    }

    assert found == ALLOWED


@pytest.mark.parametrize("state", QuestionState)
def test_every_state_can_be_reached(state):
    assert make_question(state, now=NOW).state == state


CALLS = {
    "release": lambda question: workflow.release_question(question, by=make_moderator()),
    "stop": lambda question: workflow.stop_question(question, by=make_moderator()),
    "answer": lambda question: workflow.answer_question(question, "Nobody.", consents=False),
    "decline": workflow.decline_question,
    "publish": lambda question: workflow.publish_question(
        question, by=make_moderator(), text="Who?", answer="Nobody."
    ),
    "keep_private": lambda question: workflow.keep_question_private(question, by=make_moderator()),
}


@pytest.mark.parametrize(
    ("name", "state"),
    [
        (step.name, state)
        for step in workflow.QUESTION_STEPS
        if step.name in CALLS
        for state in QuestionState
        if state not in step.sources and state != step.target
    ],
)
def test_step_is_refused_from_any_other_state(name, state):
    question = make_question(state, now=NOW)

    with pytest.raises(workflow.QuestionStepRefused):
        CALLS[name](question)

    assert Question.objects.get().state == state


# Asking ---------------------------------------------------------------------------


def test_only_the_asker_is_told_before_the_address_is_confirmed():
    make_question(QuestionState.ASKED)

    assert mailed() == [("question_confirm", READER)]


def test_confirmed_question_goes_to_the_submitter():
    make_question()

    assert mailed(Kind.QUESTION_ASKED) == [("question_asked", ANA)]


def test_question_confirmed_twice_is_sent_once():
    question = make_question()

    workflow.confirm_question(question)

    assert mailed(Kind.QUESTION_ASKED) == [("question_asked", ANA)]


def test_form_that_is_sent_twice_asks_once():
    practice = make_practice()
    for _time in range(2):
        workflow.ask_question(practice, text="Who?", address=READER, language="en", form_key="a-key")

    assert Question.objects.count() == 1


def test_address_gets_few_mails_that_ask_to_confirm(settings):
    settings.QUESTION_MAILS_PER_DAY = 2
    practice = make_practice()
    for number in range(4):
        workflow.ask_question(practice, text=f"Who {number}?", address=READER, language="en")

    assert mailed() == [("question_confirm", READER)] * 2


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Buy now at https://shop.example https://casino.example", ["links", "adverts"]),
        ("test test test test", ["filler"]),
    ],
)
def test_possible_spam_is_held_for_a_moderator(text, signs):
    question = make_question(text=text)

    assert (question.state, question.spam_signs, mailed(Kind.QUESTION_ASKED)) == (
        QuestionState.HELD,
        signs,
        [],
    )


def test_sixth_question_of_a_day_is_held():
    practice = make_submission(State.PUBLISHED).practice
    states = [
        make_question(
            practice=practice, address=f"reader{number}@example.org", text=f"Who are the {number}?"
        ).state
        for number in range(6)
    ]

    assert states == ["sent"] * 5 + ["held"]


def test_same_text_asked_everywhere_is_held(settings):
    settings.SPAM_REPEATS = 2
    states = [
        make_question(
            practice=make_submission(State.PUBLISHED, title=f"Desks {name}").practice,
            text="We offer seats at a summit on migration. May we send you an invitation?",
        ).state
        for name in ("one", "two", "three")
    ]

    assert states[-1] == "held"


def test_held_question_is_released():
    question = make_question(QuestionState.HELD)

    workflow.release_question(question, by=make_moderator())

    assert (Question.objects.get().state, mailed(Kind.QUESTION_ASKED)) == ("sent", [("question_asked", ANA)])


def test_question_stopped_before_it_is_sent_is_not_sent():
    question = make_question()

    workflow.stop_question(question, by=make_moderator())

    assert mailed() == [("question_ended", READER)]


def test_decisions_of_moderators_are_in_the_audit_log():
    question = make_question(QuestionState.HELD)

    workflow.stop_question(question, by=make_moderator())

    [event] = AuditEvent.objects.filter(act="question")
    assert (event.by, event.what) == ("moderator", f"stop: question {question.pk}")


# Who is asked ---------------------------------------------------------------------


def test_nobody_is_asked_about_a_practice_without_a_confirmed_submitter():
    assert workflow.recipient_for(make_practice()) is None


def test_suspended_address_is_not_asked():
    practice = make_submission(State.PUBLISHED).practice
    suspensions.remember(ANA, Suspension.COMPLAINT, at=NOW)

    assert workflow.recipient_for(practice) is None


def test_question_confirmed_once_nobody_can_be_asked_is_closed():
    question = make_question(QuestionState.ASKED)
    workflow.turn_questions(question.practice, on=False)

    workflow.confirm_question(question)

    question.refresh_from_db()
    assert (question.state, question.end, mailed()) == ("closed", "off", [])


def test_contact_named_by_moderators_is_asked_once_confirmed():
    practice = make_submission(State.PUBLISHED).practice
    workflow.set_question_contact(practice, "desk@example.org", language="fr", by=make_moderator())
    before = workflow.recipient_for(practice).address

    workflow.confirm_question_contact(QuestionContact.objects.get())

    assert (before, workflow.recipient_for(practice).address) == (ANA, "desk@example.org")


def test_link_of_a_former_contact_confirms_nothing():
    practice, by = make_practice(), make_moderator()
    workflow.set_question_contact(practice, "one@example.org", language="en", by=by)
    former = QuestionContact.objects.get()
    workflow.set_question_contact(practice, "two@example.org", language="en", by=by)

    workflow.confirm_question_contact(former)

    assert workflow.recipient_for(practice) is None


def test_question_sent_to_a_former_contact_is_closed():
    practice, by = make_practice(), make_moderator()
    workflow.set_question_contact(practice, "one@example.org", language="en", by=by)
    workflow.confirm_question_contact(QuestionContact.objects.get())
    question = make_question(practice=practice)

    workflow.set_question_contact(practice, "two@example.org", language="en", by=by)

    question.refresh_from_db()
    assert (question.state, question.end) == (QuestionState.CLOSED, QuestionEnd.NOBODY)


def test_address_that_answers_for_several_practices_has_one_limit(settings):
    settings.QUESTIONS_TO_CONTACT_PER_DAY = 1
    practices = [make_practice(title=title) for title in ("Ports", "Desks")]
    for practice in practices:
        workflow.set_question_contact(practice, "desk@example.org", language="en", by=make_moderator())
        workflow.confirm_question_contact(QuestionContact.objects.get(practice=practice))

    states = [make_question(practice=practice, text=practice.title).state for practice in practices]

    assert states == [QuestionState.SENT, QuestionState.HELD]


def test_language_of_a_contact_is_changed_without_another_mail():
    practice, by = make_practice(), make_moderator()
    for language in ("en", "fr"):
        workflow.set_question_contact(practice, "desk@example.org", language=language, by=by)

    assert QuestionContact.objects.get().language == "fr"
    assert mailed() == [("question_contact", "desk@example.org")]


# Answers --------------------------------------------------------------------------


def test_answer_goes_to_the_asker():
    make_question(QuestionState.ANSWERED)

    assert mailed(Kind.QUESTION_ANSWERED) == [("question_answered", READER)]


def test_answer_sent_twice_is_one():
    question = make_question(QuestionState.ANSWERED)

    workflow.answer_question(question, "Two at each desk.", consents=True)

    assert mailed(Kind.QUESTION_ANSWERED) == [("question_answered", READER)]


@pytest.mark.parametrize("agrees", [True, False])
def test_answer_offers_publication_to_whoever_has_not_agreed_yet(agrees):
    make_question(QuestionState.ANSWERED, consents=agrees)

    sender.send_due()

    message = next(each for each in mail.outbox if each.subject.startswith("Answer to your question"))
    is_offered = "you can let the question and its answer be published" in " ".join(message.body.split())
    assert is_offered is not agrees


def test_second_answer_from_another_window_is_refused():
    question = make_question(QuestionState.ANSWERED)

    with pytest.raises(workflow.QuestionStepRefused):
        workflow.answer_question(question, "Three.", consents=True)

    assert Question.objects.get().answer == "Two at each desk."


@pytest.mark.parametrize("state", ["expired", "declined"])
def test_late_answer_reaches_the_asker(state):
    question = make_question(QuestionState(state), now=NOW)

    workflow.answer_question(question, "Two.", consents=False, now=after(400))

    assert mailed(Kind.QUESTION_ANSWERED) == [("question_answered", READER)]


def test_neither_side_sees_the_address_of_the_other():
    make_question(QuestionState.ANSWERED)
    mails = [
        (message.address, str(emails.compose(message).message()))
        for message in OutboxMessage.objects.filter(kind__startswith="question")
    ]

    leaked = [to for to, text in mails for other in {ANA, READER} - {to} if other in text]
    assert (len(mails), leaked) == (3, [])


def test_published_question_needs_both_sides():
    question = make_question(QuestionState.ANSWERED)

    with pytest.raises(workflow.QuestionStepRefused):
        workflow.publish_question(question, by=make_moderator(), text="Who?", answer="Two.")


def test_consent_withdrawn_removes_a_published_question_from_the_page():
    question = make_question(QuestionState.PUBLISHED)

    workflow.set_question_consent(question, consents=False, of_asker=False)

    question.refresh_from_db()
    assert (question.state, list(Question.objects.public())) == (QuestionState.ANSWERED, [])


def test_moderator_decides_on_what_was_read():
    question = make_question(QuestionState.PUBLISHED)
    seen = workflow.question_standing(question)
    workflow.set_question_consent(question, consents=False, of_asker=True)

    with pytest.raises(workflow.QuestionStepRefused):
        workflow.keep_question_private(question, by=make_moderator(), seen=seen)


def test_texts_that_another_moderator_has_changed_are_not_published_again():
    question, by = make_question(QuestionState.PUBLISHED), make_moderator()
    seen = workflow.question_standing(question)
    workflow.publish_question(question, by=by, text="Who runs it?", answer=question.shown_answer, seen=seen)

    with pytest.raises(workflow.QuestionStepRefused):
        workflow.publish_question(question, by=by, text="Who is Ana?", answer="Ana.", seen=seen)

    question.refresh_from_db()
    assert question.shown_text == "Who runs it?"


# Time -----------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "reminders"), [(13, 0), (14, 1)])
def test_contact_is_reminded_after_two_weeks(days, reminders):
    make_question(now=NOW)

    workflow.follow_up_questions(now=after(days))

    assert mailed(Kind.QUESTION_ASKED) == [("question_asked", ANA)] * (1 + reminders)


def test_contact_is_reminded_once_only():
    make_question(now=NOW)

    for day in (14, 14, 15, 20):
        workflow.follow_up_questions(now=after(day))

    assert len(mailed(Kind.QUESTION_ASKED)) == 2


def test_several_questions_to_one_address_are_one_reminder(settings):
    settings.QUESTIONS_TO_CONTACT_PER_DAY = 10
    practices = [make_submission(State.PUBLISHED, now=NOW).practice for _number in range(2)]
    for number, practice in enumerate(practices * 5):
        make_question(practice=practice, text=f"Who pays {number}?", address=f"{number}@example.org", now=NOW)

    done = workflow.follow_up_questions(now=after(14))

    assert done["reminded"] == 10
    assert mailed(Kind.QUESTIONS_WAITING) == [("questions_waiting", ANA)]
    assert len(mailed(Kind.QUESTION_ASKED)) == 10
    assert not Question.objects.filter(reminded_at=None).exists()


@pytest.fixture
def reminded():
    """Return three questions to one address, of which it has been reminded; the reminder waits to be sent."""
    practice = make_submission(State.PUBLISHED, now=NOW).practice
    questions = [make_question(practice=practice, text=f"Who pays {each}?", now=NOW) for each in range(3)]
    workflow.follow_up_questions(now=after(14))
    return questions


def test_reminder_says_how_many_wait_when_it_is_sent(reminded):
    workflow.answer_question(reminded[0], "The city.", consents=False)

    reminder = OutboxMessage.objects.waiting().get(kind=Kind.QUESTIONS_WAITING)

    assert emails.compose(reminder).subject.startswith("Reminder: 2 questions of readers wait")


def test_reminder_is_not_sent_once_no_question_waits(reminded):
    for question in reminded:
        workflow.answer_question(question, "The city.", consents=False)

    assert not OutboxMessage.objects.waiting().filter(kind=Kind.QUESTIONS_WAITING).exists()


def test_reminder_outlives_the_first_of_its_questions(reminded):
    workflow.forget_askers(Question.objects.filter(pk=reminded[0].pk))

    reminder = OutboxMessage.objects.waiting().get(kind=Kind.QUESTIONS_WAITING)

    assert emails.compose(reminder).subject.startswith("Reminder: 2 questions of readers wait")


def test_link_of_a_reminder_outlives_the_first_of_its_questions(client, reminded):
    path = OutboxMessage.objects.get(kind=Kind.QUESTIONS_WAITING).context["waiting_path"]

    workflow.forget_askers(Question.objects.filter(pk=reminded[0].pk))

    page = client.get(path)
    assert (page.status_code, [text in page.text for text in ("pays 0?", "pays 1?", "pays 2?")]) == (
        200,
        [False, True, True],
    )


def test_reminder_is_not_sent_once_all_questions_are_erased(reminded):
    workflow.forget_askers(Question.objects.all())

    assert not OutboxMessage.objects.waiting().filter(kind=Kind.QUESTIONS_WAITING).exists()


def test_reminder_outlives_the_submission_that_it_belongs_to():
    submissions = [make_submission(State.PUBLISHED, now=NOW) for _number in range(2)]
    for submission in submissions:
        make_question(practice=submission.practice, text=f"Who pays {submission.pk}?", now=NOW)
    workflow.follow_up_questions(now=after(14))
    erased = OutboxMessage.objects.get(kind=Kind.QUESTIONS_WAITING).submission

    personal_data.erase(personal_data.Held.in_submission(erased), keep_credit=True)

    reminder = OutboxMessage.objects.waiting().get(kind=Kind.QUESTIONS_WAITING)
    [other] = [each for each in submissions if each != erased]
    assert (reminder.submission, reminder.address) == (other, ANA)


def test_reminder_is_erased_with_the_address():
    for _number in range(2):
        make_question(practice=make_submission(State.PUBLISHED, now=NOW).practice, now=NOW)
    workflow.follow_up_questions(now=after(14))

    personal_data.erase(personal_data.Held.on_address(ANA), keep_credit=False)

    assert not OutboxMessage.objects.filter(address=ANA).exists()


def test_question_does_not_speak_of_others_that_were_answered_meanwhile():
    practice = make_submission(State.PUBLISHED).practice
    first, second = [make_question(practice=practice, text=text) for text in ("Who pays?", "Since when?")]
    workflow.answer_question(first, "The city.", consents=False)

    asked = OutboxMessage.objects.get(kind=Kind.QUESTION_ASKED, question=second)

    assert "other question" not in emails.compose(asked).body


def test_questions_of_one_practice_have_subjects_of_their_own():
    practice = make_submission(State.PUBLISHED).practice
    for text in ("Who pays?", "Since when?"):
        make_question(practice=practice, text=text)

    asked = OutboxMessage.objects.filter(kind=Kind.QUESTION_ASKED).order_by("pk")
    first, second = [emails.compose(message) for message in asked]

    assert first.subject != second.subject
    assert "1 other question waits for your answer" in second.body


@pytest.mark.parametrize(("days", "state"), [(29, "sent"), (30, "expired")])
def test_asker_is_told_after_a_month(days, state):
    question = make_question(now=NOW)

    for day in (14, days):
        workflow.follow_up_questions(now=after(day))

    question.refresh_from_db()
    told = [("question_ended", READER)] if state == "expired" else []
    assert (question.state, mailed(Kind.QUESTION_ENDED)) == (state, told)


def test_job_that_did_not_run_for_long_still_reminds_first():
    question = make_question(now=NOW)

    workflow.follow_up_questions(now=after(100))

    question.refresh_from_db()
    assert question.state == "sent"


def test_asker_is_told_that_the_question_could_not_be_delivered():
    question = make_question(now=NOW)
    OutboxMessage.objects.filter(kind=Kind.QUESTION_ASKED).update(failed_at=after(3))

    workflow.follow_up_questions(now=after(4))

    question.refresh_from_db()
    assert (question.state, question.end) == ("closed", "undelivered")


def test_nobody_is_reminded_while_sending_is_held(settings):
    settings.OUTBOX_HELD = True
    make_question(now=NOW)

    workflow.follow_up_questions(now=after(14))

    assert len(mailed(Kind.QUESTION_ASKED)) == 1


def test_command_says_what_was_done(capsys):
    call_command("follow_up_questions")

    assert capsys.readouterr().out == "0 reminded, 0 expired, 0 undelivered\n"


# What becomes of a practice and of people -----------------------------------------


def test_withdrawal_of_the_practice_closes_its_questions():
    question = make_question()

    workflow.withdraw_practice(question.practice, by=make_moderator(), reason="Its source is gone.")

    question.refresh_from_db()
    assert (question.state, question.end, mailed(Kind.QUESTION_ENDED)) == (
        "closed",
        "withdrawn",
        [("question_ended", READER)],
    )


def test_question_deleted_meanwhile_does_not_keep_a_practice_from_being_withdrawn(monkeypatch):
    practice = make_submission(State.PUBLISHED).practice
    make_question(practice=practice)
    gone = make_question(practice=practice, text="Who runs it?")
    close = closing.close_question
    monkeypatch.setattr(closing, "close_question", lambda *each, **how: (gone.delete(), close(*each, **how)))

    workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")

    assert (practice.is_public, mailed(Kind.QUESTION_ENDED)) == (False, [("question_ended", READER)])


def test_unconfirmed_address_is_not_told_of_a_withdrawal():
    question = make_question(QuestionState.ASKED)

    workflow.withdraw_practice(question.practice, by=make_moderator(), reason="Its source is gone.")

    assert mailed() == []


def test_questions_move_with_a_merge_and_back():
    question, kept, by = make_question(QuestionState.PUBLISHED), make_practice(title="Kept"), make_moderator()
    practice = question.practice

    workflow.merge(practice, into=kept, by=by)
    question.refresh_from_db()
    merged = question.practice
    workflow.restore_practice(practice, by=by)

    question.refresh_from_db()
    assert (merged, question.practice) == (kept, practice)


def test_practice_changes_when_published_questions_move_to_it_and_away():
    question, kept, by = make_question(QuestionState.PUBLISHED), make_practice(title="Kept"), make_moderator()
    changes = [Practice.objects.get(pk=kept.pk).changed_at]

    workflow.merge(question.practice, into=kept, by=by)
    changes.append(Practice.objects.get(pk=kept.pk).changed_at)
    workflow.restore_practice(question.practice, by=by)
    changes.append(Practice.objects.get(pk=kept.pk).changed_at)

    assert changes[0] < changes[1] < changes[2]


def test_question_that_moved_can_still_be_answered():
    question = make_question()
    workflow.merge(question.practice, into=make_practice(title="Kept"), by=make_moderator())

    workflow.answer_question(question, "Two.", consents=False)

    assert mailed(Kind.QUESTION_ANSWERED) == [("question_answered", READER)]


def test_questions_that_are_turned_off_are_closed_and_not_offered():
    question = make_question()

    workflow.turn_questions(question.practice, on=False)

    question.refresh_from_db()
    assert (question.end, workflow.recipient_for(question.practice)) == (QuestionEnd.OFF, None)


def test_erasure_of_the_contact_closes_what_was_open():
    question = make_question()

    personal_data.erase(personal_data.Held.on_address(ANA), keep_credit=False)

    question.refresh_from_db()
    assert (question.state, question.end, workflow.recipient_for(question.practice)) == (
        "closed",
        "nobody",
        None,
    )


def test_erasure_of_the_contact_deletes_the_answers():
    make_question(QuestionState.PUBLISHED)

    personal_data.erase(personal_data.Held.on_address(ANA), keep_credit=True)

    question = Question.objects.get()
    assert (question.state, question.answer, question.shown_answer) == ("answered", "", "")


def test_erasure_of_the_asker_deletes_the_question():
    make_question(QuestionState.PUBLISHED)

    personal_data.erase(personal_data.Held.on_address(READER), keep_credit=True)

    assert Question.objects.count() == 0


def test_published_answer_outlives_the_contact_details_of_the_submitter():
    make_question(QuestionState.PUBLISHED, now=NOW)
    Submission.objects.update(decided_at=NOW)

    personal_data.apply_retention(now=after(800))

    question = Question.objects.get()
    assert (question.state, question.shown_answer, question.address) == ("published", "Two at each desk.", "")


@pytest.mark.parametrize("state", ["asked", "answered", "expired", "stopped", "private", "closed"])
def test_question_is_deleted_after_its_time(state):
    make_question(QuestionState(state), now=NOW)

    personal_data.apply_retention(now=after(420))

    assert Question.objects.count() == 0


def test_unconfirmed_question_is_deleted_after_a_week():
    make_question(QuestionState.ASKED, now=NOW)

    personal_data.apply_retention(now=after(7))

    assert Question.objects.count() == 0


def test_open_question_is_kept():
    make_question(now=NOW)

    personal_data.apply_retention(now=after(400))

    assert Question.objects.count() == 1


# What readers are told ------------------------------------------------------------


def answered(practice, *waits):
    """Have questions answered after so many days each."""
    for number, days in enumerate(waits):
        at = NOW + timedelta(days=number)
        question = make_question(practice=practice, now=at, text=f"Who are the {number}?")
        workflow.answer_question(question, "Two.", consents=False, now=at + timedelta(days=days))


def said_of(practice):
    """Return what the page of a practice says of questions."""
    row = Practice.objects.annotate(**workflow.asking_columns(practice.pk)).get(pk=practice.pk)
    return workflow.asking(row, may_be_asked=row.may_be_asked, has_questions=row.has_questions)


@pytest.mark.parametrize(
    ("waits", "days"),
    [((2, 9, 6, 7, 1), 6), ((0.1,) * 5, 1), ((2, 9, 6, 7), None), ((1, 1, 1, 5.5, 9, 9), 4)],
)
def test_page_says_how_long_answers_take_from_five_on(waits, days, settings):
    settings.QUESTION_MAILS_PER_DAY = 100
    practice = make_submission(State.PUBLISHED, now=NOW).practice

    answered(practice, *waits)

    assert said_of(practice).days == days


def test_page_says_that_nobody_has_answered_once_there_was_a_reminder():
    practice = make_question(now=NOW).practice
    before = said_of(practice).has_not_answered

    workflow.follow_up_questions(now=after(14))

    assert (before, said_of(practice).has_not_answered) == (False, True)


def test_answers_of_another_contact_do_not_count():
    practice = make_submission(State.PUBLISHED, now=NOW).practice
    answered(practice, 1, 1, 1, 1, 1)
    workflow.set_question_contact(practice, "desk@example.org", language="en", by=make_moderator())

    workflow.confirm_question_contact(QuestionContact.objects.get())

    assert said_of(practice).days is None


def test_contact_who_never_confirms_is_forgotten():
    practice = make_practice()
    workflow.set_question_contact(practice, "desk@example.org", language="en", by=make_moderator(), now=NOW)

    personal_data.apply_retention(now=after(7))

    assert QuestionContact.objects.get().address == ""


def test_late_answer_is_kept_as_long_as_any_other():
    question = make_question(QuestionState.EXPIRED, now=NOW)
    workflow.answer_question(question, "Two.", consents=False, now=after(300))

    personal_data.apply_retention(now=after(600))

    assert Question.objects.count() == 1


def test_answer_that_is_erased_before_it_was_sent_is_not_sent():
    make_question(QuestionState.ANSWERED)

    personal_data.erase(personal_data.Held.on_address(ANA), keep_credit=True)

    assert mailed(Kind.QUESTION_ANSWERED) == []


def test_reminder_that_was_due_before_a_loss_counts_as_sent():
    question = make_question(now=NOW)
    hold.place(backup_at=after(13), sent_until=after(15))

    workflow.drop_probably_sent()
    workflow.follow_up_questions(now=after(16))

    question.refresh_from_db()
    assert (question.reminded_at, len(mailed(Kind.QUESTION_ASKED))) == (after(15), 1)
