"""Submissions, their submitters, moderation events and messages."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import (
    AWAITING_MODERATION,
    CONCEALED,
    DECIDED,
    DECIDED_BY_STAFF,
    DECLINED,
    LANGUAGE_NAMES,
    Act,
    State,
    interface_languages,
)
from practices.models import revision_notes
from practices.models.addresses import AddressField
from practices.models.fields import RuntimeCharField, RuntimeDateTimeField
from practices.models.practice import Practice

FEWEST_DECISIONS = 10
"""Decisions from which on pages say how long they usually take."""


WAITING_SINCE = Coalesce("returned_at", "submitted_at")
"""The instant at which a submission last came to the moderators."""
UNCHECKED_SPAM = models.Q(state=State.SPAM, spam_checked_at=None)
"""Submissions that their signs sorted out, and that no moderator has looked at."""
CHECKED_SPAM = models.Q(state=State.SPAM, spam_checked_at__isnull=False)
"""Submissions that a moderator has marked, or confirmed, as spam."""


def new_token():
    """Return 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(24)


class Submitter(models.Model):
    """A person who submits practices. Private: the public sees only the credit they chose in the document."""

    honorific = models.CharField(_("title (Ms., Dr., …)"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=150)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    email = AddressField(_("e-mail address"), db_index=True)
    verified_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal data deleted"), null=True, blank=True)
    erased_key = models.CharField(max_length=64, blank=True, db_default="", db_index=True, editable=False)
    """Keyed hash of the address that was deleted, while the public credit stays (`personal_data/kept_credit.py`)."""

    class Meta:
        verbose_name = _("submitter")
        verbose_name_plural = _("submitters")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at=None)
                | models.Q(honorific="", name="", organisation="", email="", verified_at=None),
                name="erased_submitter_holds_nothing",
            ),
        ]

    def __str__(self):
        return self.name


class SubmissionQuerySet(models.QuerySet):
    def awaiting_moderation(self):
        """Filter submissions that moderators have to decide on, oldest first."""
        return self.filter(state__in=AWAITING_MODERATION).order_by("submitted_at", "pk")

    def answered(self):
        """Filter open submissions with an answer of the submitter to a moderator that nobody has reacted to."""
        asked = ThreadMessage.objects.filter(submission=OuterRef("submission"), from_staff=True)
        steps = ModerationEvent.objects.filter(submission=OuterRef("submission"), act=Act.STEP)
        answers = ThreadMessage.objects.filter(
            Exists(asked.filter(pk__lt=OuterRef("pk")))
            | Exists(steps.filter(to_state=State.CHANGES_REQUESTED, at__lte=OuterRef("at"))),
            ~Exists(asked.filter(pk__gt=OuterRef("pk"))),
            ~Exists(steps.filter(at__gt=OuterRef("at"))),
            submission=OuterRef("pk"),
            from_staff=False,
        )
        return self.filter(Exists(answers), state__in=AWAITING_MODERATION | {State.CHANGES_REQUESTED})

    def resubmitted(self):
        """Filter submissions that came back after a request for changes and wait for a decision again."""
        came_back = ModerationEvent.objects.filter(
            submission=OuterRef("pk"), from_state=State.CHANGES_REQUESTED, to_state=State.SUBMITTED
        )
        return self.filter(Exists(came_back), state__in=AWAITING_MODERATION)

    def with_request(self):
        """Add `requested_at`, the instant at which a submission was last sent back to its submitter."""
        requests = ModerationEvent.objects.filter(
            submission=OuterRef("pk"), act=Act.STEP, to_state=State.CHANGES_REQUESTED
        )
        return self.annotate(requested_at=Subquery(requests.order_by("-pk").values("at")[:1]))

    def open_to(self, moderator):
        """Filter submissions that no other moderator reviews."""
        return self.filter(models.Q(assignee=None) | models.Q(assignee=moderator))

    def undecided(self):
        return self.exclude(state__in=DECIDED)

    def declined(self):
        """Filter submissions decided on without being published: rejected, withdrawn or spam."""
        return self.filter(state__in=DECLINED)

    def spam(self):
        """Filter submissions that a moderator has marked, or confirmed, as spam."""
        return self.filter(CHECKED_SPAM)

    def unchecked_spam(self):
        """Filter possible spam that no moderator has checked yet, oldest first."""
        return self.filter(UNCHECKED_SPAM).order_by("created_at", "pk")

    def reviewed(self):
        """Filter submissions that moderators have decided on and whose submitters know: published or rejected."""
        return self.filter(state__in=DECIDED_BY_STAFF - CONCEALED)

    def revising(self):
        """Filter submissions that become a revision of a practice: neither translations nor uses elsewhere."""
        return self.filter(translates_into="", is_adaptation=False)

    def original(self):
        """Filter submissions that brought a practice into the catalogue, so that its submitter speaks for it.

        Not updates, corrections, translations and uses elsewhere, which anyone may send. One that a merge moved to
        another practice is based on no revision of it either, but has an event that says so.
        """
        first = self.revising().filter(state=State.PUBLISHED, practice__isnull=False, based_on=None)
        return first.exclude(events__act=Act.MERGED)

    def of_owners(self, practice=None):
        """Filter published submissions whose submitter speaks for the practice and has a confirmed address.

        They brought the practice in, or updated it by the private link of such a submission. A correction by a reader
        is not among them, nor an update after a merge with a practice of somebody else. With a `practice`, only those of
        it are found, without looking at those of others.
        """
        of_practice = {} if practice is None else {"practice": practice}
        original = Submission.objects.original().filter(**of_practice)
        updates = models.Q(begun_from__in=original.values("pk"), begun_from__practice=models.F("practice"))
        published = self.filter(state=State.PUBLISHED, submitter__verified_at__isnull=False, **of_practice)
        theirs = published.filter(models.Q(pk__in=original.values("pk")) | updates)
        return theirs.exclude(submitter__email="")

    def requesting_withdrawal(self):
        """Filter submissions whose submitter asks to have their practice withdrawn, which is still public."""
        return self.filter(withdrawal_requested_at__isnull=False, practice__withdrawn_at=None)

    def usual_wait(self, of=20):
        """Return the time within which most of the last `of` decisions were made; None while there are fewer than 10."""
        latest = self.reviewed().order_by("-decided_at")
        waits = [until - since for since, until in latest.values_list("submitted_at", "decided_at")[:of]]
        return sorted(waits)[len(waits) // 2] if len(waits) >= FEWEST_DECISIONS else None


class Submission(models.Model):
    """A practice document offered for publication. Never public; opened by its token or by staff."""

    token = RuntimeCharField(
        _("private token"), max_length=40, unique=True, default=new_token, editable=False
    )
    form_key = RuntimeCharField(
        _("key of its form"),
        max_length=40,
        unique=True,
        default=new_token,
        editable=False,
        help_text=_("So that a form that is sent twice is stored once."),
    )
    practice = models.ForeignKey(
        Practice,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("practice"),
        help_text=_("The practice that it updates or has created."),
    )
    submitter = models.ForeignKey(
        Submitter, models.PROTECT, related_name="submissions", verbose_name=_("submitter")
    )
    based_on = models.PositiveIntegerField(
        _("based on revision"),
        null=True,
        blank=True,
        help_text=_("The latest revision of the practice when the update was started."),
    )
    begun_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="updates",
        verbose_name=_("started from submission"),
        help_text=_("The published submission whose private link was used to start this update."),
    )
    translates_into = models.CharField(
        _("translates into"),
        max_length=10,
        blank=True,
        db_default="",
        help_text=_("Language of a translation of the practice; empty for a practice or an update."),
    )
    machine = models.CharField(
        _("machine"),
        max_length=100,
        blank=True,
        db_default="",
        help_text=_("The program that made the first version of a translation; empty if people did."),
    )
    is_adaptation = models.BooleanField(
        _("use elsewhere"),
        default=False,
        db_default=False,
        help_text=_("It tells where the practice was used elsewhere."),
    )
    document = models.JSONField(_("document"))
    typed = models.JSONField(
        _("form as typed"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text=_("Field of the form → text as typed, valid or not, while the submitter works on it."),
    )
    version = models.PositiveIntegerField(
        _("number of the last save"),
        default=1,
        db_default=1,
        help_text=_("So that two browsers do not overwrite each other's changes."),
    )
    file_changes = models.PositiveIntegerField(_("number of changes to its files"), default=0, db_default=0)
    state = models.CharField(_("status"), max_length=20, choices=State, default=State.DRAFT, db_index=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_submissions",
        verbose_name=_("moderator"),
    )
    language = RuntimeCharField(
        _("language of e-mails"), max_length=10, default="en", choices=interface_languages
    )
    created_at = RuntimeDateTimeField(_("started"), default=clock.now)
    saved_at = RuntimeDateTimeField(_("last saved"), default=clock.now, db_default=Now())
    sent_at = models.DateTimeField(
        _("sent"),
        null=True,
        blank=True,
        help_text=_("A draft that was sent waits until its submitter confirms the address."),
    )
    warned_at = models.DateTimeField(_("warned before deletion"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    returned_at = models.DateTimeField(
        _("returned"),
        null=True,
        blank=True,
        help_text=_("When its submitter last sent it again or answered a question of the moderators."),
    )
    publish_at = models.DateTimeField(_("publication date"), null=True, blank=True)
    is_material = models.BooleanField(
        _("important change"),
        default=False,
        db_default=False,
        help_text=_("Subscribers are told when it is published."),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    withdrawal_requested_at = models.DateTimeField(_("withdrawal requested"), null=True, blank=True)
    spam_signs = models.JSONField(
        _("signs of spam"),
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text=_("Names of the signs that were found when it arrived."),
    )
    spam_checked_at = models.DateTimeField(
        _("checked for spam"),
        null=True,
        blank=True,
        help_text=_("When a moderator marked or confirmed it as spam."),
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="submission_state_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.PUBLISHED) | models.Q(decided_at__isnull=False),
                name="published_submission_has_its_instant",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn", "spam"])
                | models.Q(submitted_at__isnull=False),
                name="submitted_submission_has_its_instant",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.SCHEDULED, publish_at__isnull=False)
                | (~models.Q(state=State.SCHEDULED) & models.Q(publish_at=None)),
                name="scheduled_submission_alone_has_its_date",
            ),
        ]

    def __str__(self):
        return self.title

    def get_private_url(self):
        """Return the URL of the private page.

        Not `get_absolute_url`, which Django shows in places: anyone with this URL can act for the submitter.
        """
        return reverse("practices:submission-detail", args=[self.token])

    @property
    def told_submitted_at(self):
        """The instant of submission that its submitter is told: a draft caught as spam looks submitted at once."""
        return self.submitted_at or (self.created_at if self.state in CONCEALED else None)

    @property
    def waiting_since(self):
        """The instant at which it last came to the moderators, as WAITING_SINCE; for a draft, that of its start."""
        return self.returned_at or self.submitted_at or self.created_at

    @property
    def title(self):
        return self.document.get("title") or str(_("Untitled"))

    @property
    def is_change(self):
        """Return whether it changes a practice that was in the catalogue before it, as updates and corrections do."""
        if not self.is_revising:
            return False
        if self.practice_id is None or self.state != State.PUBLISHED:
            return self.practice_id is not None
        return self.based_on is not None or not Submission.objects.original().filter(pk=self.pk).exists()

    @property
    def is_translation(self):
        return bool(self.translates_into)

    @property
    def has_lost_its_practice(self):
        """Return whether the practice that it changes or translates is not in the catalogue any more.

        A merge takes updates along, but leaves translations with the text that they translate.
        """
        practice = self.practice
        return practice is not None and (
            practice.is_gone or (self.is_translation and practice.merged_into_id is not None)
        )

    @property
    def is_revising(self):
        """Return whether it becomes a revision of a practice, as `revising` filters."""
        return not (self.is_translation or self.is_adaptation)

    @property
    def change_label(self):
        """Word for a submission that concerns a practice of the catalogue; empty for a new practice."""
        if self.is_adaptation:
            return gettext("use elsewhere")
        if self.is_translation:
            return gettext("translation")
        return gettext("update") if self.is_change else ""

    @property
    def translates_into_name(self):
        return str(LANGUAGE_NAMES.get(self.translates_into, self.translates_into))

    @property
    def is_proposed(self):
        """Return whether a moderator proposed it, where publishing takes several people."""
        return self.events.filter(act=Act.PROPOSED).exists()

    @property
    def content_version(self):
        """The number that grows with every change of text or files: what confirming or sending counts for.

        Saves of the text compare `version` alone, so that adding a file does not disturb an open form.
        """
        return self.version + self.file_changes


class ModerationEventQuerySet(models.QuerySet["ModerationEvent"]):
    def in_order(self):
        """Order as they happened: by their keys, as the clock may have been set back meanwhile."""
        return self.order_by("pk")

    def told(self):
        """Return the steps as their submitter is told them: states that are concealed show as their disguise.

        A step between two states that look the same to the submitter is left out. The events must not be saved.
        """
        told = []
        for event in self.filter(act=Act.STEP).in_order():
            event.from_state = State(event.from_state).for_submitter
            event.to_state = State(event.to_state).for_submitter
            if event.from_state != event.to_state:
                told.append(event)
        return told


class ModerationEvent(models.Model):
    """The record of a transition of a submission or practice, or of another act of a moderator."""

    submission = models.ForeignKey(Submission, models.CASCADE, null=True, blank=True, related_name="events")
    practice = models.ForeignKey(Practice, models.CASCADE, null=True, blank=True, related_name="events")
    act = models.CharField(_("type"), max_length=20, choices=Act, default=Act.STEP, db_default=Act.STEP)
    from_state = models.CharField(pgettext_lazy("status", "from"), max_length=20, choices=State)
    to_state = models.CharField(pgettext_lazy("status", "to"), max_length=20, choices=State)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.TextField(_("reason"), blank=True, help_text=_("Shown to the submitter."))
    field_reasons = models.JSONField(
        _("reasons by field"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text=_("Field of the form → requested change. Shown to the submitter."),
    )
    changes = models.JSONField(
        _("changes of the text"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        help_text=_(
            "Corrections by a moderator, or what a submitter changed on request: field of the document → its value "
            "before and after."
        ),
    )
    files = models.JSONField(
        _("files at the time"),
        null=True,
        blank=True,
        help_text=_("What identifies the files when changes were requested, to show which ones are new."),
    )
    internal_note = models.TextField(
        _("internal note"), blank=True, help_text=_("Only visible to moderators.")
    )
    revision = models.PositiveIntegerField(
        _("applies to revision"),
        null=True,
        blank=True,
        help_text=_("For an approval to restore a practice: its latest revision at the time."),
    )
    at = models.DateTimeField(_("when"))

    objects = ModerationEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(submission__isnull=False) | models.Q(practice__isnull=False),
                name="event_is_about_something",
            ),
        ]

    def __str__(self):
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"

    @property
    def local_note(self) -> str:
        """The private note, in the active language as far as the catalogue has written it."""
        return revision_notes.local_of_event(self.internal_note)

    @property
    def reopens(self):
        """Return whether it begins another round of judgement: approvals of a rejected submission do not count on."""
        return self.act == Act.STEP and self.from_state == State.REJECTED


class ThreadMessage(models.Model):
    """A message between the submitter and the moderators of a submission."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="thread")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    from_staff = models.BooleanField(_("from a moderator"), help_text=_("Otherwise from the submitter."))
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self):
        return self.text[:80]
