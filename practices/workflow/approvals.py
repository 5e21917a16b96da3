"""The rule that several people approve a submission before it is published (APPROVALS_NEEDED).

An approval counts for one text with its files, in one round: reopening a rejected submission begins another.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max, Q

from practices.choices import UNDECIDED, Act, State
from practices.core.addresses import canonical
from practices.core.titles import folded
from practices.documents import files
from practices.models import Approval, StaffProfile, Submission
from practices.models.submission import SubmissionQuerySet
from practices.workflow.errors import ApprovalRefused, ApprovalsMissing
from practices.workflow.moderators import moderators

REBASED_BEFORE = "caught_up"
"""Value of Act.REBASED until version 0.2.0, whose processes may still record it while a newer one is deployed."""


def content_hash(submission: Submission) -> str:
    """Return a hash that is equal for equal documents with equal files in the same round.

    Without files, and before it is reopened, it is that of the document alone, as versions before 0.3.0 have stored it.
    """
    attached = files.facts(submission.attachments.all())
    content = [submission.document, attached] if attached else submission.document
    reopened = sum(event.reopens for event in submission.events.filter(from_state=State.REJECTED))
    if reopened:
        content = {"content": content, "reopened": reopened}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Judgement:
    """Approvals and conflicts of interest of a submission, each part read once."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission

    @cached_property
    def _all(self) -> list[Approval]:
        return list(self.submission.approvals.select_related("by").order_by("pk"))

    @cached_property
    def _hash(self) -> str:
        return content_hash(self.submission)

    @cached_property
    def declarations(self) -> list[Approval]:
        """The approvals and declared conflicts of interest for the current document and files, in this round."""
        return [each for each in self._all if each.document_hash == self._hash]

    @cached_property
    def lapsed(self) -> list[Approval]:
        """The approvals of an earlier text, files or round, of people who have not declared themselves since."""
        now = {declaration.by_id for declaration in self.declarations}
        earlier = [each for each in self._all if not each.conflict and each.document_hash != self._hash]
        return list({each.by_id: each for each in earlier if each.by_id not in now}.values())

    @cached_property
    def authors(self) -> list[User]:
        """The members of staff who have proposed the text, or changed it since its submitter last sent it.

        They cannot approve it. Events count in the order of their keys, as the clock may have been set back meanwhile.
        """
        events = self.submission.events.filter(by__isnull=False)
        resent = self.submission.events.filter(
            act=Act.STEP, from_state=State.CHANGES_REQUESTED, to_state=State.SUBMITTED
        ).aggregate(last=Max("pk"))
        changes = Q(act__in=[Act.CORRECTED, Act.REBASED, REBASED_BEFORE], pk__gt=resent["last"] or 0)
        people = events.filter(Q(act=Act.PROPOSED) | changes).values("by")
        return list(User.objects.filter(pk__in=people).order_by("pk"))

    @cached_property
    def _colleagues(self) -> set[int]:
        """Keys of the members of staff who work where the submitter does."""
        organisation = self.submission.submitter.organisation
        profiles = StaffProfile.objects.exclude(organisation="").values_list("user", "organisation")
        return {person for person, name in profiles if _are_one(name, organisation)}

    def is_independent(self, person: User) -> bool:
        """Return whether a member of staff is no author of the text, nor the submitter, nor from their organisation."""
        same_address = person.email and canonical(person.email) == canonical(self.submission.submitter.email)
        return not same_address and person not in self.authors and person.pk not in self._colleagues

    def eligible(self, *, by: User, of_change: bool = False) -> list[User]:
        """Return the moderators who can still approve, as far as `by` may know who already has (BLIND_APPROVALS).

        With `of_change`, those who could approve a changed text, for which earlier approvals do not count.
        """
        independent = [person for person in moderators() if self.is_independent(person)]
        if is_blind(self.submission, by=by):
            return independent
        is_out = self.has_conflict if of_change else self.has_declared
        return [person for person in independent if not is_out(person)]

    @property
    def able(self) -> int:
        """Number of people who have approved or still can.

        It depends on who has a conflict of interest, and not on who has approved.
        """
        declared = {each.by_id: not each.conflict for each in self.declarations}
        able = {each.pk for each in moderators() if declared.get(each.pk, True) and self.is_independent(each)}
        return len(able | {each.by_id for each in self._valid})

    @property
    def is_short(self) -> bool:
        """Return whether too few people can approve this text to publish it."""
        return self.able < settings.APPROVALS_NEEDED

    @property
    def counted(self) -> list[tuple[Approval, bool]]:
        """The declarations, and whether each counts as an approval or would without the conflict of interest."""
        return [(each, self.is_independent(each.by)) for each in self.declarations]

    def has_declared(self, person: User | None) -> bool:
        return any(declaration.by == person for declaration in self.declarations)

    def has_conflict(self, person: User | None) -> bool:
        """Return whether a member of staff has declared a conflict of interest."""
        return any(each.conflict and each.by == person for each in self.declarations)

    @cached_property
    def _valid(self) -> list[Approval]:
        return [each for each in self.declarations if not each.conflict and self.is_independent(each.by)]

    @cached_property
    def missing(self) -> int:
        """Number of people who have yet to approve; 0 where one moderator decides alone."""
        return max(0, settings.APPROVALS_NEEDED - len(self._valid)) if are_needed() else 0


_reading: ContextVar[Judgement | None] = ContextVar("judgement", default=None)


def judgement(submission: Submission) -> Judgement:
    """Return the judgement of a submission: a new one, or that of `reading_judgement`."""
    kept = _reading.get()
    return kept if kept is not None and kept.submission is submission else Judgement(submission)


@contextmanager
def reading_judgement(submission: Submission) -> Iterator[None]:
    """Read the judgement of a submission once for everything inside, which must not change it."""
    outer = _reading.set(Judgement(submission))
    try:
        yield
    finally:
        _reading.reset(outer)


_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")


def _are_one(organisation: str, other: str) -> bool:
    """Return whether two names of organisations are one, such as “Port of Batumi (PB)”, “Port of Batumi” and “PB”."""
    return folded(organisation) in _names(other) or folded(other) in _names(organisation)


def _names(organisation: str) -> set[str]:
    """Return an organisation's name, the name without what is in brackets, and what is in them, folded."""
    apart = _BRACKETS.sub(" ", organisation)
    return {folded(name) for name in (organisation, apart, *_BRACKETS.findall(organisation))} - {""}


MAX_PASSED_OVER = 100
"""Submissions looked at to find one that still waits for a person."""


def first_for(submissions: SubmissionQuerySet, person: User) -> Submission | None:
    """Return the first of these submissions that this person can decide on, or None.

    Passed over is what somebody else reviews, and where several people approve, what this person has already judged or
    has written.
    """
    open_to_them = submissions.open_to(person)
    if not are_needed():
        return open_to_them.first()
    return next((each for each in open_to_them[:MAX_PASSED_OVER] if _waits_for(each, person)), None)


def _waits_for(submission: Submission, person: User) -> bool:
    judged = judgement(submission)
    return not judged.has_declared(person) and judged.is_independent(person)


def are_needed() -> bool:
    return settings.APPROVALS_NEEDED > 1


def too_few_moderators() -> int | None:
    """Return how many moderators there are, if one who edits a text leaves too few to approve it; else None."""
    if not are_needed():
        return None
    number = moderators().count()
    return number if number <= settings.APPROVALS_NEEDED else None


def is_blind(submission: Submission, *, by: User) -> bool:
    """Return whether `by` is not shown what others think, until they have said it themselves (BLIND_APPROVALS).

    It depends on nothing that somebody could change and change back, such as where they work: only a declaration, which
    is final, opens the verdicts. That includes submissions that their submitter, or a moderator who finds that it is no
    spam, may bring back with the same approvals.
    """
    return (
        settings.BLIND_APPROVALS
        and are_needed()
        and submission.state in UNDECIDED | {State.SPAM}
        and not judgement(submission).has_declared(by)
        and judgement(submission).missing > 0
    )


def check_approvals(submission: Submission, *, by: User | None) -> None:
    """Raises ApprovalRefused if `by` has declared a conflict of interest, ApprovalsMissing if too few approve."""
    if not are_needed():
        return
    judged = judgement(submission)
    if judged.has_conflict(by):
        raise ApprovalRefused
    if judged.missing:
        raise ApprovalsMissing(judged.missing)
