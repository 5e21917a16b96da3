"""The page where a submission is read and decided on."""

from collections import Counter

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from practices import documents, workflow
from practices.admin.submission.corrections import CorrectionForm
from practices.admin.submission.decisions import AT, HIDDEN, MAILED, STEPS, DecisionForm, steps_for
from practices.admin.submission.refusals import REFUSALS, RefusingAdmin
from practices.admin.submission.staff import moderators
from practices.admin.submission.updates import CatchUpForm, as_read, beside_what_is_published, proposal
from practices.choices import State
from practices.core import catalogue_version
from practices.core.http.files import SANDBOX, file_response
from practices.discovery import duplicates
from practices.documents import criteria, diff, three_way_merge
from practices.models import Submission

RECORD = {
    State.PUBLISHED: _("published"),
    State.REJECTED: _("rejected"),
    State.SPAM: _("spam"),
}


class AssignForm(forms.Form):
    assignee = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Assign to"), empty_label=_("nobody")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = moderators()


class ReviewAdmin(RefusingAdmin):
    def get_urls(self):
        correct, file = map(
            self.admin_site.admin_view, [self.correct_view, csp_override(SANDBOX)(self.file_view)]
        )
        return [
            path("<path:object_id>/correct/", correct, name="practices_submission_correct"),
            path("<path:object_id>/files/<int:attachment>/", file, name="practices_submission_file"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Read a submission as it will look, and decide. Opening it changes nothing and locks nobody out."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, submission):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, submission, self._form(submission))
        if not self.has_change_permission(request, submission):
            raise PermissionDenied
        if other := self.other_forms.get(request.POST.get("step")):
            return other(self, request, submission)
        form = self._form(submission, data=request.POST)
        if form.is_valid():
            return self._decide(request, submission, form)
        return self._page(request, submission, form)

    def _catch_up(self, request, submission):
        newer = three_way_merge.newer(submission)
        if refusal := self.unread(request, submission, request.POST.get("seen")):
            return refusal
        if newer is None:
            return HttpResponseRedirect(self.address(submission))
        form = CatchUpForm(request.POST, newer=newer)
        if not form.is_valid():
            return self._page(request, submission, self._form(submission), catch_up_form=form)
        try:
            workflow.catch_up(submission, to=newer.revision.number, published=form.published, by=request.user)
        except REFUSALS as error:
            return self.refusal(request, submission, error)
        return self._stay(request, submission, _("It is laid on top of what is published now."))

    def _tick(self, request, submission):
        workflow.tick(submission, request.POST.getlist("criteria"), by=request.user)
        return self._stay(request, submission, _("Your ticks are kept."))

    def _again(self, request, submission):
        """Back from the e-mail: what was typed stands in the form, nothing is complained of yet."""
        return self._page(request, submission, self._form(submission, initial=request.POST.dict()))

    def _form(self, submission, *, data=None, initial=None):
        initial = {"seen": as_read(submission), **(initial or {})}
        return DecisionForm(data, submission=submission, initial=initial)

    def _assign(self, request, submission):
        form = AssignForm(request.POST)
        if not form.is_valid():
            return self._page(request, submission, self._form(submission))
        try:
            workflow.assign(submission, to=form.cleaned_data["assignee"], by=request.user)
        except REFUSALS as error:
            return self.refusal(request, submission, error)
        return self._stay(request, submission, _("Assigned."))

    other_forms = {"tick": _tick, "again": _again, "assign": _assign, "catch_up": _catch_up}
    """Buttons that decide nothing."""

    def _decide(self, request, submission, form):
        step = form.cleaned_data["step"]
        _to, label, said = STEPS[step]
        try:
            if refusal := self.unread(request, submission, form.cleaned_data["seen"]):
                return refusal
            if step in MAILED and not form.cleaned_data["confirmed"]:
                return self._preview(request, submission, form)
            form.make_step(submission, by=request.user)
        except REFUSALS as error:
            return self.refusal(request, submission, error)
        if submission.state == State.SCHEDULED:
            said = _("It will be published on its date.")
        self.log_change(request, submission, str(label))
        self.message_user(request, f"{submission}: {said}", messages.SUCCESS)
        stays = step in ("start_review", "return_to_queue", "cancel_publication", "approve", "write")
        queue = reverse("admin:practices_submission_changelist")
        return HttpResponseRedirect(self.address(submission) if stays else queue)

    def _preview(self, request, submission, form):
        """The e-mail as it will go out, and the button that sends it. Nothing is done yet."""
        _to, label, _said = STEPS[form.cleaned_data["step"]]
        letters = form.rehearse(submission, by=request.user)
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in ("csrfmiddlewaretoken", "step", "confirmed")
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Read the e-mail before it goes"),
            "submission": submission,
            "letters": letters,
            "hides_link": any(f"/{HIDDEN}/" in letter.body for letter in letters),
            "publish_at": form.cleaned_data["publish_at"] if form.cleaned_data["step"] == "publish" else None,
            "is_new": form.cleaned_data["step"] == "publish" and submission.practice is None,
            "step": form.cleaned_data["step"],
            "label": label,
            "kept": kept,
        }
        return TemplateResponse(request, "admin/practices/submission/preview.html", context)

    def _stay(self, request, submission, text):
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self.address(submission))

    def file_view(self, request, object_id, attachment):
        """A file of a submission: moderators have a door of their own, and never learn the submitter's."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None or not self.has_view_or_change_permission(request, submission):
            raise PermissionDenied
        return file_response(get_object_or_404(submission.attachments, pk=attachment))

    def correct_view(self, request, object_id):
        """Mend what the submitter mistyped. It is recorded as the moderator's, and named in the revision."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None or not self.has_change_permission(request, submission):
            raise PermissionDenied
        newer = three_way_merge.newer(submission)
        if newer and newer.disputed:
            return HttpResponseRedirect(self.address(submission))
        document = proposal(submission, newer)
        form = CorrectionForm(
            request.POST if request.method == "POST" else None,
            initial=CorrectionForm.values_from(document) | {"seen": as_read(submission)},
        )
        if request.method == "POST" and form.is_valid():
            if refusal := self.unread(request, submission, form.cleaned_data["seen"]):
                return refusal
            try:
                fields = workflow.correct(submission, form.corrected(document), of=document, by=request.user)
            except REFUSALS as error:
                return self.refusal(request, submission, error)
            text = _("Your corrections are kept.") if fields else _("Nothing was changed.")
            return self._stay(request, submission, text)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Correct “%(title)s”") % {"title": submission.title},
            "submission": submission,
            "form": form,
            "sections": form.bound_sections(),
        }
        return TemplateResponse(request, "admin/practices/submission/correct.html", context)

    @catalogue_version.reading()
    def _page(self, request, submission, form, *, catch_up_form=None):
        can_decide = self.has_change_permission(request, submission)
        newer = three_way_merge.newer(submission)
        steps = steps_for(submission, by=request.user, newer=newer) if can_decide else []
        is_open = can_decide and submission.state in (State.SUBMITTED, State.IN_REVIEW)
        context = {
            **self.admin_site.each_context(request),
            **beside_what_is_published(submission, newer),
            "opts": self.opts,
            "title": submission.title,
            "submission": submission,
            "reading": documents.read(proposal(submission, newer)),
            "lacking": documents.lacking(submission.document),
            "duplicates": duplicates.likely_duplicates(submission.document, exclude=submission.practice),
            "events": self._events(submission),
            "thread": submission.thread.select_related("by"),
            "record": self._record(submission),
            "criteria": self._criteria(request, submission),
            "approvals_needed": settings.APPROVALS_NEEDED if settings.APPROVALS_NEEDED > 1 else 0,
            "approvals_missing": workflow.approvals_missing(submission),
            "said": workflow.said_of(submission) if settings.APPROVALS_NEEDED > 1 else [],
            "form": form,
            "has_reasons_at_fields": any(form[name].value() for name in form.fields if name.startswith(AT)),
            "steps": [(name, STEPS[name][1]) for name in steps],
            "assign_form": AssignForm(initial={"assignee": submission.assignee_id}),
            "can_decide": can_decide,
            "can_assign": can_decide
            and submission.state
            in (State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.SCHEDULED),
            "can_correct": is_open and not (newer and newer.disputed),
            "catch_up_form": catch_up_form or (is_open and newer and CatchUpForm(newer=newer)),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/practices/submission/review.html", context)

    @staticmethod
    def _events(submission):
        """(event, its reasons at fields, what was corrected) of all that happened."""
        return [
            (
                event,
                [(documents.label(name), text) for name, text in event.field_reasons.items()],
                _corrected(submission.document, event.changes) if event.changes else [],
            )
            for event in submission.events.select_related("by")
        ]

    @staticmethod
    def _record(submission):
        """(how many, of which state) of the other submissions from the same address."""
        others = Submission.objects.filter(
            submitter__email__iexact=submission.submitter.email, state__in=RECORD
        ).exclude(pk=submission.pk)
        counts = Counter(others.values_list("state", flat=True))
        return [(counts[state], label) for state, label in RECORD.items()]

    @staticmethod
    def _criteria(request, submission):
        """(criterion, whether the document looks like it, whether I ticked it, who else did)."""
        ticked: dict[str, list] = {}
        for tick in submission.ticks.select_related("by"):
            ticked.setdefault(tick.criterion, []).append(tick.by)
        return [
            (
                criterion,
                criterion.looks_met(submission.document),
                request.user in ticked.get(criterion.slug, []),
                [by for by in ticked.get(criterion.slug, []) if by != request.user],
            )
            for criterion in criteria.CRITERIA
        ]


def _corrected(document, changes):
    """The differences that corrections made: field → its value before and after."""
    before = {name: values[0] for name, values in changes.items()}
    after = {name: values[1] for name, values in changes.items()}
    return diff.between(document | before, document | after)
