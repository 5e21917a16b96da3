"""Steps that two moderators make with the same two submissions at the same instant."""

import threading

import pytest
from django.db import connection, transaction

from practices import workflow
from practices.choices import State
from practices.models import DismissedDuplicate, Submission
from tests.support.factories import make_moderator, make_submission, make_submitter

ROUNDS = 10

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite in memory is one connection; PostgreSQL runs this"
    ),
]


def at_once(*steps):
    """Run steps at the same instant, each in a thread of its own; return their errors."""
    start, errors = threading.Barrier(len(steps)), []

    def run(step):
        start.wait()
        try:
            step()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return errors


@pytest.fixture
def pair(transactional_db):
    first = make_submission(State.IN_REVIEW, title="RAICES")
    bo = make_submitter(email="bo@example.org")
    second = make_submission(State.IN_REVIEW, title="Red RAICES", submitter=bo)
    return first.pk, second.pk


def test_two_who_find_a_pair_no_duplicate_from_either_side_both_succeed(pair):
    by = make_moderator()

    def dismiss(pk, of):
        one, other = Submission.objects.get(pk=pk), Submission.objects.get(pk=of)
        return lambda: workflow.dismiss_duplicate(one, of=other, by=by)

    errors = []
    for _round in range(ROUNDS):
        DismissedDuplicate.objects.all().delete()
        errors += at_once(dismiss(*pair), dismiss(*reversed(pair)))

    assert errors == []


def test_of_two_who_refuse_each_submission_in_favour_of_the_other_one_wins(pair):
    by = make_moderator()

    def refuse(pk, beside):
        one, other = Submission.objects.get(pk=pk), Submission.objects.get(pk=beside)

        @transaction.atomic
        def step():
            workflow.keep_open(other, beside=one)
            workflow.reject(one, by=by, reason="Somebody else has sent the same practice.")

        return step

    lost = []
    for _round in range(ROUNDS):
        Submission.objects.update(state=State.IN_REVIEW, decided_at=None)
        lost += at_once(refuse(*pair), refuse(*reversed(pair)))

        assert Submission.objects.filter(state=State.IN_REVIEW).count() == 1
    assert [type(error) for error in lost] == [workflow.OtherDecided] * ROUNDS


def test_submission_erased_meanwhile_cannot_be_dismissed_as_a_duplicate(pair):
    one, other = (Submission.objects.get(pk=pk) for pk in pair)
    Submission.objects.filter(pk=other.pk).delete()

    with pytest.raises(workflow.SubmissionErased):
        workflow.dismiss_duplicate(one, of=other, by=make_moderator())
