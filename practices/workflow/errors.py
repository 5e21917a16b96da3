"""Reasons why a step of a submission or a practice is refused."""

from practices.choices import PracticeState, State
from practices.documents.criteria import Criterion
from practices.documents.three_way_merge import Merge
from practices.models import Practice, Submission


class StepRefused(Exception):
    """A step is not possible now. Each subclass says why."""


class TransitionNotAllowed(StepRefused):
    """No such step starts from the state, or somebody has changed the submission since it was read."""

    def __init__(self, subject: Submission | Practice, to: str):
        states = PracticeState if isinstance(subject, Practice) else State
        self.state, self.to = states(subject.state), to
        super().__init__(f"{self.state} → {to}")


class SavedMeanwhile(TransitionNotAllowed):
    """The text or the files were changed since they were read. `submission` is as it is now."""

    def __init__(self, submission: Submission):
        super().__init__(submission, State(submission.state))


class ChangedMeanwhile(TransitionNotAllowed):
    """A member of staff decides on something that has changed since their page was made.

    `revision` is the number of the newest revision of the practice if that is all that is new.
    """

    def __init__(self, submission: Submission, *, revision: int | None):
        super().__init__(submission, State(submission.state))
        self.revision = revision


class SubmissionErased(TransitionNotAllowed):
    """The submission was erased meanwhile, at the wish of its submitter or because its time was over."""

    def __init__(self, submission: Submission):
        super().__init__(submission, State(submission.state))


class NothingToUndo(TransitionNotAllowed):
    """The step was undone before."""


class CriteriaMissing(StepRefused):
    """Nobody has ticked some of the criteria that a published practice has to meet."""

    def __init__(self, missing: list[Criterion]):
        self.missing = missing
        super().__init__(", ".join(criterion.slug for criterion in missing))


class StillPublished(StepRefused):
    """The latest revision has a text that is to be removed from an earlier one, in the fields of these names."""

    def __init__(self, fields: list[str]):
        self.fields = fields
        super().__init__(", ".join(fields))


class RevisedMeanwhile(StepRefused):
    """A newer revision changed the same fields as this update: a person has to resolve the conflict."""

    def __init__(self, newer: Merge):
        self.newer = newer
        super().__init__(f"revision {newer.revision.number}: {', '.join(newer.conflicts)}")


class PracticeRevisedMeanwhile(StepRefused):
    """The practice has another revision by now than the one its editor has read."""

    def __init__(self, revision: int):
        self.revision = revision
        super().__init__(f"revision {revision}")


class OtherDecided(StepRefused):
    """The submission in whose favour another is refused has been decided on, withdrawn or erased."""


class PracticeWithdrawn(StepRefused):
    """The practice of an update has been withdrawn or merged, so that nobody would see what is published."""


class MergeRefused(StepRefused):
    """A practice cannot be merged into itself, nor into one that is not public."""


class ApprovalRefused(StepRefused):
    """The member of staff has a conflict of interest, declared or evident."""


class ApprovalOfOwnText(ApprovalRefused):
    """The member of staff has proposed or changed the text."""


class ApprovalsMissing(StepRefused):
    """More people have to approve the submission before it is published."""

    def __init__(self, missing: int):
        self.missing = missing
        super().__init__(f"{missing} approvals are missing")
