"""Random sequences of workflow steps, chosen by Hypothesis.

The state machine keeps a small model and compares it with the database after every step.
"""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from practices import workflow
from practices.choices import Act, State
from practices.models import OutboxMessage, Practice, Revision, Submission
from practices.models.submission import new_token
from tests.support.factories import document, make_moderator, make_practice, make_submitter

DECIDED = {State.PUBLISHED, State.REJECTED, State.WITHDRAWN, State.SPAM}
QUEUE = {State.SUBMITTED, State.IN_REVIEW}
TURN = {State.DRAFT, State.CHANGES_REQUESTED}
WRITABLE = set(State) - {State.DRAFT, State.WITHDRAWN}
WRITABLE_BY_STAFF = {*QUEUE, State.CHANGES_REQUESTED}
STEPS = {
    "submit": ({State.DRAFT}, State.SUBMITTED, 1),
    "resubmit": ({State.CHANGES_REQUESTED}, State.SUBMITTED, 1),
    "withdraw": ({*TURN, *QUEUE, State.SPAM}, State.WITHDRAWN, 0),
    "start_review": ({State.SUBMITTED}, State.IN_REVIEW, 0),
    "reopen": ({State.REJECTED}, State.IN_REVIEW, 0),
    "return_to_queue": ({State.IN_REVIEW, State.SPAM}, State.SUBMITTED, 0),
    "request_changes": (QUEUE, State.CHANGES_REQUESTED, 1),
    "reject": ({*QUEUE, State.CHANGES_REQUESTED}, State.REJECTED, 1),
    "mark_spam": ({State.DRAFT, *QUEUE}, State.SPAM, 0),
    "publish": (QUEUE, State.PUBLISHED, 1),
}
"""Step → (states it is allowed from, state it leads to, number of messages to the submitter)."""


class Run(RuleBasedStateMachine):
    """State machine of one submission, new or an update, and everybody who can act on it, in any order."""

    @initialize(is_update=st.booleans())
    def begin(self, is_update):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.by = make_moderator()
        self.practice = make_practice(title="Old desks") if is_update else None
        submission = workflow.begin(
            document(title="Desks 1"),
            submitter=make_submitter(),
            form_key=new_token(),
            language="en",
            practice=self.practice,
            based_on=1 if is_update else None,
        )
        self.pk, self.state, self.version = submission.pk, State.DRAFT, 1
        self.title, self.messages, self.path = "Desks 1", 0, []

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @property
    def submission(self):
        return Submission.objects.select_related("submitter", "practice").get(pk=self.pk)

    @rule(name=st.sampled_from(sorted(STEPS)), stale=st.sampled_from([None, *State]))
    def step(self, name, stale):
        """Make a step, with `stale` from a page that shows this state."""
        submission = self.submission
        before, after, messages = STEPS[name]
        if stale is not None:
            submission.state = stale
        arguments = {
            "resubmit": [document(title=f"Answer {self.version}")],
        }.get(name, [])
        options = {} if name in ("submit", "resubmit", "withdraw") else {"by": self.by}
        if name in ("submit", "resubmit"):
            options["seen"] = self.version
        if name in ("request_changes", "reject"):
            options["reason"] = "Which years?"
        can = self.state in before and stale in (None, self.state)
        if not can:
            with pytest.raises(workflow.TransitionNotAllowed), transaction.atomic():
                getattr(workflow, name)(submission, *arguments, **options)
            return
        getattr(workflow, name)(submission, *arguments, **options)
        self.state, self.messages = after, self.messages + messages
        self.path.append(after)
        if name == "resubmit":
            self.title = f"Answer {self.version}"

    @rule(behind=st.integers(0, 2))
    def save(self, behind):
        """Save the form from a window that missed `behind` saves."""
        title = f"Desks {self.version + 1}"
        save = {
            "typed": {"title": [title]},
            "seen": self.version - behind,
            "document": document(title=title),
            "submitter": {},
        }
        if self.state in TURN and behind == 0:
            workflow.save(self.submission, **save)
            self.version += 1
            self.title = title if self.state == State.DRAFT else self.title
            return
        with pytest.raises((workflow.SavedMeanwhile, workflow.TransitionNotAllowed)), transaction.atomic():
            workflow.save(self.submission, **save)

    @rule()
    def send(self):
        if self.state == State.DRAFT:
            workflow.send(self.submission)
            self.messages += 1
            return
        with pytest.raises(workflow.TransitionNotAllowed), transaction.atomic():
            workflow.send(self.submission)

    @rule(from_staff=st.booleans())
    def write(self, from_staff):
        by = self.by if from_staff else None
        if self.state in (WRITABLE_BY_STAFF if from_staff else WRITABLE):
            workflow.write(self.submission, "Hello", by=by)
            self.messages += from_staff
            return
        with pytest.raises(workflow.TransitionNotAllowed), transaction.atomic():
            workflow.write(self.submission, "Hello", by=by)

    @invariant()
    def agrees_with_the_model(self):
        submission = self.submission
        events = list(submission.events.filter(act=Act.STEP).order_by("pk"))
        seen = (
            submission.state,
            submission.version,
            submission.document["title"],
            submission.decided_at is not None,
            OutboxMessage.objects.filter(submission=submission).count(),
            [event.to_state for event in events],
            [event.from_state for event in events],
        )
        assert seen == (
            self.state,
            self.version,
            self.title,
            self.state in DECIDED,
            self.messages,
            self.path,
            [State.DRAFT, *self.path][: len(self.path)],
        )

    @invariant()
    def public_is_what_was_published_and_nothing_else(self):
        published = self.state == State.PUBLISHED
        titles = list(Practice.objects.published().values_list("title", flat=True))
        expected = [self.title] if published else ["Old desks"] if self.practice else []
        assert (titles, Revision.objects.count()) == (expected, bool(self.practice) + published)


@pytest.mark.django_db
def test_no_run_of_steps_breaks_the_rules():
    run_state_machine_as_test(
        Run,
        settings=settings(
            max_examples=8,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
