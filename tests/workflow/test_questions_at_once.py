"""Steps of one question that are made at the same instant, and steps of its practice and its people."""

import pytest
from django.db import connection

from practices import personal_data, workflow
from practices.choices import Kind, QuestionState, State
from practices.models import OutboxMessage, Question
from tests.support.factories import make_moderator, make_practice, make_question, make_submission
from tests.workflow.test_pairs_at_once import at_once

ROUNDS = 3
ANA, READER = "ana@example.org", "reader@example.org"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite in memory is one connection; PostgreSQL runs this"
    ),
]


def fresh(state):
    """Create a question in a state, on a practice of its own, and nothing else of the same people."""
    Question.objects.all().delete()
    OutboxMessage.objects.all().delete()
    return make_question(state, practice=make_submission(State.PUBLISHED).practice)


def waiting(kind):
    return OutboxMessage.objects.waiting().filter(kind=kind).count()


def unexpected(errors):
    return [error for error in errors if not isinstance(error, workflow.StepRefused)]


def confirm(question):
    return lambda: workflow.confirm_question(question)


def answer(question, text="Two."):
    return lambda: workflow.answer_question(question, text, consents=True)


def erase(address):
    return lambda: personal_data.erase(personal_data.Held.on_address(address), keep_credit=False)


def test_question_confirmed_in_two_windows_is_sent_once():
    for _round in range(ROUNDS):
        question = fresh(QuestionState.ASKED)

        errors = at_once(*[confirm(question)] * 3)

        assert (errors, waiting(Kind.QUESTION_ASKED)) == ([], 1)


def test_question_is_never_sent_to_whom_erases_the_data():
    for _round in range(ROUNDS):
        question = fresh(QuestionState.ASKED)

        errors = at_once(confirm(question), erase(ANA))

        question.refresh_from_db()
        assert (unexpected(errors), question.state) == ([], "closed")
        assert OutboxMessage.objects.filter(address=ANA).count() == 0


def test_question_about_a_practice_that_is_withdrawn_is_closed():
    by = make_moderator()
    for _round in range(ROUNDS):
        question = fresh(QuestionState.ASKED)
        practice = question.practice

        errors = at_once(
            confirm(question),
            lambda practice=practice: workflow.withdraw_practice(practice, by=by, reason="Gone."),
        )

        question.refresh_from_db()
        assert (errors, question.state, waiting(Kind.QUESTION_ASKED)) == ([], "closed", 0)


def test_question_about_a_practice_that_is_merged_moves():
    by, kept = make_moderator(), make_practice(title="Kept")
    for _round in range(ROUNDS):
        question = fresh(QuestionState.SENT)
        practice = question.practice

        errors = at_once(
            answer(question), lambda practice=practice: workflow.merge(practice, into=kept, by=by)
        )

        question.refresh_from_db()
        assert (unexpected(errors), question.practice_id) == ([], kept.pk)


def test_of_an_answer_and_a_stop_one_wins():
    by = make_moderator()
    for _round in range(ROUNDS):
        question = fresh(QuestionState.SENT)

        errors = at_once(answer(question), lambda question=question: workflow.stop_question(question, by=by))

        assert (len(errors), unexpected(errors)) == (1, [])
        assert waiting(Kind.QUESTION_ANSWERED) + waiting(Kind.QUESTION_ENDED) == 1


def test_of_two_answers_one_wins():
    for _round in range(ROUNDS):
        question = fresh(QuestionState.SENT)

        errors = at_once(answer(question), answer(question, "Three."))

        assert (len(errors), unexpected(errors), waiting(Kind.QUESTION_ANSWERED)) == (1, [], 1)


def test_answer_to_an_asker_who_is_erased_is_not_mailed():
    for _round in range(ROUNDS):
        question = fresh(QuestionState.SENT)

        errors = at_once(answer(question), erase(READER))

        assert unexpected(errors) == []
        assert (Question.objects.count(), OutboxMessage.objects.filter(address=READER).count()) == (0, 0)


def test_question_turned_off_at_once_is_not_left_open():
    for _round in range(ROUNDS):
        question = fresh(QuestionState.ASKED)
        practice = question.practice

        errors = at_once(
            confirm(question), lambda practice=practice: workflow.turn_questions(practice, on=False)
        )

        question.refresh_from_db()
        assert (errors, question.state, waiting(Kind.QUESTION_ASKED)) == ([], "closed", 0)
