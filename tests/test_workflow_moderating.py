"""What moderators do with a submission besides the steps of the table."""

import pytest

from practices import workflow
from practices.choices import State
from practices.models import Submission
from practices.workflow import TransitionNotAllowed
from tests.factories import make_moderator, make_submission

pytestmark = pytest.mark.django_db


def acts(submission):
    """(what, by whom, internal note) of what was done besides steps."""
    return list(submission.events.exclude(act="step").values_list("act", "by__username", "internal_note"))


# Assigning ------------------------------------------------------------------------------------

OPEN = [State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED]


@pytest.mark.parametrize("state", OPEN)
def test_open_submission_is_assigned_and_its_state_stays(state, moderator):
    submission, amina = make_submission(state), make_moderator("Amina")

    workflow.assign(submission, to=amina, by=moderator)

    submission.refresh_from_db()
    assert (submission.state, submission.assignee) == (state, amina)
    assert acts(submission) == [("assigned", "moderator", "to Amina")]


@pytest.mark.parametrize("state", [state for state in State if state not in OPEN])
def test_other_submission_is_assigned_to_nobody(state, moderator):
    submission = make_submission(state)

    with pytest.raises(TransitionNotAllowed):
        workflow.assign(submission, to=moderator, by=moderator)

    assert acts(submission) == []


def test_assigning_twice_is_recorded_once(moderator):
    submission = make_submission(State.SUBMITTED)

    for _time in range(2):
        workflow.assign(submission, to=moderator, by=moderator)

    assert len(acts(submission)) == 1


def test_assignment_by_who_has_not_seen_the_last_one_is_refused(moderator):
    submission, amina = make_submission(State.SUBMITTED), make_moderator("Amina")
    seen = Submission.objects.get()
    workflow.assign(submission, to=amina, by=amina)

    with pytest.raises(TransitionNotAllowed):
        workflow.assign(seen, to=moderator, by=moderator)

    assert (seen.assignee, acts(submission)) == (amina, [("assigned", "Amina", "to Amina")])


def test_of_moderators_who_take_one_at_the_same_instant_one_has_it(at_once):
    submission = make_submission(State.SUBMITTED)
    people = [make_moderator(name) for name in ("Amina", "Bo", "Chen", "Dina")]
    waiting = list(people)

    def take():
        who = waiting.pop()
        workflow.assign(Submission.objects.get(pk=submission.pk), to=who, by=who)

    outcomes = at_once(4, take)

    # Who reads after the winner sees them and takes over, which is allowed: each such change is recorded.
    refused = [outcome for outcome in outcomes if isinstance(outcome, TransitionNotAllowed)]
    submission.refresh_from_db()
    assert submission.assignee in people
    assert len(acts(submission)) == 4 - len(refused)
    assert acts(submission)[-1][1] == submission.assignee.username
