"""What a moderator decides: the form, the steps it leads to, and the e-mails they would send."""

from django import forms
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices import documents, workflow
from practices.choices import State
from practices.documents.sections import FORM_SECTIONS
from practices.models import OutboxMessage, RejectionReason, Submission
from practices.notifications import emails

STEPS = {
    "publish": (State.PUBLISHED, _("Publish"), _("Published.")),
    "request_changes": (State.CHANGES_REQUESTED, _("Ask for changes"), _("Sent back with your reasons.")),
    "reject": (State.REJECTED, _("Reject"), _("Rejected with your reasons.")),
    "start_review": (State.IN_REVIEW, _("I am reading it"), _("It is yours to read.")),
    "cancel_publication": (
        State.IN_REVIEW,
        _("Do not publish it then"),
        _("It will not be published on that date."),
    ),
    "return_to_queue": (State.SUBMITTED, _("Back to the queue"), _("Back in the queue.")),
    "mark_spam": (State.SPAM, _("Spam"), _("On the spam pile; nobody was told.")),
    "approve": (None, _("Approve"), _("Your approval is kept.")),
    "write": (None, _("Write only, decide later"), _("Your message is on its way.")),
}
"""Step → (where it leads, its button, what is said afterwards), in the order of the buttons."""
MAILED = ("publish", "request_changes", "reject", "write")
"""Steps whose e-mail is shown before it goes."""
OPEN = (State.SUBMITTED, State.IN_REVIEW)
NOT_OFFERED = {
    ("return_to_queue", State.CHANGES_REQUESTED),  # only its submitter brings it back
    ("start_review", State.SCHEDULED),  # `cancel_publication` says better what it does
}
HIDDEN = "…"
AT = "at_"
"""Begins the name of a field that says what should change at one field of the submission."""


def steps_for(submission, *, by, newer=None):
    """Names of the steps there are for `by` from where the submission stands.

    While a `newer` revision is in dispute with it, it cannot be published.
    """
    steps = [name for name in STEPS if _is_open(name, submission, by)]
    return [name for name in steps if name != "publish" or not newer or not newer.disputed]


def _is_open(name, submission, by):
    to, state = STEPS[name][0], submission.state
    if name == "approve":
        return settings.APPROVALS_NEEDED > 1 and state in OPEN and not _has_said(submission, by)
    if name == "write":
        return state in (*OPEN, State.CHANGES_REQUESTED)
    if (name, state) in NOT_OFFERED or (name == "cancel_publication" and state != State.SCHEDULED):
        return False
    if name == "return_to_queue" and documents.lacking(submission.document):
        return False
    if name == "publish" and state in OPEN and workflow.approvals_missing(submission):
        return False
    return workflow.allowed(submission, to)


def _has_said(submission, by):
    return any(said.by == by for said in workflow.said_of(submission))


class DecisionForm(forms.Form):
    """What a moderator says with a step."""

    step = forms.ChoiceField(choices=[(name, label) for name, (_to, label, _said) in STEPS.items()])
    reason = forms.CharField(
        required=False,
        label=_("To the submitter"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed to ask for changes and to reject. You see the e-mail before it goes out."),
    )
    listed_reason = forms.ModelChoiceField(
        queryset=RejectionReason.objects.all(),
        required=False,
        empty_label=_("None of the list"),
        label=_("Reason to reject"),
        help_text=_("Goes out before your own words."),
    )
    internal_note = forms.CharField(
        required=False,
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only moderators read it."),
    )
    publish_at = forms.DateTimeField(
        required=False,
        label=_("Publish on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Date and time, UTC. Empty: at once."),
    )
    note = forms.CharField(
        required=False,
        max_length=200,
        label=_("What changes"),
        help_text=_("Public, in the list of revisions."),
    )
    material = forms.BooleanField(
        required=False,
        label=_("A material change: tell subscribers"),
        help_text=_("Leave it for corrections that nobody needs to read again for."),
    )
    no_conflict = forms.BooleanField(required=False, label=_("I have no conflict of interest in this"))
    conflict = forms.CharField(
        required=False,
        label=_("Or which one I have"),
        help_text=_("Then you do not count among those who approve. Only moderators read it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """`as_read` when the page was made: a decision is on what its moderator has read."""
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    """That the e-mail has been shown."""

    def __init__(self, *args, submission, **kwargs):
        super().__init__(*args, **kwargs)
        if submission.practice is None:
            del self.fields["note"], self.fields["material"]
        if settings.APPROVALS_NEEDED <= 1:
            del self.fields["no_conflict"], self.fields["conflict"]
        self.field_names = [name for section in FORM_SECTIONS for name in section.fields]
        for name in self.field_names:
            self.fields[AT + name] = forms.CharField(required=False, label=documents.label(name))

    @property
    def reasons_at_fields(self):
        return [self[AT + name] for name in self.field_names]

    @property
    def field_reasons(self):
        """Field of the submission's form → what should change there."""
        said = {name: self.cleaned_data.get(AT + name, "") for name in self.field_names}
        return {name: text for name, text in said.items() if text}

    def clean_publish_at(self):
        at = self.cleaned_data["publish_at"]
        if at and at <= timezone.now():
            raise forms.ValidationError(_("This is past. Leave it empty to publish at once."))
        return at

    def clean(self):
        cleaned = super().clean()
        step, reason = cleaned.get("step"), cleaned.get("reason")
        enough = {
            "request_changes": reason or self.field_reasons,
            "reject": reason or cleaned.get("listed_reason"),
        }
        if not enough.get(step, True):
            self.add_error("reason", _("Say why: the submitter needs a reason to act on."))
        if step == "write" and not reason:
            self.add_error("reason", _("Write what you want to tell or ask the submitter."))
        if step == "approve" and not (cleaned.get("no_conflict") or cleaned.get("conflict")):
            self.add_error("no_conflict", _("Declare that you have none, or say which one you have."))
        return cleaned

    @property
    def words(self):
        """What is said to the submitter: the reason of the list, then the moderator's own words."""
        listed = self.cleaned_data["listed_reason"]
        parts = [listed.text if listed else "", self.cleaned_data["reason"]]
        return "\n\n".join(part for part in parts if part)

    def make_step(self, submission, *, by):
        """Raises TransitionNotAllowed, RevisedMeanwhile, ApprovalsMissing and ApprovalRefused."""
        cleaned = self.cleaned_data
        notes = {"internal_note": cleaned["internal_note"]}
        match cleaned["step"]:
            case "publish":
                revision = {"note": cleaned.get("note", ""), "material": cleaned.get("material", False)}
                if at := cleaned["publish_at"]:
                    workflow.schedule(submission, by=by, at=at, **revision, **notes)
                else:
                    workflow.publish(submission, by=by, **revision, **notes)
            case "request_changes":
                workflow.request_changes(
                    submission,
                    by=by,
                    reason=cleaned["reason"],
                    field_reasons=self.field_reasons,
                    **notes,
                )
            case "reject":
                workflow.reject(submission, by=by, reason=self.words, **notes)
            case "write":
                workflow.write(submission, cleaned["reason"], by=by)
            case "approve":
                workflow.approve(submission, by=by, conflict=cleaned["conflict"])
            case name:
                getattr(workflow, name)(submission, by=by)

    def rehearse(self, submission, *, by) -> list[EmailMultiAlternatives]:
        """The e-mails to the submitter that the step would send. Nothing of the step stays.

        They are exact but for the key of the submitter's private link, which is nobody else's to know, and stands
        as HIDDEN. Raises what `make_step` raises.
        """
        with transaction.atomic():
            submission = Submission.objects.select_related("submitter", "practice").get(pk=submission.pk)
            before = list(submission.messages.values_list("pk", flat=True))
            self.make_step(submission, by=by)
            queued = OutboxMessage.objects.filter(submission=submission).exclude(pk__in=before)
            letters = [emails.compose(message) for message in queued.order_by("pk")]
            transaction.set_rollback(True)
        for letter in letters:
            letter.body = letter.body.replace(submission.token, HIDDEN)
        return letters
