"""Texts of one megabyte in the forms for questions, answers and reports of uses elsewhere."""

import pytest

from practices import workflow
from practices.choices import State
from practices.models import Question, Submission
from tests.support.factories import make_question, make_submission

pytestmark = pytest.mark.django_db

LONG = "x" * 1024 * 1024


@pytest.fixture
def practice():
    return make_submission(State.PUBLISHED).practice


@pytest.mark.parametrize("field", ["text", "name", "address"])
def test_long_question_is_not_stored(client, practice, field):
    typed = {"text": "Who pays?", "address": "reader@example.org", field: LONG}

    response = client.post(f"{practice.get_absolute_url()}ask/", typed)

    assert (response.status_code, Question.objects.count()) == (422, 0)


def test_long_answer_is_not_stored(client, practice):
    question = make_question(practice=practice)

    response = client.post(workflow.question_answer_path(question), {"answer": "1", "text": LONG})

    question.refresh_from_db()
    assert (response.status_code, question.answer) == (422, "")


@pytest.mark.parametrize(
    "field", ["summary", "area", "implementers", "source_url", "countries", "start_year"]
)
def test_long_report_is_not_stored(client, practice, field):
    before = Submission.objects.count()
    typed = {"countries": "Kenya", "implementers": "Port", "summary": "One desk.", "name": "Ana"}

    response = client.post(practice.get_adapt_url(), typed | {"email": "ana@example.org", field: LONG})

    assert (response.status_code, Submission.objects.count()) == (422, before)
