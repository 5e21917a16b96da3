"""The fixed vocabularies of the catalogue: states, kinds of e-mail, and what a document may choose from."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """State of a submission. STATES says what each means, `workflow.TRANSITIONS` which steps lead where."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SPAM = "spam", _("spam")

    @property
    def traits(self) -> "StateTraits":
        return STATES[self]

    @property
    def for_submitter(self) -> "State":
        """The state its submitter is told: a submission marked as spam still looks submitted to them."""
        return self.traits.disguise or self


class PracticeState(TextChoices):
    """State of a practice, told by its columns. `workflow.TRANSITIONS` says which steps lead where."""

    PUBLISHED = "published", _("public")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged")

    @property
    def recorded_as(self) -> State:
        """The state in a moderation event, where a merged practice is a withdrawn one."""
        return State.PUBLISHED if self is PracticeState.PUBLISHED else State.WITHDRAWN


class Actor(Enum):
    """The party that makes a step, or has to make the next one."""

    SUBMITTER = "submitter"
    STAFF = "staff"
    SYSTEM = "system"


class QueueTab(TextChoices):
    """Tabs of the moderators' queue, in the order the admin shows them."""

    QUEUE = "queue", _("Queue")
    WAITING = "waiting", _("Waiting for the submitter")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SPAM = "spam", _("Spam")

    @property
    def states(self) -> list[State]:
        return [state for state in State if state.traits.tab is self]


class Phase(TextChoices):
    """Phases between a draft and its publication, in order. The status page shows them to the submitter."""

    WRITING = "writing", _("You write the practice")
    CONFIRMATION = "confirmation", _("You confirm your e-mail address")
    MODERATION = "moderation", _("A moderator reviews it")
    PUBLICATION = "publication", _("It is published in the catalogue")


@dataclass(frozen=True, kw_only=True)
class StateTraits:
    """Meaning of a state for the people concerned. Either somebody acts next, or somebody has decided."""

    turn: Actor | None = None
    """The party that acts next; None once it is decided."""
    decided_by: Actor | None = None
    """The party that decided; None while it is open."""
    tab: QueueTab | None
    """The tab in which moderators find it; None keeps it out of their queue."""
    phase: Phase | None
    """The phase it is in; None if it will not be published."""
    headline: Any = ""
    explanation: Any = ""
    """Both head the status page of its submitter."""
    disguise: State | None = None
    """The state the submitter is told instead."""


STATES = {
    State.DRAFT: StateTraits(
        turn=Actor.SUBMITTER,
        tab=None,
        phase=Phase.WRITING,
        headline=_("This draft has not been sent yet."),
        explanation=_("You can come back and continue at any time."),
    ),
    State.SUBMITTED: StateTraits(
        turn=Actor.STAFF,
        tab=QueueTab.QUEUE,
        phase=Phase.MODERATION,
        headline=_("Your practice is waiting for a moderator."),
        explanation=_("We will e-mail you as soon as there is news."),
    ),
    State.IN_REVIEW: StateTraits(
        turn=Actor.STAFF,
        tab=QueueTab.QUEUE,
        phase=Phase.MODERATION,
        headline=_("A moderator is reviewing your practice."),
        explanation=_("We will e-mail you as soon as there is news."),
    ),
    State.CHANGES_REQUESTED: StateTraits(
        turn=Actor.SUBMITTER,
        tab=QueueTab.WAITING,
        phase=Phase.MODERATION,
        headline=_("A moderator has asked for changes."),
        explanation=_("The reasons are below."),
    ),
    State.SCHEDULED: StateTraits(
        turn=Actor.SYSTEM,
        tab=QueueTab.SCHEDULED,
        phase=Phase.PUBLICATION,
        headline=_("Your practice has been accepted."),
    ),
    State.PUBLISHED: StateTraits(
        decided_by=Actor.STAFF,
        tab=QueueTab.PUBLISHED,
        phase=Phase.PUBLICATION,
        headline=_("Your practice is published."),
    ),
    State.REJECTED: StateTraits(
        decided_by=Actor.STAFF,
        tab=QueueTab.REJECTED,
        phase=None,
        headline=_("Your practice was not accepted."),
        explanation=_("The reasons are below."),
    ),
    State.WITHDRAWN: StateTraits(
        decided_by=Actor.SUBMITTER,
        tab=QueueTab.WITHDRAWN,
        phase=None,
        headline=_("Your practice was withdrawn."),
        explanation=_("It will not be published."),
    ),
    State.SPAM: StateTraits(
        decided_by=Actor.STAFF,
        tab=QueueTab.SPAM,
        phase=None,
        disguise=State.SUBMITTED,
    ),
}
"""The one table of states. A new state is a member of State, a row here and its steps in the transitions."""

EDITABLE = frozenset(state for state in State if state.traits.turn is Actor.SUBMITTER)
"""The submitter may change the document."""
AWAITING_MODERATION = frozenset(state for state in State if state.traits.turn is Actor.STAFF)
DECIDED = frozenset(state for state in State if state.traits.decided_by)
UNDECIDED = frozenset(State) - DECIDED
DECLINED = DECIDED - {State.PUBLISHED}
DECIDED_BY_STAFF = frozenset(state for state in State if state.traits.decided_by is Actor.STAFF)
CONCEALED = frozenset(state for state in State if state.traits.disguise)
"""The submitter is told another state."""


class Act(TextChoices):
    """Kinds of moderation event: a step to another state, or one that keeps the state."""

    STEP = "step", _("step")
    ASSIGNED = "assigned", _("assigned")
    PROPOSED = "proposed", _("proposed by a moderator")
    APPROVED = "approved", _("approved")
    CONFLICT = "conflict", _("conflict of interest declared")
    CORRECTED = "corrected", _("corrected")
    REBASED = "rebased", _("updated to the latest revision")
    MERGED = "merged", _("merged")


class StillTrue(TextChoices):
    """Answers to the yearly question whether a practice is still as published."""

    YES = "yes", _("yes")
    UPDATE = "update", _("needs an update")
    ENDED = "ended", _("ended")


class Kind(TextChoices):
    """Kinds of message. Each is a folder in templates/emails/."""

    SUBMISSION_CONFIRM = "submission_confirm", _("confirm a submission")
    SUBMISSION_LINK = "submission_link", _("link to a draft")
    SUBMISSION_EXPIRES = "submission_expires", _("draft expires")
    SUBMISSION_UNANSWERED = "submission_unanswered", _("reminder: changes not sent yet")
    SUBMISSION_CLOSED = "submission_closed", _("closed: no answer")
    SUBMISSION_MESSAGE = "submission_message", _("message from a moderator")
    SUBMISSION_RECEIVED = "submission_received", _("submission received")
    SUBMISSION_CHANGES_REQUESTED = "submission_changes_requested", _("changes requested")
    SUBMISSION_SCHEDULED = "submission_scheduled", _("submission scheduled")
    SUBMISSION_PUBLISHED = "submission_published", _("submission published")
    SUBMISSION_REJECTED = "submission_rejected", _("submission not accepted")
    PRACTICE_CHECK = "practice_check", _("yearly check of a practice")
    SUBSCRIPTION_CONFIRM = "subscription_confirm", _("confirm a subscription")
    SUBSCRIPTION_ADDED = "subscription_added", _("already subscribed")
    SUBSCRIPTION_LINK = "subscription_link", _("link to subscriptions")
    PERSONAL_DATA_LINK = "personal_data_link", _("link to personal data")
    MODERATION_ANSWER = "moderation_answer", _("answer from a submitter")
    MODERATION_SUMMARY = "moderation_summary", _("nightly summary for moderators")
    PRACTICE_PUBLISHED = "practice_published", _("new practice")
    PRACTICE_UPDATED = "practice_updated", _("updated practice")
    DIGEST = "digest", _("daily or weekly e-mail")


def kinds() -> list[tuple[str, str]]:
    """Return the choices of the model's field. A callable, so that a new kind needs no migration."""
    return [(kind.value, str(kind.label)) for kind in Kind]


NEWS = (Kind.PRACTICE_PUBLISHED, Kind.PRACTICE_UPDATED, Kind.DIGEST)
"""Kinds sent to subscribers about the practices they follow."""

TO_STAFF = (Kind.MODERATION_ANSWER, Kind.MODERATION_SUMMARY)
"""Kinds sent to members of staff, who turn them off in their profile."""


class Cadence(TextChoices):
    """Intervals between e-mails of a subscription, shortest first."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("daily, several in one e-mail")
    WEEKLY = "weekly", _("weekly, several in one e-mail")

    @property
    def adverb(self) -> str:
        """The cadence within a sentence."""
        return str({self.AT_ONCE: _("at once"), self.DAILY: _("daily"), self.WEEKLY: _("weekly")}[self])


class Weekday(IntegerChoices):
    """Days of the week, numbered as by `date.weekday()`."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Suspension(TextChoices):
    """Reasons to send nothing to an address that has subscriptions."""

    BOUNCES = "bounces", _("returned e-mail")
    COMPLAINT = "complaint", _("a spam complaint")


class EvidenceLevel(TextChoices):
    NONE_STATED = "none_stated", _("None stated")
    MONITORED = "monitored", _("Monitored")
    EVALUATED = "evaluated", _("Evaluated")
    INDEPENDENTLY_EVALUATED = "independently_evaluated", _("Independently evaluated")

    @property
    def meaning(self) -> Any:
        """A sentence for readers; empty for “none stated”."""
        return _MEANING_OF_EVIDENCE.get(self.value, "")


_MEANING_OF_EVIDENCE = {
    "monitored": _("The organisations themselves keep track of the results."),
    "evaluated": _("The results were evaluated; the organisations took part in the evaluation."),
    "independently_evaluated": _("The results were evaluated by an outside body."),
}


class CostBand(TextChoices):
    """Total cost in US dollars."""

    UNDER_50K = "under_50k", _("Under 50,000 US dollars")
    UNDER_500K = "50k_500k", _("50,000 to 500,000 US dollars")
    UNDER_5M = "500k_5m", _("500,000 to 5 million US dollars")
    OVER_5M = "over_5m", _("Over 5 million US dollars")


class Licence(TextChoices):
    """Licences a practice may be offered under, by their SPDX identifiers."""

    CC_BY = "CC-BY-4.0", _("CC BY 4.0: anyone may reuse it if they name the source")
    CC_BY_SA = "CC-BY-SA-4.0", _("CC BY-SA 4.0: as CC BY, and adaptations need the same licence")
    CC_BY_NC = "CC-BY-NC-4.0", _("CC BY-NC 4.0: as CC BY, but not for commercial use")
    CC0 = "CC0-1.0", _("CC0 1.0: no rights reserved")


LANGUAGES: list[tuple[str, str]] = sorted(
    ((code, info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info),
    key=lambda language: language[1].casefold(),
)
"""(BCP 47 tag, name in the language itself) of every language a practice can be written in."""

UN_LANGUAGES = {
    "en": "English",
    "fr": "français",
    "es": "español",
    "ar": "العربية",
    "zh": "中文",
    "ru": "русский",
}
"""Code → name in the language itself of the six official languages of the United Nations."""

RIGHT_TO_LEFT = frozenset(code for code, info in LANG_INFO.items() if info.get("bidi"))
