"""The form in which a moderator decides, the steps it makes, and a preview of their e-mails."""

import re

from django import forms
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from practices import clock, workflow
from practices.admin.submission.refusals import said_missing
from practices.choices import UNDECIDED, Actor, ReasonAbout, State
from practices.core.addresses import canonical
from practices.core.http.guards import site_address
from practices.core.http.numbers import whole_number
from practices.core.http.public_forms import IdempotencyKey
from practices.documents import adaptations
from practices.documents.criteria import CRITERIA
from practices.documents.form_fields import LineField, PlainTextField
from practices.documents.sections import FORM_SECTIONS
from practices.models import (
    CriterionTick,
    OutboxMessage,
    Practice,
    RejectionReason,
    Submission,
    revision_notes,
)
from practices.notifications import emails

STAFF_STEPS = {
    row.name: row for row in workflow.TRANSITIONS if row.actor is Actor.STAFF and row.of is Submission
}
BUTTONS = {name: row for name, row in STAFF_STEPS.items() if row.label}
"""Step → its transition, in the order of the buttons."""
DECISIONS = {"approve", "publish", "request_changes", "reject"}
"""Buttons that decide on the text. The others, such as “Send a message”, stand below them and are smaller."""
VARIANTS = {"publish": "schedule"}
"""Button → the step it makes instead where a date is given."""
REDACTED = "…"
"""Replaces the key of the submitter's private link in previews."""
AT = "at_"
"""Prefix of the form fields that hold a reason about one field of the submission."""
WAIVE = "waive_"
"""Prefix of the form fields that hold the reason to waive a required criterion."""


def buttons_among(steps):
    """Return (step, label) of the buttons for the steps that are available."""
    return [
        (name, row.label) for name, row in BUTTONS.items() if name in steps or VARIANTS.get(name) in steps
    ]


def same_at(typed):
    """Return the public practice of an address or number, or the submission at an address of the admin; or None."""
    found = re.search(r"/submission/(\d+)|/practices/(\d+)|/p/(\d+)|^#?(\d+)$", typed)
    submission, *practice = map(whole_number, found.groups("")) if found else [None]
    if submission:
        sent = Submission.objects.exclude(state=State.DRAFT).select_related("submitter", "practice")
        other = sent.filter(pk=submission).first()
        is_public = other and other.state == State.PUBLISHED and other.practice and other.practice.is_public
        return other.practice if is_public else other
    number = next(filter(None, practice), None)
    return Practice.objects.published().filter(pk=number).first() if number else None


def _are_from_one_person(first, second):
    """Return whether two submissions come from the same address, confirmed for both."""
    ours, theirs = first.submitter, second.submitter
    is_confirmed = ours.verified_at is not None and theirs.verified_at is not None
    return is_confirmed and canonical(ours.email) == canonical(theirs.email)


def _about(submission: Submission) -> ReasonAbout:
    """Return which reasons not to accept a submission are offered."""
    if submission.is_translation:
        return ReasonAbout.TRANSLATION
    return ReasonAbout.USE if submission.is_adaptation else ReasonAbout.PRACTICE


class DecisionForm(IdempotencyKey):
    """A step and what the moderator enters with it."""

    step = forms.ChoiceField(choices=[(name, row.label) for name, row in BUTTONS.items()])
    reason = PlainTextField(
        required=False,
        label=_("Message to the submitter"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Required if you request changes or do not accept. You see the e-mail before it is sent."
        ),
    )
    listed_reason = forms.ModelChoiceField(
        queryset=RejectionReason.objects.all(),
        required=False,
        empty_label=_("None"),
        label=_("Standard reason"),
        help_text=_("Sent before your own message, if you do not accept the submission."),
    )
    same_as = LineField(
        required=False,
        label=_("Practice or submission that is the same"),
        help_text=_(
            "The address or number of a practice in the catalogue, which the e-mail names and links, or the address "
            "of this page for another submission, which the e-mail names only to whoever sent both."
        ),
    )
    internal_note = PlainTextField(
        required=False,
        label=_("Private note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only moderators can read this."),
    )
    publish_at = forms.DateTimeField(
        required=False,
        label=_("Publish on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=format_lazy(
            _("Date and time in the zone {zone}. Leave empty to publish at once."), zone=settings.TIME_ZONE
        ),
    )
    note = LineField(
        required=False,
        max_length=200,
        label=_("What changed"),
        help_text=_("Public. It appears in the list of revisions."),
    )
    material = forms.BooleanField(
        required=False,
        label=_("Tell subscribers about this update"),
        help_text=_("Leave this unticked for small corrections."),
    )
    no_conflict = forms.BooleanField(required=False, label=_("I have no conflict of interest"))
    conflict = LineField(
        required=False,
        label=_("My conflict of interest"),
        help_text=_("You cannot approve this submission then. Only moderators can read what you enter."),
    )
    criteria = forms.MultipleChoiceField(
        required=False, choices=[(criterion.slug, criterion.title) for criterion in CRITERIA]
    )
    has_criteria = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    """The form shows the criteria: those without a tick are not met."""
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """`seen_version` when the page was rendered: a decision only counts for what its moderator has read."""
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    """The moderator has seen the preview of the e-mail."""

    def __init__(self, *args, submission, by, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.submission, self.by = submission, by
        self.fields["listed_reason"].queryset = RejectionReason.objects.filter(about=_about(submission))
        if not submission.is_revising:
            del self.fields["same_as"]
        if submission.practice is None or not submission.is_revising:
            del self.fields["note"], self.fields["material"]
        if settings.APPROVALS_NEEDED <= 1:
            del self.fields["no_conflict"], self.fields["conflict"]
        if submission.publish_at:  # what was chosen for the publication stays unless it is changed
            self.initial = workflow.scheduled_with(submission) | self.initial
        saved = dict(workflow.ticks(submission).filter(by=by).values_list("criterion", "waiver"))
        for criterion in CRITERIA:
            if criterion.essential:
                self.fields[WAIVE + criterion.slug] = LineField(
                    required=False,
                    max_length=CriterionTick.WAIVER_LENGTH,
                    label=_("Reason to publish all the same"),
                    help_text=_("It stays in the history. Only moderators can read it."),
                    initial=saved.get(criterion.slug, ""),
                )
        self.field_names = [name for section in FORM_SECTIONS for name in section.fields]
        if submission.is_adaptation:
            self.field_names = list(adaptations.LABELS)
        for name in self.field_names:
            self.fields[AT + name] = PlainTextField(
                required=False,
                label=adaptations.label_in(submission, name),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def field_reasons(self):
        """Return field of the submission's form → what should change there."""
        reasons = {name: self.cleaned_data.get(AT + name, "") for name in self.field_names}
        return {name: text for name, text in reasons.items() if text}

    @property
    def waivers(self):
        """Return required criterion, by slug → the reason to waive it."""
        typed = {
            name.removeprefix(WAIVE): text
            for name, text in self.cleaned_data.items()
            if name.startswith(WAIVE)
        }
        return {slug: reason for slug, reason in typed.items() if reason}

    @property
    def texts(self):
        """Names of the fields with text that a moderator types, without what is saved with the checklist."""
        return [
            name
            for name, field in self.fields.items()
            if isinstance(field, PlainTextField) and not field.widget.is_hidden and not name.startswith(WAIVE)
        ]

    @property
    def typed_texts(self):
        """Return (label, text) of every text that was typed, to show where the form itself is not."""
        texts = [self[name] for name, field in self.fields.items() if isinstance(field, forms.CharField)]
        typed = [(field.label, field.data) for field in texts if not field.is_hidden]
        return [(label, text) for label, text in typed if text]

    def clean_same_as(self):
        """Return the practice or submission that is the same; None if nothing is typed."""
        typed = self.cleaned_data["same_as"]
        if not typed:
            return None
        same = same_at(typed)
        if same is None:
            raise forms.ValidationError(
                _(
                    "Enter the address or number of a practice in the catalogue, or the address of a submission."
                )
            )
        if same == self.submission:
            raise forms.ValidationError(
                _("This is the submission itself. Enter the address of the other one.")
            )
        if isinstance(same, Submission) and same.state not in UNDECIDED:
            raise forms.ValidationError(
                _("“%(title)s” is %(state)s, so it cannot take the place of this one.")
                % {"title": same, "state": same.get_state_display()}
            )
        return same

    @property
    def same(self):
        """The practice or submission that is named so far as the same, to show its title; None for none."""
        typed = self["same_as"].value() if "same_as" in self.fields else None
        return same_at(typed) if isinstance(typed, str) else None

    def clean_publish_at(self):
        at = self.cleaned_data["publish_at"]
        if at and at <= clock.now():
            raise forms.ValidationError(
                _("This is in the past. Choose a later date, or leave it empty to publish at once.")
            )
        return at

    def clean(self):
        cleaned = super().clean()
        step, reason = cleaned.get("step"), cleaned.get("reason")
        enough = {
            "request_changes": reason or self.field_reasons,
            "reject": reason
            or cleaned.get("listed_reason")
            or cleaned.get("same_as")
            or self.has_error("same_as"),
        }
        listed = cleaned.get("listed_reason")
        if (
            step == "reject"
            and listed
            and listed.needs_duplicate
            and "same_as" in self.fields
            and not (cleaned.get("same_as") or self.has_error("same_as"))
        ):
            self.add_error(
                "same_as",
                _("Name the practice or the submission that is the same, so that the e-mail can say so."),
            )
        if not enough.get(step, True):
            self.add_error("reason", _("Enter a message: the submitter needs to know why."))
        if step == "write" and not reason:
            self.add_error("reason", _("Enter a message to the submitter."))
        if step == "publish" and (missing := self._criteria_missing(cleaned)):
            self.add_error(None, said_missing(missing))
        if "conflict" in self.fields:
            self._check_conflict(step, cleaned)
        return cleaned

    def _check_conflict(self, step, cleaned):
        has_conflict = cleaned.get("conflict")
        if step == "declare_conflict" and not has_conflict:
            self.add_error("conflict", _("Say which conflict of interest you have."))
        elif step == "approve" and has_conflict:
            self.add_error(
                "conflict",
                _(
                    "You entered a conflict of interest. Declare it instead of approving, or clear this field."
                ),
            )
        elif step == "approve" and not cleaned.get("no_conflict"):
            self.add_error(
                "no_conflict", _("Tick that you have no conflict of interest, or declare the one you have.")
            )

    def _criteria_missing(self, cleaned):
        """Return the required criteria that neither this moderator nor another, as far as they may know, has settled."""
        others = list(workflow.ticks(self.submission).exclude(by=self.by))
        if workflow.is_blind(self.submission, by=self.by):
            others = []
        return workflow.required_missing(
            self.submission,
            ticked=[*cleaned.get("criteria", []), *(tick.criterion for tick in others if not tick.waiver)],
            waived=[*self.waivers, *(tick.criterion for tick in others if tick.waiver)],
        )

    @property
    def transition(self):
        """The transition that the button makes with what was entered."""
        name = self.cleaned_data["step"]
        is_later = name in VARIANTS and self.cleaned_data["publish_at"]
        return STAFF_STEPS[VARIANTS[name] if is_later else name]

    @property
    def rejection(self):
        """The text for a rejected submitter: the reason from the list, what is the same, the moderator's own words."""
        listed, same = self.cleaned_data["listed_reason"], self.cleaned_data.get("same_as")
        is_in_catalogue = not isinstance(same, Submission)
        with override(self.submission.language):
            standard = listed.local_text if listed and (is_in_catalogue or not listed.needs_duplicate) else ""
        parts = [
            standard,
            self._named(same) if same else "",
            self.cleaned_data["reason"],
        ]
        return "\n\n".join(part for part in parts if part)

    def _named(self, same):
        """Name what is the same, in the language of the submitter; another's submission, which is private, not."""
        with override(self.submission.language):
            if isinstance(same, Practice):
                text = gettext("It is already in the catalogue as “%(title)s”: %(address)s")
                address = site_address(same.get_absolute_url())
                return text % {"title": same.title, "address": address}
            if _are_from_one_person(same, self.submission):
                text = gettext(
                    "You have sent the same practice twice. The moderators continue with your other submission, "
                    "“%(title)s”."
                )
                return text % {"title": same.title}
            return gettext(
                "Somebody else has sent the same practice. The moderators continue with that submission. If they accept "
                "it, you will find it in the catalogue."
            )

    @property
    def rejection_note(self):
        """The private note of a rejection: the moderator's own, and the submission that is the same."""
        note, same = self.cleaned_data["internal_note"], self.cleaned_data.get("same_as")
        if not isinstance(same, Submission):
            return note
        # Not its title, which would stay here when the other submission is erased.
        named = revision_notes.SAME_AS % {"number": same.pk}
        return f"{note}\n{named}".strip()

    @transaction.atomic
    def make_step(self, submission, *, by):
        """Save the checklist and make the step. Raises StepRefused."""
        cleaned = self.cleaned_data
        seen, same = cleaned["seen"], cleaned.get("same_as")
        if self.transition.name == "reject" and isinstance(same, Submission):
            workflow.keep_open(same, beside=submission)
        if cleaned["has_criteria"]:
            workflow.tick_criteria(submission, cleaned["criteria"], waivers=self.waivers, by=by, seen=seen)
        notes = {"seen": seen, "internal_note": cleaned["internal_note"]}
        revision = {"note": cleaned.get("note", ""), "material": cleaned.get("material", False)}
        match self.transition.name:
            case "publish":
                workflow.publish(submission, by=by, **revision, **notes)
            case "schedule":
                workflow.schedule(submission, by=by, at=cleaned["publish_at"], **revision, **notes)
            case "request_changes":
                workflow.request_changes(
                    submission,
                    by=by,
                    reason=cleaned["reason"],
                    field_reasons=self.field_reasons,
                    **notes,
                )
            case "reject":
                notes["internal_note"] = self.rejection_note
                workflow.reject(submission, by=by, reason=self.rejection, **notes)
            case "write":
                workflow.write(submission, cleaned["reason"], by=by, seen=seen, form_key=cleaned["form_key"])
            case "declare_conflict":
                workflow.declare_conflict(submission, by=by, conflict=cleaned["conflict"], seen=seen)
            case name:
                getattr(workflow, name)(submission, by=by, **notes)

    def preview(self, submission, *, by) -> list[EmailMultiAlternatives]:
        """Return the e-mails the step would send, by making it and rolling it back. Raises StepRefused.

        They are exact except for the key of the submitter's private link, which moderators must not learn.
        """
        with transaction.atomic():
            submission = Submission.objects.select_related("submitter", "practice").get(pk=submission.pk)
            # To the submitters of the practice, too, who hear of a change by somebody else.
            told = Q(submission=submission) | Q(submission__practice=submission.practice_id or 0)
            before = list(OutboxMessage.objects.filter(told).values_list("pk", flat=True))
            self.make_step(submission, by=by)
            queued = OutboxMessage.objects.filter(told).exclude(pk__in=before).select_related("submission")
            mails = [(message.submission, emails.compose(message)) for message in queued.order_by("pk")]
            transaction.set_rollback(True)
        for recipient, mail in mails:
            mail.body = mail.body.replace(recipient.token, REDACTED)
        return [mail for _recipient, mail in mails]
