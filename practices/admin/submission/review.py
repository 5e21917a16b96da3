"""The page where a submission is read and decided on."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practices import documents, workflow
from practices.choices import State

STEPS = {
    "publish": (State.PUBLISHED, _("Publish"), _("Published.")),
    "request_changes": (State.CHANGES_REQUESTED, _("Ask for changes"), _("Sent back with your reasons.")),
    "reject": (State.REJECTED, _("Reject"), _("Rejected with your reasons.")),
    "start_review": (State.IN_REVIEW, _("I am reading it"), _("It is yours to read.")),
    "return_to_queue": (State.SUBMITTED, _("Back to the queue"), _("Back in the queue.")),
    "mark_spam": (State.SPAM, _("Spam"), _("On the spam pile; nobody was told.")),
}
"""Step → (where it leads, its button, what is said afterwards), in the order of the buttons."""


class DecisionForm(forms.Form):
    """What a moderator says with a step."""

    step = forms.ChoiceField(choices=[(name, label) for name, (_to, label, _said) in STEPS.items()])
    reason = forms.CharField(
        required=False,
        label=_("To the submitter"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Needed to ask for changes and to reject. It goes out by e-mail, just as it stands here."
        ),
    )
    internal_note = forms.CharField(
        required=False,
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only moderators read it."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The last event when the page was made: a decision is on what its moderator has read."""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("step") in ("request_changes", "reject") and not cleaned.get("reason"):
            self.add_error("reason", _("Say why: the submitter needs a reason to act on."))
        return cleaned

    def make_step(self, submission, *, by):
        """Raises TransitionNotAllowed."""
        cleaned = self.cleaned_data
        notes = {"internal_note": cleaned["internal_note"]}
        match cleaned["step"]:
            case "publish":
                workflow.publish(submission, by=by, **notes)
            case "request_changes":
                workflow.request_changes(submission, by=by, reason=cleaned["reason"], **notes)
            case "reject":
                workflow.reject(submission, by=by, reason=cleaned["reason"], **notes)
            case "start_review":
                workflow.start_review(submission, by=by)
            case "return_to_queue":
                workflow.return_to_queue(submission, by=by)
            case "mark_spam":
                workflow.mark_spam(submission, by=by)


class ReviewAdmin(admin.ModelAdmin):
    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Read a submission as it will look, and decide. Opening it changes nothing and locks nobody out."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, submission):
            raise PermissionDenied
        form = DecisionForm(
            request.POST if request.method == "POST" else None, initial={"seen": self._last_event(submission)}
        )
        if request.method == "POST":
            if not self.has_change_permission(request, submission):
                raise PermissionDenied
            if form.is_valid():
                return self._decide(request, submission, form)
        return TemplateResponse(
            request, "admin/practices/submission/review.html", self._context(request, submission, form)
        )

    def _decide(self, request, submission, form):
        here = reverse("admin:practices_submission_change", args=[submission.pk])
        step = form.cleaned_data["step"]
        try:
            if form.cleaned_data["seen"] != self._last_event(submission):
                raise workflow.TransitionNotAllowed(submission, STEPS[step][0])
            form.make_step(submission, by=request.user)
        except workflow.TransitionNotAllowed:
            last = submission.events.last()
            text = _("Nothing was done: it is “%(state)s” by now, through %(who)s.") % {
                "state": submission.get_state_display(),
                "who": (last and last.by) or _("its submitter"),
            }
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(here)
        _to, label, said = STEPS[step]
        self.log_change(request, submission, str(label))
        self.message_user(request, f"{submission}: {said}", messages.SUCCESS)
        stays = step in ("start_review", "return_to_queue")
        return HttpResponseRedirect(here if stays else reverse("admin:practices_submission_changelist"))

    @staticmethod
    def _last_event(submission):
        """Its key, whatever the clock says; None before the first."""
        return submission.events.order_by("pk").values_list("pk", flat=True).last()

    def _context(self, request, submission, form):
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": submission.title,
            "submission": submission,
            "reading": documents.read(submission.document),
            "events": submission.events.select_related("by"),
            "form": form,
            "steps": [
                (name, label)
                for name, (to, label, _said) in STEPS.items()
                if workflow.allowed(submission, to) and not self._is_answer(submission, to)
            ],
            "can_decide": self.has_change_permission(request, submission),
            "media": self.media,
        }

    @staticmethod
    def _is_answer(submission, to):
        """Only its submitter brings a submission back that was sent back for changes."""
        return submission.state == State.CHANGES_REQUESTED and to == State.SUBMITTED
