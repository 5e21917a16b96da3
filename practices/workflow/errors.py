"""Reasons why a step of a submission is refused."""

from practices.choices import State
from practices.documents.three_way_merge import Merge
from practices.models import Submission


class StepRefused(Exception):
    """A step is not possible now. Each subclass says why."""


class TransitionNotAllowed(StepRefused):
    """No such step starts from the submission's state, or somebody has changed the submission since it was read."""

    def __init__(self, submission: Submission, to: State):
        self.submission, self.to = submission, to
        self.state = State(submission.state)
        super().__init__(f"{self.state} → {to}")


class RevisedMeanwhile(StepRefused):
    """A newer revision changed the same fields as this update: a person has to resolve the conflict."""

    def __init__(self, newer: Merge):
        self.newer = newer
        super().__init__(f"revision {newer.revision.number}: {', '.join(newer.conflicts)}")


class ApprovalRefused(StepRefused):
    """The member of staff has a conflict of interest, declared or evident."""


class ApprovalsMissing(StepRefused):
    """More people have to approve the submission before it is published."""

    def __init__(self, missing: int):
        self.missing = missing
        super().__init__(f"{missing} approvals are missing")
