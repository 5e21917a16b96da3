"""Invariants of the workflow, checked over random sequences of steps chosen by Hypothesis."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from practices import workflow
from practices.choices import DECIDED, Act, State
from practices.models import Practice, Revision, Submission
from practices.workflow import TransitionNotAllowed
from tests.support.factories import judged, make_moderator, make_practice, make_submission

pytestmark = pytest.mark.django_db

BY = st.sampled_from(["Amina", "Bo"])
STALE = st.booleans()
MOVES = ["start_review", "reopen", "return_to_queue", "mark_spam", "cancel_publication"]


class Runs(RuleBasedStateMachine):
    """State machine of one submission, several people who may hold stale copies of it, and a clock."""

    @initialize(update=st.booleans(), trapped=st.booleans())
    def begin(self, update, trapped):
        self.people = {name: make_moderator(name) for name in ("Amina", "Bo")}
        self.practice = make_practice() if update else None
        self.now = timezone.now()
        submission = make_submission(
            practice=self.practice, trapped=trapped, hindsight="Ask first.", now=self.now
        )
        self.pk = submission.pk
        Submission.objects.filter(practice__isnull=False).update(based_on=1)
        self.area = ""
        self.seen = self.fresh()
        self.revisions = Revision.objects.filter(practice=self.practice).count() if update else 0

    @staticmethod
    def confirm(submission, **options):
        workflow.submit(submission, seen=submission.content_version, **options)

    @staticmethod
    def answer(submission, title, **options):
        again = submission.document | {"title": title}
        workflow.resubmit(submission, again, seen=submission.content_version, **options)

    def fresh(self):
        return Submission.objects.select_related("submitter", "practice").get(pk=self.pk)

    def attempt(self, step, *args, stale=False, **kwargs):
        """Attempt a step on a fresh or, with `stale`, an earlier copy. Refusals are allowed."""
        submission = self.seen if stale else self.fresh()
        if not stale:
            self.seen = self.fresh()
        with suppress(TransitionNotAllowed):
            step(submission, *args, now=self.now, **kwargs)

    @rule(span=st.integers(1, 60))
    def time_passes(self, span):
        self.now += timedelta(days=span)

    @rule(stale=STALE)
    def submitter_confirms(self, stale):
        self.attempt(self.confirm, stale=stale)

    @rule(stale=STALE, title=st.sampled_from(["Desks", "More desks"]))
    def submitter_answers(self, stale, title):
        self.attempt(self.answer, title, stale=stale)

    @rule(stale=STALE)
    def submitter_withdraws(self, stale):
        self.attempt(workflow.withdraw, stale=stale)

    @rule(
        by=BY,
        stale=STALE,
        step=st.sampled_from(MOVES),
    )
    def moderator_moves(self, by, stale, step):
        self.attempt(getattr(workflow, step), by=self.people[by], stale=stale)

    @rule(by=BY, stale=STALE, step=st.sampled_from(["request_changes", "reject"]))
    def moderator_declines(self, by, stale, step):
        self.attempt(getattr(workflow, step), by=self.people[by], reason="Which years?", stale=stale)

    @rule(by=BY, stale=STALE)
    def moderator_publishes(self, by, stale):
        judged(self.fresh())
        self.attempt(workflow.publish, by=self.people[by], stale=stale)

    @rule(by=BY, stale=STALE, days=st.integers(1, 30))
    def moderator_schedules(self, by, stale, days):
        judged(self.fresh())
        at = self.now + timedelta(days=days)
        self.attempt(workflow.schedule, by=self.people[by], at=at, stale=stale)

    @rule(by=BY, stale=STALE, title=st.sampled_from(["Desks", "Corrected desks"]))
    def moderator_corrects(self, by, stale, title):
        changed = (self.seen if stale else self.fresh()).document | {"title": title}
        self.attempt(workflow.correct, changed, by=self.people[by], stale=stale)

    @rule(by=BY, to=st.sampled_from(["Amina", "Bo", None]), stale=STALE)
    def moderator_assigns(self, by, to, stale):
        self.attempt(workflow.assign, by=self.people[by], to=self.people.get(to), stale=stale)

    @rule(area=st.sampled_from(["Batumi", "Manila"]))
    def practice_is_revised_meanwhile(self, area):
        """Revise the practice as an administrator or another update would, in a field this update does not change."""
        if self.practice and self.fresh().state != State.PUBLISHED:
            newest = self.practice.revisions.first().document
            workflow.publish_document(newest | {"area": area}, to=self.practice, now=self.now)
            self.revisions, self.area = self.revisions + (area != self.area), area

    @rule()
    def clock_publishes(self):
        workflow.publish_due(now=self.now)

    @invariant()
    def every_step_is_in_the_table_and_follows_the_one_before(self):
        if not hasattr(self, "pk"):
            return
        steps = list(
            self.fresh().events.filter(act=Act.STEP).order_by("pk").values_list("from_state", "to_state")
        )
        rows = [row for row in workflow.TRANSITIONS if row.of is Submission]
        assert set(steps) <= {(source, row.target) for row in rows for source in row.sources}
        assert all(first[1] == second[0] for first, second in pairwise(steps))
        assert (steps[-1][1] if steps else State.DRAFT) == self.fresh().state

    @invariant()
    def what_is_public_is_what_was_published_once(self):
        if not hasattr(self, "pk"):
            return
        submission = self.fresh()
        published = submission.state == State.PUBLISHED
        practice = submission.practice
        assert (practice is not None) == (published or self.practice is not None)
        if practice:
            assert practice.revisions.count() == self.revisions + published
        if published:
            assert practice.revisions.first().document == submission.document
        assert Practice.objects.count() == Revision.objects.filter(number=1).count()

    @invariant()
    def what_was_published_meanwhile_is_never_undone(self):
        if getattr(self, "practice", None):
            assert self.practice.revisions.first().document["area"] == self.area

    @invariant()
    def its_dates_say_where_it_stands(self):
        if not hasattr(self, "pk"):
            return
        submission = self.fresh()
        assert (submission.decided_at is not None) == (submission.state in DECIDED)
        assert (submission.publish_at is not None) == (submission.state == State.SCHEDULED)


Runs.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
    phases=[Phase.generate],  # failing runs are short enough to read without shrinking
)
TestRuns = Runs.TestCase
