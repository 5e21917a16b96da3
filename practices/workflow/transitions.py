"""The one table of steps of submissions and practices, and the functions that check, make and record them.

Pages, admin buttons, filters and permissions ask `available` which steps there are; none repeats a list of states.
Each row has a function of its name in `practices.workflow`, which makes the step.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from practices.choices import (
    AWAITING_MODERATION,
    DECIDED,
    EDITABLE,
    UNDECIDED,
    Act,
    Actor,
    Kind,
    PracticeState,
    State,
)
from practices.models import ModerationEvent, Practice, Submission, Translation
from practices.workflow import guards
from practices.workflow.errors import (
    ChangedMeanwhile,
    SavedMeanwhile,
    StepRefused,
    SubmissionErased,
    TransitionNotAllowed,
)
from practices.workflow.messages import cancel_overtaken
from practices.workflow.moderators import EDIT_PRACTICES, MODERATE, REDACT

type Staff = User


@dataclass(frozen=True)
class Transition:
    """A step one kind of actor may make from some states to another, or that keeps the state.

    Its states say what it is a step of: State of a submission, PracticeState of a practice.
    """

    name: str
    sources: frozenset[Any]
    target: Any
    """None keeps the state."""
    actor: Actor
    permission: str = ""
    """Permission a member of staff needs."""
    guard: Callable[[Any, Staff | None], bool] = guards.always
    mails: tuple[Kind, ...] = ()
    """Messages queued; MODERATION_ANSWER to moderators who should know, PRACTICE_REVISED only if others see a change."""
    taken_back: Kind | None = None
    """Message that its undo sends to those whom the step has told. Without one, a step that mails cannot be undone."""
    untold: str = ""
    """Reason why a step of a practice tells its submitters nothing."""
    final: str = ""
    """Reason why a step that tells nobody cannot be undone."""
    records: Act | None = None
    """Moderation event; None for a STEP if the state changes, and for no event if it stays."""
    label: Any = ""
    """Text of its button in the admin; a step without one is part of another button or form."""
    done: Any = ""
    """Told to the moderator afterwards."""

    @property
    def act(self) -> Act | None:
        return self.records or (Act.STEP if self.target else None)

    @property
    def of(self) -> type[Submission] | type[Practice]:
        return Practice if all(isinstance(state, PracticeState) for state in self.sources) else Submission

    @property
    def can_undo(self) -> bool:
        """Return whether its message offers to undo it: those outside who were told of it can be told of that too."""
        is_recorded = self.actor is Actor.STAFF and self.of is Submission and self.act is not None
        return is_recorded and not self.final and (not self.mails or self.taken_back is not None)

    def permits(self, subject: Submission | Practice, by: Staff | None) -> bool:
        """Return whether the step is possible now. Raises StepRefused where a guard says why."""
        fits = isinstance(subject, self.of) and subject.state in self.sources
        return fits and self.guard(subject, by)


def _steps_of(actor: Actor, permission: str = "") -> Callable[..., Transition]:
    def row(name: str, sources: Iterable[Any], target: Any = None, **options: Any) -> Transition:
        return Transition(name, frozenset(sources), target, actor, permission, **options)

    return row


_submitter = _steps_of(Actor.SUBMITTER)
_staff = _steps_of(Actor.STAFF, MODERATE)
_editor = _steps_of(Actor.STAFF, EDIT_PRACTICES)
_administrator = _steps_of(Actor.STAFF, REDACT)
_system = _steps_of(Actor.SYSTEM)

TRANSITIONS = (
    # Steps of a submission.
    _submitter("save", EDITABLE),
    _submitter("attach", EDITABLE, guard=guards.may_have_files),
    _submitter("detach", EDITABLE, guard=guards.may_have_files),
    _submitter("put_first", EDITABLE, guard=guards.may_have_files),
    _submitter("mail_link", {State.DRAFT}, mails=(Kind.SUBMISSION_LINK,)),
    _submitter("send", {State.DRAFT}, mails=(Kind.SUBMISSION_CONFIRM,)),
    _submitter("submit", {State.DRAFT}, State.SUBMITTED, mails=(Kind.SUBMISSION_RECEIVED,)),
    _submitter(
        "resubmit",
        {State.CHANGES_REQUESTED},
        State.SUBMITTED,
        mails=(Kind.SUBMISSION_RECEIVED, Kind.MODERATION_ANSWER),
    ),
    _submitter("discard", {State.DRAFT}),
    _submitter("withdraw", UNDECIDED - {State.DRAFT} | {State.SPAM}, State.WITHDRAWN),
    _submitter("write", frozenset(State) - {State.DRAFT, State.WITHDRAWN}, mails=(Kind.MODERATION_ANSWER,)),
    _submitter("begin_update", {State.PUBLISHED}, guard=guards.has_public_practice),
    _submitter(
        "request_withdrawal",
        {State.PUBLISHED},
        guard=guards.may_request_withdrawal,
        mails=(Kind.WITHDRAWAL_REQUESTED, Kind.MODERATION_ANSWER),
    ),
    _submitter(
        "cancel_withdrawal_request",
        {State.PUBLISHED},
        guard=guards.may_cancel_withdrawal_request,
        mails=(Kind.MODERATION_ANSWER,),
    ),
    _submitter("retract_adaptation", {State.PUBLISHED}, guard=guards.has_public_adaptation),
    # Those with a label stand in the order of the buttons.
    _staff(
        "approve",
        AWAITING_MODERATION,
        guard=guards.may_approve,
        records=Act.APPROVED,
        final="It opens the verdicts of the others.",
        label=_("Approve"),
        done=_("Your approval is recorded."),
    ),
    _staff(
        "publish",
        AWAITING_MODERATION | {State.SCHEDULED},
        State.PUBLISHED,
        guard=guards.is_publishable,
        mails=(Kind.SUBMISSION_PUBLISHED, Kind.PRACTICE_REVISED),
        label=_("Publish"),
        done=_("Published."),
    ),
    _staff(
        "schedule",
        AWAITING_MODERATION | {State.SCHEDULED},  # to another date
        State.SCHEDULED,
        guard=guards.is_publishable,
        mails=(Kind.SUBMISSION_SCHEDULED,),
        done=_("Scheduled. It will be published on its date."),
    ),
    _staff(
        "request_changes",
        AWAITING_MODERATION,
        State.CHANGES_REQUESTED,
        mails=(Kind.SUBMISSION_CHANGES_REQUESTED,),
        label=_("Request changes"),
        done=_("Changes requested. The submitter can read your reasons."),
    ),
    _staff(
        "reject",
        AWAITING_MODERATION | {State.CHANGES_REQUESTED},
        State.REJECTED,
        mails=(Kind.SUBMISSION_REJECTED,),
        taken_back=Kind.SUBMISSION_REOPENED,
        label=_("Do not accept"),
        done=_("Not accepted. The submitter can read your reasons."),
    ),
    _staff(
        "start_review",
        {State.SUBMITTED},
        State.IN_REVIEW,
        label=_("Start review"),
        done=_("Review started. The submission is assigned to you."),
    ),
    _staff(
        "reopen",
        {State.REJECTED},
        State.IN_REVIEW,
        mails=(Kind.SUBMISSION_REOPENED,),
        label=_("Review again"),
        done=_("Reopened. The submission is assigned to you, and its submitter knows."),
    ),
    _staff(
        "cancel_publication",
        {State.SCHEDULED},
        State.IN_REVIEW,
        mails=(Kind.SUBMISSION_UNSCHEDULED,),
        label=_("Cancel publication"),
        done=_("Publication cancelled."),
    ),
    _staff(
        "return_to_queue",
        {State.IN_REVIEW, State.SPAM},
        State.SUBMITTED,
        guard=guards.is_complete,
        label=_("Return to the queue"),
        done=_("Returned to the queue."),
    ),
    _staff(
        "mark_spam",
        AWAITING_MODERATION | {State.DRAFT},
        State.SPAM,
        label=_("Mark as spam"),
        done=_("Marked as spam. The submitter was not told."),
    ),
    _staff(
        "confirm_spam",
        {State.SPAM},
        guard=guards.is_unchecked,
        records=Act.SPAM_CONFIRMED,
        label=_("Confirm as spam"),
        done=_(
            "Confirmed as spam: it no longer counts as new, and is deleted later. The submitter was not told."
        ),
    ),
    _staff(
        "declare_conflict",
        AWAITING_MODERATION,
        guard=guards.may_declare,
        records=Act.CONFLICT,
        final="It opens the verdicts of the others.",
        label=_("Declare a conflict of interest"),
        done=_("Your conflict of interest is recorded."),
    ),
    _staff(
        "write",
        AWAITING_MODERATION | {State.CHANGES_REQUESTED},
        mails=(Kind.SUBMISSION_MESSAGE,),
        label=_("Send a message"),
        done=_("Message saved. The submitter can read it on their private page."),
    ),
    _staff("assign", UNDECIDED - {State.DRAFT}, records=Act.ASSIGNED, done=_("Assigned.")),
    _staff(
        "correct",
        AWAITING_MODERATION,
        guard=guards.has_no_conflict,
        records=Act.CORRECTED,
        final="The text can be corrected again.",
    ),
    _staff(
        "rebase",
        AWAITING_MODERATION,
        guard=guards.is_outdated,
        records=Act.REBASED,
        final="The text can be corrected.",
        done=_("Updated to the latest revision."),
    ),
    _staff("tick_criteria", UNDECIDED - {State.DRAFT}, done=_("Checklist saved.")),
    _staff("dismiss_duplicate", UNDECIDED - {State.DRAFT}, done=_("Recorded: they are not duplicates.")),
    _staff("restore_duplicate", UNDECIDED - {State.DRAFT}, done=_("They may be duplicates again.")),
    _system("mark_spam", {State.DRAFT}, State.SPAM),
    _system(
        "publish",
        {State.SCHEDULED},
        State.PUBLISHED,
        guard=guards.is_publishable,
        mails=(Kind.SUBMISSION_PUBLISHED, Kind.PRACTICE_REVISED),
    ),
    _system("cancel_publication", {State.SCHEDULED}, State.IN_REVIEW, mails=(Kind.SUBMISSION_UNSCHEDULED,)),
    _system("close", {State.CHANGES_REQUESTED}, State.WITHDRAWN, mails=(Kind.SUBMISSION_CLOSED,)),
    # Steps of a practice. An edit and an end leave a revision. The submitters who speak for it are told of each, or the
    # row says why not.
    _editor("edit_practice", PracticeState, mails=(Kind.PRACTICE_REVISED,)),
    _editor(
        "withdraw_practice",
        {PracticeState.PUBLISHED},
        PracticeState.WITHDRAWN,
        mails=(Kind.PRACTICE_WITHDRAWN,),
        label=_("Withdraw"),
        done=_("Withdrawn. It is no longer public."),
    ),
    _editor(
        "restore_practice",
        {PracticeState.WITHDRAWN, PracticeState.MERGED},
        PracticeState.PUBLISHED,
        mails=(Kind.PRACTICE_RESTORED,),
        label=_("Restore"),
        done=_("Restored. It is public again."),
    ),
    _editor(
        "decline_withdrawal",
        {PracticeState.PUBLISHED},
        guard=guards.has_withdrawal_request,
        mails=(Kind.WITHDRAWAL_DECLINED,),
        label=_("Keep in the catalogue"),
        done=_("Kept in the catalogue. The submitter can read your reason."),
    ),
    _editor(
        "merge",
        PracticeState,
        PracticeState.MERGED,
        mails=(Kind.PRACTICE_MERGED,),
        records=Act.MERGED,
    ),
    _editor(
        "absorb",
        {PracticeState.PUBLISHED},
        records=Act.MERGED,
        untold="Readers see the same practice at the same address.",
    ),
    _editor(
        "remove_file",
        PracticeState,
        mails=(Kind.PRACTICE_REVISED,),
        records=Act.CORRECTED,
        label=_("Remove from all revisions"),
        done=_("Removed from all revisions."),
    ),
    _editor(
        "withdraw_translation",
        {PracticeState.PUBLISHED},
        mails=(Kind.TRANSLATION_WITHDRAWN,),
        records=Act.CORRECTED,
        label=_("Withdraw"),
        done=_("Withdrawn. Readers of its language see the original."),
    ),
    _editor(
        "restore_translation",
        {PracticeState.PUBLISHED},
        mails=(Kind.TRANSLATION_RESTORED,),
        records=Act.CORRECTED,
        label=_("Restore"),
        done=_("Restored. Readers of its language see the translation again."),
    ),
    _editor(
        "edit_adaptation",
        {PracticeState.PUBLISHED},
        records=Act.CORRECTED,
        untold="Only small mistakes are corrected, and the practice says what it said.",
        label=_("Edit"),
        done=_("Saved."),
    ),
    _editor(
        "withdraw_adaptation",
        {PracticeState.PUBLISHED},
        mails=(Kind.ADAPTATION_WITHDRAWN,),
        records=Act.CORRECTED,
        label=_("Withdraw"),
        done=_("Withdrawn. It is no longer shown with the practice."),
    ),
    _editor(
        "restore_adaptation",
        {PracticeState.PUBLISHED},
        mails=(Kind.ADAPTATION_RESTORED,),
        records=Act.CORRECTED,
        label=_("Restore"),
        done=_("Restored. It is shown with the practice again."),
    ),
    _administrator(
        "redact_revision",
        PracticeState,
        records=Act.REDACTED,
        untold="The text that readers see first stays as it is.",
        label=_("Redact"),
        done=_("Redacted. The revision says that something was removed, and why."),
    ),
    _system("send_check", {PracticeState.PUBLISHED}, mails=(Kind.PRACTICE_CHECK,)),
    _submitter("begin_correction", {PracticeState.PUBLISHED}, untold="Readers see it once it is published."),
    _submitter("begin_translation", {PracticeState.PUBLISHED}, untold="Readers see it once it is published."),
    _submitter("begin_adaptation", {PracticeState.PUBLISHED}, untold="Readers see it once it is published."),
    _submitter("confirm_still_true", {PracticeState.PUBLISHED}, untold="A submitter has made it."),
    _submitter("mark_ended", {PracticeState.PUBLISHED}, untold="A submitter has made it."),
    _submitter("mark_outdated", {PracticeState.PUBLISHED}, untold="A submitter has made it."),
)
"""Every step. A name stands twice where two kinds of actor may make the step."""


def available(subject: Submission | Practice, *, by: Staff | Actor) -> dict[str, Transition]:
    """Return the steps possible now, by name: for a member of staff, for the submitter, or for the system."""
    actor, user = (by, None) if isinstance(by, Actor) else (Actor.STAFF, by)
    return {
        row.name: row
        for row in TRANSITIONS
        if row.actor is actor
        and (user is None or user.has_perm(row.permission))
        and _holds(row, subject, user)
    }


def _holds(row: Transition, subject: Submission | Practice, by: Staff | None) -> bool:
    try:
        return row.permits(subject, by)
    except StepRefused:
        return False


def check(subject: Submission | Practice, name: str, *, by: Staff | None = None) -> Transition:
    """Return the transition of that name, for staff where `by` is given. Raises StepRefused if it is impossible.

    Permissions are for `available`, which asks on behalf of a person; a scheduled publication happens even if its
    moderator has left meanwhile.
    """
    row = transition(name, by=by)
    if not row.permits(subject, by):
        raise TransitionNotAllowed(subject, row.target or subject.state)
    return row


def transition(name: str, *, by: Staff | None) -> Transition:
    """Return the transition of that name: that of staff where `by` is given, else that of the other actor."""
    is_staff = by is not None
    [row] = [row for row in TRANSITIONS if row.name == name and (row.actor is Actor.STAFF) == is_staff]
    return row


def seen_version(submission: Submission) -> str:
    """Return a string that identifies what a moderator reads: the last event, the newest revision, text and files.

    With a translation, also the version that readers see of it.
    """
    return seen_versions([submission])[submission.pk]


def seen_versions(submissions: Sequence[Submission]) -> dict[int, str]:
    """Return the `seen_version` of each submission, by key. At most three queries."""
    events = ModerationEvent.objects.filter(submission__in=[each.pk for each in submissions]).order_by()
    last = dict(events.values_list("submission").annotate(last=Max("pk")))
    updated = [each.practice_id for each in submissions if each.practice_id is not None]
    newest = (
        dict(Practice.objects.filter(pk__in=updated).values_list("pk", "revision_number")) if updated else {}
    )
    translations = _versions_of_translations([each for each in submissions if each.is_translation])
    return {
        each.pk: f"{last.get(each.pk, '')}/{newest.get(each.practice_id or 0, '')}/{each.content_version}"
        + translations.get((each.practice_id, each.translates_into), "")
        for each in submissions
    }


def _versions_of_translations(submissions: Sequence[Submission]) -> dict[tuple[int | None, str], str]:
    """Return (practice, language) → version of the translation that these submissions would replace."""
    if not submissions:
        return {}
    rows = Translation.objects.filter(practice__in=[each.practice_id for each in submissions])
    return {
        (practice, language): f"~{number}{'' if withdrawn_at is None else '-'}"
        for practice, language, number, withdrawn_at in rows.values_list(
            "practice", "language", "number", "withdrawn_at"
        )
    }


def lock(
    submission: Submission, name: str, *, by: Staff | None = None, seen: str | int | None = None
) -> Transition:
    """Lock the row until the transaction ends, so that the step is made on what its actor read; then `check`.

    What the caller has loaded must be the row as it is, and `seen` what the page of the actor has shown: the
    `seen_version` for staff, the `content_version` for the submitter. Raises StepRefused, having refreshed
    `submission`, if somebody has changed it since.
    """
    _lock_as_loaded(submission, to=transition(name, by=by).target)
    step = check(submission, name, by=by)
    compare_seen(submission, seen)
    return step


def lock_together(*submissions: Submission) -> dict[int, State]:
    """Lock submissions until the transaction ends, and return the state of each by key, without those erased meanwhile.

    In the order of their keys, so that two steps that need the same ones wait for each other and do not deadlock.
    """
    rows = Submission.objects.select_for_update().filter(pk__in=[each.pk for each in submissions])
    return {pk: State(state) for pk, state in rows.order_by("pk").values_list("pk", "state")}


_READ = ("state", "version", "file_changes", "practice_id", "publish_at")


def _lock_as_loaded(submission: Submission, *, to: State | None) -> None:
    """Lock the row until the transaction ends. Raises TransitionNotAllowed if it is not as loaded any more."""
    loaded = {field: getattr(submission, field) for field in _READ}
    row = Submission.objects.select_for_update().filter(pk=submission.pk).values(*_READ).first()
    if row is None:
        raise SubmissionErased(submission)
    if row == loaded:
        return
    submission.refresh_from_db()
    if any(row[field] != loaded[field] for field in ("state", "practice_id", "publish_at")):
        raise TransitionNotAllowed(submission, to or State(submission.state))
    raise SavedMeanwhile(submission)


def compare_seen(submission: Submission, seen: str | int | None) -> None:
    """Raise SavedMeanwhile or ChangedMeanwhile unless `seen` is what a page would show now, or None. Needs the lock."""
    if isinstance(seen, int):
        if seen != submission.content_version:
            raise SavedMeanwhile(submission)
    elif seen is not None and seen != (now := seen_version(submission)):
        event, revision, content = now.split("/")
        only_revised = seen.startswith(f"{event}/") and seen.endswith(f"/{content}") and revision
        raise ChangedMeanwhile(submission, revision=int(revision) if only_revised else None)


def move(
    submission: Submission,
    name: str | Transition,
    *,
    at: datetime,
    by: Staff | None = None,
    seen: str | int | None = None,
    reason: str = "",
    internal_note: str = "",
    event: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Make a step that changes the state and record it. Of two concurrent steps, one wins and the other is refused.

    `name` may be the transition that `lock` has returned. `changes` are further columns to write, `event` those of its
    event. What waits to be sent and is not true any more is cancelled. Raises StepRefused, having refreshed `submission`
    if it was stale.
    """
    before = State(submission.state)
    step = name if isinstance(name, Transition) else lock(submission, name, by=by, seen=seen)
    target = step.target
    if target is None:
        raise ValueError(f"{step.name} keeps the state")
    changes["state"] = target
    changes["decided_at"] = at if target in DECIDED else None
    changes.setdefault("publish_at", None)
    Submission.objects.filter(pk=submission.pk).update(**changes)
    for field, value in changes.items():
        setattr(submission, field, value)
    ModerationEvent.objects.create(
        submission=submission,
        from_state=before,
        to_state=target,
        by=by,
        reason=reason,
        internal_note=internal_note,
        at=at,
        **(event or {}),
    )
    cancel_overtaken(submission)


def record(
    submission: Submission, act: Act, *, by: Staff, at: datetime, internal_note: str = "", **more: Any
) -> None:
    """Record a step that keeps the state."""
    states = {"from_state": submission.state, "to_state": submission.state}
    ModerationEvent.objects.create(
        submission=submission,
        act=act,
        by=by,
        internal_note=internal_note,
        at=at,
        **(states | more),
    )
