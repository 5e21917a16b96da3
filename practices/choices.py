"""The fixed vocabularies of the catalogue: states, kinds of e-mail, and what a document may choose from."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import IntegerChoices, TextChoices
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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

    WRITING = "writing", _("You write your text")
    CONFIRMATION = "confirmation", _("You confirm your e‑mail address")
    CHANGES = "changes", _("You make the changes that a moderator asked for")
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
    change_headline: Any = ""
    change_explanation: Any = ""
    """Both take their place, unless empty, for changes to a practice that is in the catalogue."""
    translation_headline: Any = ""
    translation_explanation: Any = ""
    """Both take their place, unless empty, for a translation of a practice that is in the catalogue."""
    adaptation_headline: Any = ""
    adaptation_explanation: Any = ""
    """Both take their place, unless empty, for a report of a use elsewhere."""
    adaptation_name: Any = ""
    """Takes the place of the name of the state, unless empty, for a report: in some languages it has another gender."""
    disguise: State | None = None
    """The state the submitter is told instead."""

    def told(self, *, is_change: bool, is_translation: bool, is_adaptation: bool) -> tuple[Any, Any]:
        """Return the headline and the explanation of the status page of a submission of this kind."""
        headline, explanation = self.headline, self.explanation
        if is_adaptation:
            return self.adaptation_headline or headline, self.adaptation_explanation or explanation
        if is_translation:
            headline = self.translation_headline or headline
            return headline, self.translation_explanation or explanation
        if is_change:
            return self.change_headline or headline, self.change_explanation or explanation
        return headline, explanation


STATES = {
    State.DRAFT: StateTraits(
        turn=Actor.SUBMITTER,
        tab=None,
        phase=Phase.WRITING,
        headline=_("This draft has not been sent yet."),
        explanation=_("You can continue it with this private link."),
    ),
    State.SUBMITTED: StateTraits(
        turn=Actor.STAFF,
        tab=QueueTab.QUEUE,
        phase=Phase.MODERATION,
        headline=_("Your practice has reached the moderators."),
        explanation=_("We will e-mail you their decision or questions."),
        change_headline=_("Your changes have reached the moderators."),
        change_explanation=_("We will e-mail you if they accept them or have a question."),
        translation_headline=_("Your translation has reached the moderators."),
        translation_explanation=_("We will e-mail you if they accept it or have a question."),
        adaptation_headline=_("Your report has reached the moderators."),
        adaptation_explanation=_("We will e-mail you if they accept it or have a question."),
        adaptation_name=pgettext_lazy("of a report", "submitted"),
    ),
    State.IN_REVIEW: StateTraits(
        turn=Actor.STAFF,
        tab=QueueTab.QUEUE,
        phase=Phase.MODERATION,
        headline=_("A moderator is reviewing your practice."),
        explanation=_("We will e-mail you their decision or questions."),
        change_headline=_("A moderator is reviewing your changes."),
        change_explanation=_("We will e-mail you if they accept them or have a question."),
        translation_headline=_("A moderator is reviewing your translation."),
        translation_explanation=_("We will e-mail you if they accept it or have a question."),
        adaptation_headline=_("A moderator is reading your report."),
        adaptation_explanation=_("We will e-mail you if they accept it or have a question."),
        adaptation_name=pgettext_lazy("of a report", "in review"),
    ),
    State.CHANGES_REQUESTED: StateTraits(
        turn=Actor.SUBMITTER,
        tab=QueueTab.WAITING,
        phase=Phase.CHANGES,
        headline=_("A moderator has asked for changes."),
        explanation=_("The reasons are below."),
    ),
    State.SCHEDULED: StateTraits(
        turn=Actor.SYSTEM,
        tab=QueueTab.SCHEDULED,
        phase=Phase.PUBLICATION,
        headline=_("Your practice has been accepted."),
        change_headline=_("Your changes have been accepted."),
        translation_headline=_("Your translation has been accepted."),
        adaptation_headline=_("Your report has been accepted."),
    ),
    State.PUBLISHED: StateTraits(
        decided_by=Actor.STAFF,
        tab=QueueTab.PUBLISHED,
        phase=Phase.PUBLICATION,
        headline=_("Your practice is published."),
        adaptation_headline=_("Your report is published."),
        adaptation_name=pgettext_lazy("of a report", "published"),
    ),
    State.REJECTED: StateTraits(
        decided_by=Actor.STAFF,
        tab=QueueTab.REJECTED,
        phase=None,
        headline=_("Your practice was not accepted."),
        explanation=_("The reasons are below."),
        change_headline=_("Your changes were not accepted."),
        translation_headline=_("Your translation was not accepted."),
        adaptation_headline=_("Your report was not accepted."),
        adaptation_name=pgettext_lazy("of a report", "not accepted"),
    ),
    State.WITHDRAWN: StateTraits(
        decided_by=Actor.SUBMITTER,
        tab=QueueTab.WITHDRAWN,
        phase=None,
        headline=_("Your practice was withdrawn."),
        explanation=_("It will not be published."),
        change_headline=_("Your changes were withdrawn."),
        change_explanation=_("They will not be published."),
        translation_headline=_("Your translation was withdrawn."),
        translation_explanation=_("It will not be published."),
        adaptation_headline=_("Your report was withdrawn."),
        adaptation_explanation=_("It will not be published."),
        adaptation_name=pgettext_lazy("of a report", "withdrawn"),
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
    REDACTED = "redacted", _("redacted")
    SPAM_CONFIRMED = "spam_confirmed", _("confirmed as spam")
    UNDONE = "undone", _("undone")
    """A step that was undone, whatever it was."""
    UNDO = "undo", _("undo of the last step")


VERDICTS = frozenset({Act.APPROVED, Act.CONFLICT})
"""Acts that say what one of several moderators thinks of a submission."""


class StillTrue(TextChoices):
    """Answers to the yearly question whether a practice is still as published."""

    YES = "yes", _("yes")
    UPDATE = "update", _("needs an update")
    ENDED = "ended", _("ended")


class ReasonAbout(TextChoices):
    """Kinds of submissions for which a reason not to accept is offered."""

    PRACTICE = "practice", _("practices")
    TRANSLATION = "translation", _("translations")
    USE = "use", _("reports of use elsewhere")


class QuestionState(TextChoices):
    """State of a question of a reader. `workflow.QUESTION_STEPS` says which steps lead where."""

    ASKED = "asked", _("not confirmed yet")
    HELD = "held", _("held for a moderator")
    SENT = "sent", _("waiting for an answer")
    ANSWERED = "answered", _("answered")
    PUBLISHED = "published", _("answered and published")
    PRIVATE = "private", _("answered, not published")
    DECLINED = "declined", _("declined")
    STOPPED = "stopped", _("stopped by a moderator")
    EXPIRED = "expired", _("not answered")
    CLOSED = "closed", _("closed")


class QuestionEnd(TextChoices):
    """Reasons why a question is closed that nobody has answered, declined or stopped."""

    WITHDRAWN = "withdrawn", _("the practice was withdrawn")
    OFF = "off", _("the practice takes no more questions")
    NOBODY = "nobody", _("nobody can be asked any more")
    UNDELIVERED = "undelivered", _("the e-mail could not be delivered")


class Kind(TextChoices):
    """Kinds of message. Each is a folder in templates/emails/."""

    SUBMISSION_CONFIRM = "submission_confirm", _("confirm a submission")
    SUBMISSION_LINK = "submission_link", _("link to a draft")
    SUBMISSION_LINKS = "submission_links", _("lost links to submissions")
    SUBMISSION_EXPIRES = "submission_expires", _("draft expires")
    SUBMISSION_UNANSWERED = "submission_unanswered", _("reminder: changes not sent yet")
    SUBMISSION_CLOSED = "submission_closed", _("closed: no answer")
    SUBMISSION_MESSAGE = "submission_message", _("message from a moderator")
    SUBMISSION_RECEIVED = "submission_received", _("submission received")
    SUBMISSION_CHANGES_REQUESTED = "submission_changes_requested", _("changes requested")
    SUBMISSION_SCHEDULED = "submission_scheduled", _("submission scheduled")
    SUBMISSION_PUBLISHED = "submission_published", _("submission published")
    SUBMISSION_REJECTED = "submission_rejected", _("submission not accepted")
    SUBMISSION_REOPENED = "submission_reopened", _("submission reopened")
    SUBMISSION_UNSCHEDULED = "submission_unscheduled", _("publication cancelled")
    PRACTICE_REVISED = "practice_revised", _("practice changed by others")
    PRACTICE_WITHDRAWN = "practice_withdrawn", _("practice withdrawn")
    PRACTICE_RESTORED = "practice_restored", _("practice restored")
    PRACTICE_MERGED = "practice_merged", _("practice merged")
    TRANSLATION_WITHDRAWN = "translation_withdrawn", _("translation withdrawn")
    TRANSLATION_RESTORED = "translation_restored", _("translation restored")
    ADAPTATION_WITHDRAWN = "adaptation_withdrawn", _("use elsewhere withdrawn")
    ADAPTATION_RESTORED = "adaptation_restored", _("use elsewhere restored")
    WITHDRAWAL_REQUESTED = "withdrawal_requested", _("request for withdrawal received")
    WITHDRAWAL_DECLINED = "withdrawal_declined", _("request for withdrawal not accepted")
    PRACTICE_CHECK = "practice_check", _("yearly check of a practice")
    QUESTION_CONFIRM = "question_confirm", _("confirm a question")
    QUESTION_ASKED = "question_asked", _("question of a reader")
    QUESTIONS_WAITING = "questions_waiting", _("reminder of several questions")
    QUESTION_ANSWERED = "question_answered", _("answer to a question")
    QUESTION_ENDED = "question_ended", _("question without an answer")
    QUESTION_CONTACT = "question_contact", _("confirm a contact for questions")
    SUBSCRIPTION_CONFIRM = "subscription_confirm", _("confirm a subscription")
    SUBSCRIPTION_ADDED = "subscription_added", _("already subscribed")
    SUBSCRIPTION_LINK = "subscription_link", _("link to subscriptions")
    PERSONAL_DATA_LINK = "personal_data_link", _("link to personal data")
    MODERATION_ANSWER = "moderation_answer", _("answer from a submitter")
    MODERATION_SUMMARY = "moderation_summary", _("nightly summary for moderators")
    STAFF_INVITATION = "staff_invitation", _("invitation of a moderator")
    OPERATION_REPORT = "operation_report", _("errors and late jobs, for administrators")
    PRACTICE_PUBLISHED = "practice_published", _("new practice")
    PRACTICE_UPDATED = "practice_updated", _("updated practice")
    FOLLOWED_WITHDRAWN = "followed_withdrawn", _("subscribed practice withdrawn")
    FOLLOWED_RESTORED = "followed_restored", _("subscribed practice restored")
    DIGEST = "digest", _("daily or weekly e-mail")


def kinds() -> list[tuple[str, str]]:
    """Return the choices of the model's field. A callable, so that a new kind needs no migration."""
    return [(kind.value, str(kind.label)) for kind in Kind]


def interface_languages() -> list[tuple[str, str]]:
    """Return the languages of pages and e-mails. A callable, so that a new language needs no migration."""
    return list(settings.LANGUAGES)


_UNDER_REVIEW = AWAITING_MODERATION | CONCEALED
"""States that are the same to a submitter, who is not told of spam."""
TRUE_IN: dict[Kind, Collection[State]] = {
    Kind.SUBMISSION_CONFIRM: {State.DRAFT},
    Kind.SUBMISSION_EXPIRES: {State.DRAFT},
    Kind.SUBMISSION_UNANSWERED: {State.CHANGES_REQUESTED},
    # The undo of a rejection that was not mailed yet tells nobody, so it has to find these as they were.
    Kind.SUBMISSION_CHANGES_REQUESTED: {State.CHANGES_REQUESTED, State.REJECTED},
    Kind.SUBMISSION_SCHEDULED: {State.SCHEDULED, State.REJECTED, *_UNDER_REVIEW},
    Kind.SUBMISSION_UNSCHEDULED: {State.REJECTED, *_UNDER_REVIEW},
    Kind.MODERATION_ANSWER: set(State) - {State.WITHDRAWN},
}
"""Kind that asks for something, or promises it → states of the submission in which that is so."""


class NewsOf(TextChoices):
    """Events that subscribers hear of. Everybody whose filter matches hears of revisions, of the rest those who have
    named the practice."""

    REVISION = "revision", _("revision")
    WITHDRAWAL = "withdrawal", _("withdrawal")
    RESTORATION = "restoration", _("restoration")


NEWS_OF_REVISIONS = (Kind.PRACTICE_PUBLISHED, Kind.PRACTICE_UPDATED)
NEWS_OF_STANDING = (Kind.FOLLOWED_WITHDRAWN, Kind.FOLLOWED_RESTORED)
"""Kinds that say whether a practice is in the catalogue."""
NEWS = (*NEWS_OF_REVISIONS, *NEWS_OF_STANDING, Kind.DIGEST)
"""Kinds sent to subscribers about the practices they follow."""

OF_SUBSCRIPTIONS = (*NEWS, Kind.SUBSCRIPTION_CONFIRM, Kind.SUBSCRIPTION_ADDED, Kind.SUBSCRIPTION_LINK)
"""Kinds sent to an address because of its subscriptions, or of requests for them."""

TO_STAFF = (
    Kind.MODERATION_ANSWER,
    Kind.MODERATION_SUMMARY,
    Kind.STAFF_INVITATION,
    Kind.OPERATION_REPORT,
)
"""Kinds sent to members of staff, who turn them off in their profile, to those who are invited, and to ADMINS."""


class AuditAct(TextChoices):
    """Acts in the audit log."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
    LOCKED_OUT = "locked_out", _("locked out after too many failures")
    SIGNED_OUT = "signed_out", _("signed out")
    PASSWORD_CHANGED = "password_changed", _("changed the password")
    FACTOR_ADDED = "factor_added", _("set up two-factor authentication")
    FACTOR_REMOVED = "factor_removed", _("turned off two-factor authentication")
    DATA_REQUESTED = "data_requested", _("asked for the link to personal data")
    DATA_EXPORTED = "data_exported", _("exported personal data")
    DATA_ERASED = "data_erased", _("deleted personal data")
    CREDIT_REMOVED = "credit_removed", _("removed a public credit")
    REVISION_REDACTED = "revision_redacted", _("redacted a revision")
    QUESTION = "question", _("decided on a question")
    SPAM_DELETED = "spam_deleted", _("deleted spam")
    ADDRESS_RELEASED = "address_released", _("ended the suspension of an address")
    MODERATOR_INVITED = "moderator_invited", _("invited a moderator")
    ADMIN = "admin", _("acted in the admin")


def audit_acts() -> list[tuple[str, str]]:
    """Return the choices of the model's field. A callable, so that a new act needs no migration."""
    return [(act.value, str(act.label)) for act in AuditAct]


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

    @property
    def url(self) -> str:
        """The address of its deed at Creative Commons, by which machines know it."""
        return _LICENCE_DEEDS[self]


_LICENCE_DEEDS = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}


class Language(NamedTuple):
    """A language in which a practice can be written."""

    code: str
    """BCP 47 tag, in lower case."""
    own_name: str
    """Name in the language itself."""
    name: Any
    """Name in the language of the reader."""

    @property
    def label(self) -> Any:
        """Return both names, or one where they are the same."""
        return _both_names(self.own_name, self.name)


def _name_twice(own_name: str, name: Any) -> str:
    return own_name if own_name == str(name) else f"{own_name} ({name})"


_both_names = lazy(_name_twice, str)

OFFERED_LANGUAGES = [
    # The official languages of the United Nations come first, then those that submitters write in, by English name.
    Language("en", "English", _("English")),
    Language("fr", "français", _("French")),
    Language("es", "español", _("Spanish")),
    Language("ar", "العربية", _("Arabic")),
    Language("zh-hans", "简体中文", _("Simplified Chinese")),
    Language("ru", "русский", _("Russian")),
    Language("af", "Afrikaans", _("Afrikaans")),
    Language("ak", "Akan", _("Akan")),
    Language("sq", "shqip", _("Albanian")),
    Language("am", "አማርኛ", _("Amharic")),
    Language("hy", "հայերեն", _("Armenian")),
    Language("az", "azərbaycanca", _("Azerbaijani")),
    Language("bm", "Bamanankan", _("Bambara")),
    Language("eu", "euskara", _("Basque")),
    Language("be", "беларуская", _("Belarusian")),
    Language("bn", "বাংলা", _("Bengali")),
    Language("bi", "Bislama", _("Bislama")),
    Language("bs", "bosanski", _("Bosnian")),
    Language("bg", "български", _("Bulgarian")),
    Language("my", "မြန်မာဘာသာ", _("Burmese")),
    Language("ca", "català", _("Catalan")),
    Language("ceb", "Binisaya", _("Cebuano")),
    Language("ny", "Chichewa", _("Chichewa")),
    Language("zh-hant", "繁體中文", _("Traditional Chinese")),
    Language("hr", "hrvatski", _("Croatian")),
    Language("cs", "čeština", _("Czech")),
    Language("da", "dansk", _("Danish")),
    Language("prs", "دری", _("Dari")),
    Language("dv", "ދިވެހި", _("Dhivehi")),
    Language("nl", "Nederlands", _("Dutch")),
    Language("dz", "རྫོང་ཁ", _("Dzongkha")),
    Language("et", "eesti", _("Estonian")),
    Language("fj", "Na Vosa Vakaviti", _("Fijian")),
    Language("fil", "Filipino", _("Filipino")),
    Language("fi", "suomi", _("Finnish")),
    Language("ff", "Fulfulde", _("Fula")),
    Language("gl", "galego", _("Galician")),
    Language("ka", "ქართული", _("Georgian")),
    Language("de", "Deutsch", _("German")),
    Language("el", "Ελληνικά", _("Greek")),
    Language("gn", "Avañe’ẽ", _("Guarani")),
    Language("gu", "ગુજરાતી", _("Gujarati")),
    Language("ht", "kreyòl ayisyen", _("Haitian Creole")),
    Language("ha", "Hausa", _("Hausa")),
    Language("he", "עברית", _("Hebrew")),
    Language("hi", "हिन्दी", _("Hindi")),
    Language("hu", "magyar", _("Hungarian")),
    Language("is", "íslenska", _("Icelandic")),
    Language("ig", "Igbo", _("Igbo")),
    Language("id", "Bahasa Indonesia", _("Indonesian")),
    Language("ga", "Gaeilge", _("Irish")),
    Language("it", "italiano", _("Italian")),
    Language("ja", "日本語", _("Japanese")),
    Language("kn", "ಕನ್ನಡ", _("Kannada")),
    Language("kk", "қазақ тілі", _("Kazakh")),
    Language("km", "ភាសាខ្មែរ", _("Khmer")),
    Language("rw", "Ikinyarwanda", _("Kinyarwanda")),
    Language("rn", "Ikirundi", _("Kirundi")),
    Language("ko", "한국어", _("Korean")),
    Language("ku", "kurdî", _("Kurdish (Kurmanji)")),
    Language("ckb", "کوردیی ناوەندی", _("Kurdish (Sorani)")),
    Language("ky", "кыргызча", _("Kyrgyz")),
    Language("lo", "ລາວ", _("Lao")),
    Language("lv", "latviešu", _("Latvian")),
    Language("ln", "lingála", _("Lingala")),
    Language("lt", "lietuvių", _("Lithuanian")),
    Language("lb", "Lëtzebuergesch", _("Luxembourgish")),
    Language("mk", "македонски", _("Macedonian")),
    Language("mg", "Malagasy", _("Malagasy")),
    Language("ms", "Bahasa Melayu", _("Malay")),
    Language("ml", "മലയാളം", _("Malayalam")),
    Language("mt", "Malti", _("Maltese")),
    Language("mr", "मराठी", _("Marathi")),
    Language("mn", "монгол", _("Mongolian")),
    Language("ne", "नेपाली", _("Nepali")),
    Language("nb", "norsk bokmål", _("Norwegian")),
    Language("om", "Afaan Oromoo", _("Oromo")),
    Language("ps", "پښتو", _("Pashto")),
    Language("fa", "فارسی", _("Persian")),
    Language("pl", "polski", _("Polish")),
    Language("pt", "português", _("Portuguese")),
    Language("pa", "ਪੰਜਾਬੀ", _("Punjabi")),
    Language("qu", "Runasimi", _("Quechua")),
    Language("ro", "română", _("Romanian")),
    Language("sm", "Gagana Samoa", _("Samoan")),
    Language("sr", "српски", _("Serbian")),
    Language("sn", "chiShona", _("Shona")),
    Language("sd", "سنڌي", _("Sindhi")),
    Language("si", "සිංහල", _("Sinhala")),
    Language("sk", "slovenčina", _("Slovak")),
    Language("sl", "slovenščina", _("Slovenian")),
    Language("so", "Soomaali", _("Somali")),
    Language("sw", "Kiswahili", _("Swahili")),
    Language("sv", "svenska", _("Swedish")),
    Language("tg", "тоҷикӣ", _("Tajik")),
    Language("ta", "தமிழ்", _("Tamil")),
    Language("te", "తెలుగు", _("Telugu")),
    Language("tet", "tetun", _("Tetum")),
    Language("th", "ไทย", _("Thai")),
    Language("ti", "ትግርኛ", _("Tigrinya")),
    Language("tpi", "Tok Pisin", _("Tok Pisin")),
    Language("to", "lea fakatonga", _("Tongan")),
    Language("tr", "Türkçe", _("Turkish")),
    Language("tk", "türkmençe", _("Turkmen")),
    Language("uk", "українська", _("Ukrainian")),
    Language("ur", "اردو", _("Urdu")),
    Language("ug", "ئۇيغۇرچە", _("Uyghur")),
    Language("uz", "oʻzbekcha", _("Uzbek")),
    Language("vi", "Tiếng Việt", _("Vietnamese")),
    Language("wo", "Wolof", _("Wolof")),
    Language("xh", "isiXhosa", _("Xhosa")),
    Language("yo", "Èdè Yorùbá", _("Yoruba")),
    Language("zu", "isiZulu", _("Zulu")),
]
LANGUAGE_CHOICES = [
    (
        _("Official languages of the United Nations"),
        [(language.code, language.label) for language in OFFERED_LANGUAGES[:6]],
    ),
    (_("Other languages"), [(language.code, language.label) for language in OFFERED_LANGUAGES[6:]]),
]
"""Choices of forms, in groups."""
_FORMER_LANGUAGES = [
    Language(code, info["name_local"], _(info["name"]))
    for code, info in sorted(LANG_INFO.items())
    if "name_local" in info and code not in {language.code for language in OFFERED_LANGUAGES}
]
"""Languages that could be chosen once. Practices written in them keep them."""

LANGUAGES: list[tuple[str, Any]] = [
    (language.code, language.label) for language in [*OFFERED_LANGUAGES, *_FORMER_LANGUAGES]
]
"""(code, label) of every language a practice may have."""
LANGUAGE_NAMES: dict[str, Any] = {
    language.code: language.name for language in [*OFFERED_LANGUAGES, *_FORMER_LANGUAGES]
}
"""Code → name in the language of the reader, for sentences."""

UN_LANGUAGES = {
    "en": "English",
    "fr": "français",
    "es": "español",
    "ar": "العربية",
    "zh": "中文",
    "ru": "русский",
}
"""Code → name in the language itself of the six official languages of the United Nations."""

RIGHT_TO_LEFT = frozenset(["ar", "ckb", "dv", "fa", "he", "prs", "ps", "sd", "ug", "ur"])


# Imports ------------------------------------------------------------------------------


class ImportStage(TextChoices):
    """Stage of an import of the admin: the step it waits for, or its end."""

    COLUMNS = "columns", _("columns to be assigned")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, not imported yet")
    IMPORTING = "importing", _("being imported")
    DONE = "done", _("imported")
    FAILED = "failed", _("failed")


IMPORT_STAGES_OF_THE_SENDER = (ImportStage.CHECKING, ImportStage.IMPORTING)
