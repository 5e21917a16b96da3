"""Steps of one report of a use elsewhere that are made at the same instant, and steps of its practice."""

from functools import partial

import pytest
from django.db import connection

from practices import workflow
from practices.choices import State
from practices.models import Adaptation, Practice, Submission
from tests.support.factories import make_moderator, make_practice, send_adaptation
from tests.workflow.test_pairs_at_once import at_once

ROUNDS = 3

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def several_connections(database_file):
    """Use a database that several threads can open."""
    assert connection.vendor != "sqlite" or not connection.is_in_memory_db()


def unexpected(errors):
    known = (workflow.StepRefused, workflow.PracticeRevisedMeanwhile)
    return [error for error in errors if not isinstance(error, known)]


def published():
    send_adaptation(State.PUBLISHED, of=make_practice())
    return Adaptation.objects.latest("pk")


def test_report_accepted_by_two_moderators_is_published_once():
    for _round in range(ROUNDS):
        submission = send_adaptation(of=make_practice())
        moderators = [make_moderator() for _number in range(2)]

        errors = at_once(
            *(partial(workflow.publish, Submission.objects.get(pk=submission.pk), by=by) for by in moderators)
        )

        assert (unexpected(errors), Adaptation.objects.filter(submission=submission).count()) == ([], 1)


def test_report_withdrawn_by_both_sides_is_off_the_page():
    for _round in range(ROUNDS):
        row, by = published(), make_moderator()

        errors = at_once(
            lambda row=row: workflow.retract_adaptation(Submission.objects.get(pk=row.submission_id)),
            lambda row=row, by=by: workflow.withdraw_adaptation(
                row.practice, adaptation=row, by=by, reason="No."
            ),
        )

        row.refresh_from_db()
        assert (unexpected(errors), row.is_public) == ([], False)


def test_report_withdrawn_during_a_merge_is_shown_nowhere():
    for _round in range(ROUNDS):
        row, by, kept = published(), make_moderator(), make_practice(title="Kept")

        errors = at_once(
            lambda row=row: workflow.retract_adaptation(Submission.objects.get(pk=row.submission_id)),
            lambda row=row, by=by, kept=kept: workflow.merge(row.practice, into=kept, by=by),
        )

        used = Practice.objects.with_versions().get(pk=kept.pk).used_as
        assert (unexpected(errors), used) == ([], "")
