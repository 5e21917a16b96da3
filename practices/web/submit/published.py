"""The status of a published submission: what has become of its practice, and what is pending."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from practices import documents, workflow
from practices.choices import UNDECIDED, Act, QuestionState, State
from practices.documents import diff
from practices.documents.adaptations import label_in
from practices.models import Adaptation, ModerationEvent, Practice, Submission

SHOWN = UNDECIDED - {State.DRAFT}
"""States of an update that somebody else has sent; nobody but its submitter knows of a draft."""

MOST_QUESTIONS = 20
"""Questions of readers that are listed."""


@dataclass(frozen=True)
class HistoryEntry:
    """An entry of the history that a submitter reads."""

    at: datetime
    label: str
    reason: str = ""
    path: str = ""
    field_reasons: tuple[tuple[Any, str], ...] = ()
    """(Label of a field, what should change there) where a moderator asked for it."""


def context(submission: Submission) -> dict[str, Any]:
    """Return the context of the status of a published submission; empty while it is not published."""
    practice = submission.practice
    if submission.state != State.PUBLISHED or practice is None:
        return {}
    is_owner = Submission.objects.of_owners().filter(pk=submission.pk).exists()
    translations = practice.translations.published().select_related("practice").order_by("language")
    others = practice.submissions.revising().filter(state__in=SHOWN).exclude(begun_from=submission)
    return {
        "practice": practice,
        "kept": practice.remaining if practice.remaining != practice else None,
        "withdrawn_on": _withdrawn_on(practice),
        "is_change": submission.is_change,
        "edited": [
            replace(each, label=label_in(submission, each.field))
            for each in diff.between(*_corrected(submission))
        ],
        "own_updates": submission.updates.filter(state__in=UNDECIDED).order_by("pk"),
        "corrections": others.count() if is_owner else 0,
        "translations": translations if is_owner and practice.is_public else [],
        **(_questions(submission, practice) if is_owner and practice.is_public else {}),
        "withdrawal_request": practice.submissions.requesting_withdrawal().first(),
        **(_of_translation(submission, practice) if submission.is_translation else {}),
        "adaptation": Adaptation.objects.filter(submission=submission).first(),
    }


def _questions(submission: Submission, practice: Practice) -> dict[str, Any]:
    """Return the questions of readers that its submitter was sent, with links to answer, and whether they are on."""
    rows = submission.questions.exclude(state=QuestionState.STOPPED).order_by("-sent_at", "-pk")
    return {
        "takes_questions": not workflow.takes_no_questions(practice),
        "questions": [(row, workflow.question_answer_path(row)) for row in rows[:MOST_QUESTIONS]],
        "turn_path": reverse("practices:submission-questions", args=[submission.token]),
    }


def _of_translation(submission: Submission, practice: Practice) -> dict[str, Any]:
    """Return what has become of a published translation: its row, its address, and whether a newer one replaced it."""
    language = submission.translates_into
    row = practice.translations.filter(language=language).first()
    newer = practice.submissions.filter(
        state=State.PUBLISHED, translates_into=language, decided_at__gt=submission.decided_at
    )
    return {"translation": row, "is_replaced": newer.exists()}


def history(submission: Submission) -> list[HistoryEntry]:
    """Return what has happened to a submission, then to its practice, oldest first."""
    happened = [
        HistoryEntry(
            event.at,
            _step_of_report(event) if submission.is_adaptation else _step(event),
            event.reason,
            field_reasons=tuple(
                (label_in(submission, name), text) for name, text in event.field_reasons.items()
            ),
        )
        for event in submission.events.told()
    ]
    if submission.state == State.PUBLISHED and submission.practice:
        happened += _since(submission, submission.practice)
    return happened


def _since(submission: Submission, practice: Practice) -> list[HistoryEntry]:
    events = [
        HistoryEntry(event.at, label, event.reason)
        for event in practice.events.filter(at__gte=submission.decided_at).in_order()
        if (label := _label(event) or _label_of_translation(event, submission.translates_into))
    ]
    later = practice.revisions.filter(published_at__gt=submission.decided_at).order_by("number")
    revisions = [
        HistoryEntry(
            revision.published_at,
            _("New version (revision %(number)s)") % {"number": revision.number},
            revision.local_note,
            revision.get_absolute_url() if practice.is_public else "",
        )
        for revision in later
    ]
    own = _withdrawal_of_report(submission)
    return sorted([*events, *revisions, *own], key=lambda entry: entry.at)


def _withdrawal_of_report(submission: Submission) -> list[HistoryEntry]:
    """Return the entry that a published report of a use elsewhere was withdrawn, and by whom."""
    row = Adaptation.objects.filter(submission=submission).first()
    if row is None or row.is_public:
        return []
    label = _("You withdrew your report") if row.is_retracted else _("Your report was withdrawn")
    return [HistoryEntry(row.gone_since, label, row.withdrawal_reason)]


def _step(event: ModerationEvent) -> str:
    """Return a step of a submission in words. A state that it reaches again is not called as the first time."""
    match event.from_state, event.to_state:
        case State.CHANGES_REQUESTED, State.SUBMITTED:
            return _("Sent again")
        case State.IN_REVIEW, State.SUBMITTED:
            return _("Returned to the queue of the moderators")
        case State.REJECTED, State.IN_REVIEW:
            return _("Reopened")
        case State.SCHEDULED, State.IN_REVIEW:
            return _("Publication cancelled")
        case _:
            return str(event.get_to_state_display())


def _step_of_report(event: ModerationEvent) -> str:
    """Return a step of a report on a use elsewhere in words."""
    match event.from_state, event.to_state:
        case State.CHANGES_REQUESTED, State.SUBMITTED:
            return pgettext("of a report", "Sent again")
        case State.IN_REVIEW, State.SUBMITTED:
            return pgettext("of a report", "Returned to the queue of the moderators")
        case State.REJECTED, State.IN_REVIEW:
            return pgettext("of a report", "Reopened")
        case _, reached:
            return str(State(reached).traits.adaptation_name or _step(event))


def _label(event: ModerationEvent) -> str:
    """Return a step of a practice in words; empty for events that change nothing for readers."""
    is_withdrawn = event.to_state == State.WITHDRAWN
    match event.act:
        case Act.STEP:
            return _("Withdrawn from the catalogue") if is_withdrawn else _("Back in the catalogue")
        case Act.MERGED if is_withdrawn:
            return _("Merged with another practice")
        case _:
            return ""


def _label_of_translation(event: ModerationEvent, language: str) -> str:
    """Return a step of the translation into a language in words; empty for events of anything else."""
    before, after = event.changes.get("translations", ([], []))
    if not language or (language in before) == (language in after):
        return ""
    return _("Translation withdrawn") if language in before else _("Translation back in the catalogue")


def _withdrawn_on(practice: Practice) -> datetime | None:
    """Return the instant at which a practice was withdrawn; None if it is public, merged, or nobody recorded it."""
    if not practice.is_gone:
        return None
    last = practice.events.filter(act=Act.STEP, to_state=State.WITHDRAWN).in_order().last()
    return last.at if last else None


def _corrected(submission: Submission) -> tuple[documents.Document, documents.Document]:
    """Return the document without and with the corrections of moderators."""
    before = dict(submission.document)
    for event in submission.events.filter(act=Act.CORRECTED).order_by("-pk"):
        before |= {name: values[0] for name, values in event.changes.items()}
    return before, submission.document
