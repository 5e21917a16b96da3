"""The page where a moderator reviews a submission."""

from collections import Counter
from functools import partial

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from practices import documents, workflow
from practices.admin.submission.corrections import CorrectionForm
from practices.admin.submission.decisions import (
    AT,
    BUTTONS,
    DECISIONS,
    REDACTED,
    STAFF_STEPS,
    WAIVE,
    DecisionForm,
    buttons_among,
    same_at,
)
from practices.admin.submission.duplicates import address_of, dismissed, facts_of, likely_duplicates
from practices.admin.submission.fields import assess, rows
from practices.admin.submission.machine_translation import for_moderator
from practices.admin.submission.next import NextAdmin
from practices.admin.submission.resubmission import resubmission
from practices.admin.submission.rows import returned_kind, text_hints, update_senders
from practices.admin.submission.undo import with_undo
from practices.admin.submission.updates import (
    RebaseForm,
    beside_adaptations,
    beside_original,
    beside_published,
    proposal,
    proposed_files,
)
from practices.choices import DECIDED_BY_STAFF, UNDECIDED, VERDICTS, Act, Actor, State
from practices.core import catalogue_version
from practices.core.http.files import SANDBOX, file_response
from practices.documents import diff, three_way_merge
from practices.documents.adaptations import label_in
from practices.models import Practice, RejectionReason, Submission


class AssignForm(forms.Form):
    assignee = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Assign to"), empty_label=_("nobody")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = workflow.moderators()
        self.fields["assignee"].widget.attrs["form"] = "assign"  # which the decision's form surrounds


class ReviewAdmin(NextAdmin):
    def get_urls(self):
        correct, compare, file = map(
            self.admin_site.admin_view,
            [self.correct_view, self.compare_view, csp_override(SANDBOX)(self.file_view)],
        )
        return [
            path(
                "<path:object_id>/compare/<slug:kind>/<int:other>/",
                compare,
                name="practices_submission_compare",
            ),
            path("<path:object_id>/correct/", correct, name="practices_submission_correct"),
            path("<path:object_id>/files/<int:attachment>/", file, name="practices_submission_file"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show a submission as it will look; POST makes a step. Opening it neither changes nor locks it."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, submission):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, submission, self._form(request, submission))
        if not self.has_change_permission(request, submission):
            raise PermissionDenied
        if other := self.other_forms.get(request.POST.get("step")):
            return other(self, request, submission)
        for name, view in self.of_duplicates.items():
            if name in request.POST:
                return view(self, request, submission, same_at(request.POST[name]))
        form = self._form(request, submission, data=request.POST)
        if form.is_valid():
            return self._decide(request, submission, form)
        return self._page(request, submission, form)

    def history_view(self, request, object_id, extra_context=None):
        """Redirect to the history on the page of the submission: Django's own has only what the admin wrote."""
        return HttpResponseRedirect(
            f"{reverse('admin:practices_submission_change', args=[object_id])}#history-title"
        )

    def _rebase(self, request, submission):
        newer = three_way_merge.merge_newest(submission)
        if newer is None:
            return HttpResponseRedirect(self.review_url(request, submission))
        form = RebaseForm(request.POST, newer=newer)
        if not form.is_valid():
            return self._page(request, submission, self._form(request, submission), rebase_form=form)
        try:
            workflow.rebase(
                submission,
                to=newer.revision.number,
                published=form.published,
                by=request.user,
                seen=request.POST.get("seen", ""),
            )
        except workflow.StepRefused as error:
            return self._refused(request, submission, error)
        return self._stay(request, submission, STAFF_STEPS["rebase"].done)

    def _tick_criteria(self, request, submission):
        checked = self._form(request, submission, data=request.POST)
        checked.full_clean()
        if any(name.startswith(WAIVE) for name in checked.errors):
            return self._page(request, submission, checked)
        try:
            workflow.tick_criteria(
                submission,
                request.POST.getlist("criteria"),
                waivers=checked.waivers,
                by=request.user,
                seen=request.POST.get("seen", ""),
            )
        except workflow.StepRefused as error:
            return self._refused(request, submission, error)
        return self._stay_with(request, submission, STAFF_STEPS["tick_criteria"].done)

    def _name_duplicate(self, request, submission, same):
        """Fill in what is the same, with everything that was typed; nothing is decided yet."""
        typed = _typed(request.POST)
        if same is not None:
            typed["same_as"] = address_of(same)
            reason = RejectionReason.objects.filter(needs_duplicate=True).first()
            typed["listed_reason"] = typed.get("listed_reason") or (reason and reason.pk)
        return self._page(request, submission, self._form(request, submission, initial=typed))

    def _judge_duplicate(self, request, submission, other, *, step):
        """Record whether something is no duplicate, and show the page again with everything that was typed."""
        if other not in (None, submission):
            try:
                getattr(workflow, step)(submission, of=other, by=request.user)
            except workflow.StepRefused as error:
                return self._refused(request, submission, error, typed=request.POST)
            self.message_user(request, STAFF_STEPS[step].done, messages.SUCCESS)
        return self._edit_again(request, submission)

    of_duplicates = {
        "name_duplicate": _name_duplicate,
        "dismiss_duplicate": partial(_judge_duplicate, step="dismiss_duplicate"),
        "restore_duplicate": partial(_judge_duplicate, step="restore_duplicate"),
    }
    """Buttons beside likely duplicates, whose value is the address of one."""

    def _edit_again(self, request, submission):
        """Return from the preview to the form as typed, without validating it."""
        return self._page(request, submission, self._form(request, submission, initial=_typed(request.POST)))

    def _translate(self, request, submission):
        """Have the texts translated for the moderator, and show the page again with everything that was typed."""
        document = proposal(submission, three_way_merge.merge_newest(submission))
        by_machine = for_moderator(document, by=request.user, is_asked=True)
        form = self._form(request, submission, initial=_typed(request.POST))
        return self._page(request, submission, form, by_machine=by_machine)

    @staticmethod
    def _form(request, submission, *, data=None, initial=None):
        initial = {"seen": workflow.seen_version(submission), **(initial or {})}
        return DecisionForm(data, submission=submission, by=request.user, initial=initial)

    def _assign(self, request, submission):
        form = AssignForm(request.POST)
        if not form.is_valid():
            return self._page(request, submission, self._form(request, submission))
        to, seen = form.cleaned_data["assignee"], request.POST.get("seen", "")
        try:
            made = workflow.undoable(submission, partial(workflow.assign, to=to, by=request.user, seen=seen))
        except workflow.StepRefused as error:
            return self._refused(request, submission, error)
        step = STAFF_STEPS["assign"]
        text = with_undo(request, step.done, step, [made] if made else [], back=request.get_full_path())
        return self._stay(request, submission, text)

    other_forms = {
        "tick_criteria": _tick_criteria,
        "edit_again": _edit_again,
        "assign": _assign,
        "rebase": _rebase,
        "translate": _translate,
    }
    """Buttons of other forms than the decision."""

    def _decide(self, request, submission, form):
        step, made = form.transition, None
        try:
            if step.mails and not form.cleaned_data["confirmed"]:
                mails = form.preview(submission, by=request.user)
                if mails or not self._stays(request, submission, step):
                    return self._preview(request, submission, form, mails)
            made = workflow.undoable(submission, partial(form.make_step, by=request.user))
        except workflow.StepRefused as error:
            return self._refused(request, submission, error, typed=request.POST)
        if step.act not in VERDICTS:  # which colleagues who still have to judge would read there
            self.log_change(request, submission, str(BUTTONS[form.cleaned_data["step"]].label))
        if self._stays(request, submission, step):
            back = request.get_full_path()
            text = with_undo(request, f"{submission}: {step.done}", step, [made] if made else [], back=back)
            sent = ["internal_note", *(["reason"] if step.name == "write" else [])]
            return self._stay_with(request, submission, text, sent=sent)
        return self._go_on(request, submission, step, made)

    @staticmethod
    def _stays(request, submission, step):
        """Return whether the page stays open after a step: its turn is not over, or it can be published now."""
        if step.act in VERDICTS:
            return "publish" in workflow.available(submission, by=request.user)
        if step.act == Act.SPAM_CONFIRMED:
            return False
        return step.target is None or step.target.traits.turn is Actor.STAFF

    def _go_on(self, request, submission, step, made):
        """Open the next submission of the list, or the list; the message leads back to what was decided."""
        following = self.next_after(request, submission)
        text = f"{submission}: {step.done}"
        if following:
            text = f"{text} {_('The next submission is below.')}"
        back = self.review_url(request, submission)
        text = format_html('{} <a href="{}">{}</a>', text, back, _("Back to the previous submission"))
        text = with_undo(request, text, step, [made] if made else [], back=back)
        self.message_user(request, self._with_saved(request, submission, text), messages.SUCCESS)
        return HttpResponseRedirect(
            self.review_url(request, following) if following else self.list_url(request)
        )

    def _refused(self, request, submission, error, *, typed=None):
        """Show the submission as it is now, with the reason and what was typed (409)."""
        self.message_user(request, self.refusal(submission, error), messages.ERROR)
        submission = self.get_object(request, str(submission.pk))
        if submission is None:
            return HttpResponseRedirect(self.list_url(request))
        data = None
        if typed is not None:
            data = typed.copy()
            data["seen"] = workflow.seen_version(submission)  # the page shows that now
            data.pop("confirmed", None)
        response = self._page(request, submission, self._form(request, submission, data=data))
        response.status_code = 409
        return response

    def _preview(self, request, submission, form, mails):
        """Show the e-mails that the step would send, and the button that makes it."""
        step = form.cleaned_data["step"]
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in ("csrfmiddlewaretoken", "step", "confirmed")
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Check the e-mail before you send it"),
            "submission": submission,
            "mails": mails,
            "hides_link": any(f"/{REDACTED}/" in mail.body for mail in mails),
            "publish_at": form.cleaned_data["publish_at"] if step == "publish" else None,
            "is_new": step == "publish" and submission.practice is None,
            "step": step,
            "label": BUTTONS[step].label,
            "kept": kept,
            "review_url": self.review_url(request, submission),
        }
        return TemplateResponse(request, "admin/practices/submission/preview.html", context)

    def _stay(self, request, submission, text):
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self.review_url(request, submission))

    def _stay_with(self, request, submission, text, *, sent=()):
        """Open the page again after a step; with what was typed there, except for the fields that were `sent`."""
        gone = {"seen", "form_key", "confirmed", *sent}
        typed = {name: value for name, value in _typed(request.POST).items() if name not in gone}
        form = self._form(request, submission, initial=typed)
        text = self._with_saved(request, submission, text)
        if not any(form[name].value() for name in form.texts):
            return self._stay(request, submission, text)
        self.message_user(request, text, messages.SUCCESS)
        return self._page(request, submission, form)

    def _with_saved(self, request, submission, text):
        """Return a message that makes the browser forget what it kept of the form (`static/js/admin/saved.js`)."""
        return format_html('<span data-saved="{}"></span>{}', kept_name(request, submission), text)

    def file_view(self, request, object_id, attachment):
        """Serve a file of a submission at an address of the admin, so that moderators never learn the private link."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None or not self.has_view_or_change_permission(request, submission):
            raise PermissionDenied
        return file_response(request, get_object_or_404(submission.attachments, pk=attachment))

    def compare_view(self, request, object_id, kind, other):
        """Show a submission beside a published practice or another submission, field by field."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None or not self.has_view_or_change_permission(request, submission):
            raise PermissionDenied
        rows = {"practice": Practice.objects.published(), "submission": self.get_queryset(request)}
        if kind not in rows:
            raise Http404
        same = get_object_or_404(rows[kind], pk=other)
        readings = [documents.read(each.document) for each in (submission, same)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Side by side"),
            "submission": submission,
            "columns": [
                (reading, address_of(each), facts_of(each))
                for reading, each in zip(readings, (submission, same), strict=True)
            ],
            "rows": documents.side_by_side(readings),
            "same_address": address_of(same),
            "can_judge": "dismiss_duplicate" in workflow.available(submission, by=request.user),
            "can_reject": "reject" in workflow.available(submission, by=request.user),
            "review_url": self.review_url(request, submission),
        }
        return TemplateResponse(request, "admin/practices/submission/compare.html", context)

    def correct_view(self, request, object_id):
        """Correct the submission. Corrections are recorded as the moderator's and named in the revision."""
        submission = self.get_object(request, unquote(object_id))
        if submission is None or not self.has_change_permission(request, submission):
            raise PermissionDenied
        newer = three_way_merge.merge_newest(submission)
        is_opened = request.method != "POST" and "correct" not in workflow.available(
            submission, by=request.user
        )
        if is_opened or (newer and newer.conflicts):
            return HttpResponseRedirect(self.review_url(request, submission))
        document = proposal(submission, newer)
        form = CorrectionForm.of(submission)(
            request.POST if request.method == "POST" else None,
            initial=CorrectionForm.values_from(document) | {"seen": workflow.seen_version(submission)},
        )
        if request.method == "POST" and form.is_valid():
            try:
                fields = workflow.correct(
                    submission,
                    form.corrected(document),
                    of=document,
                    by=request.user,
                    seen=form.cleaned_data["seen"],
                )
            except workflow.StepRefused as error:
                return self._correction_refused(request, submission, error, form)
            text = _("Corrections saved.") if fields else _("Nothing was changed.")
            return self._stay(request, submission, text)
        eligible = workflow.judgement(submission).eligible(by=request.user, of_change=True)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Correct “%(title)s”") % {"title": submission.title},
            "approvals_needed": settings.APPROVALS_NEEDED if settings.APPROVALS_NEEDED > 1 else 0,
            "others": [person for person in eligible if person != request.user],
            "submission": submission,
            "form": form,
            "sections": form.bound_sections(),
        }
        return TemplateResponse(request, "admin/practices/submission/correct.html", context)

    def _correction_refused(self, request, submission, error, form):
        """Show the corrections that were not kept beside the submission as it is now (409)."""
        response = self._refused(request, submission, error)
        if response.status_code == 409:
            now = response.context_data["document"]
            response.context_data["not_kept"] = diff.between(now, form.corrected(now))
        return response

    @catalogue_version.reading()
    def _page(self, request, submission, form, *, rebase_form=None, by_machine=None):
        with workflow.reading_judgement(submission):
            context = self._context(request, submission, form, rebase_form, by_machine)
        return TemplateResponse(request, "admin/practices/submission/review.html", context)

    def _context(self, request, submission, form, rebase_form, by_machine):
        newer = three_way_merge.merge_newest(submission)
        available = workflow.available(submission, by=request.user)
        buttons, approves = buttons_among(available), settings.APPROVALS_NEEDED > 1
        decisions = [button for button in buttons if button[0] in DECISIONS]
        judgement = workflow.judgement(submission)
        is_open = submission.state in UNDECIDED | {State.SPAM}
        document = proposal(submission, newer)
        reading = documents.read(document)
        translation = beside_original(submission)
        by_machine = by_machine or for_moderator(document, by=request.user)
        assessments = assess(submission, form, by=request.user) if submission.is_revising else []
        missing = [one.criterion for one in assessments if one.is_missing]
        resent, is_blind = resubmission(submission), workflow.is_blind(submission, by=request.user)
        text_rows = rows(
            document,
            assessments,
            form,
            resent,
            translation.get("original"),
            by_machine=by_machine.facts if by_machine else {},
            is_adaptation=submission.is_adaptation,
        )
        return {
            **self.admin_site.each_context(request),
            **beside_published(submission, newer),
            "preview": reading,
            **translation,
            **beside_adaptations(submission),
            "opts": self.opts,
            "title": submission.title,
            "submission": submission,
            "document": document,
            "reading": reading,
            "by_machine": by_machine,
            "can_translate": by_machine
            and by_machine.is_offered
            and self.has_change_permission(request, submission),
            "proposed_files": proposed_files(submission, newer),
            "lacking": documents.lacking(submission.document) if is_open else [],
            "is_of_a_withdrawn_practice": _is_of_a_withdrawn_practice(submission),
            "withdrawal_reason": _withdrawal_reason(submission),
            "duplicates": likely_duplicates(submission),
            "dismissed": dismissed(submission),
            "hints": text_hints(submission),
            "returned": submission.returned_at and returned_kind(submission),
            "events": self._events(submission, hide_views_but_of=request.user if is_blind else None),
            "thread": submission.thread.select_related("by"),
            "record": self._record(submission),
            "rows": text_rows,
            "resent": resent,
            "whole": [one for one in assessments if not any(one in row.assessments for row in text_rows)],
            "about_people": next((one.criterion for one in assessments if one.criterion.about_people), None),
            "required": [one for one in assessments if one.criterion.essential],
            "met": sum(one.criterion.essential and not one.is_missing for one in assessments),
            "missing": missing,
            "can_publish": "publish" in dict(buttons),
            "can_reject": "reject" in dict(buttons),
            "can_judge_duplicates": "dismiss_duplicate" in available,
            "can_approve": "approve" in dict(buttons),
            "can_declare": "declare_conflict" in dict(buttons),
            "following": self.next_after(request, submission) if _may_go_on(buttons) else None,
            "can_type": bool(decisions) or "tick_criteria" in available,
            "can_write": "write" in dict(buttons),
            "approvals_needed": settings.APPROVALS_NEEDED
            if approves and submission.state in UNDECIDED
            else 0,
            "is_blind": is_blind,
            "judgement": judgement,
            "eligible": judgement.eligible(by=request.user) if approves else [],
            "is_close": approves
            and request.user not in judgement.authors
            and not judgement.is_independent(request.user),
            "has_conflict": approves and judgement.has_conflict(request.user),
            "main_button": _main_button(buttons, missing),
            "sender": submission.is_change and update_senders([submission])[submission.pk],
            "kept_name": kept_name(request, submission),
            "is_shown_again": request.method == "POST" and "has_criteria" in request.POST,
            "form": form,
            "without_a_form": [] if buttons else form.typed_texts,
            "comments": [form[name] for name in form.fields if name.startswith(AT) and form[name].value()],
            "can_comment": "request_changes" in dict(buttons),
            "is_published": submission.state == State.PUBLISHED,
            "buttons": buttons,
            "decisions": decisions,
            "other_steps": [
                button for button in buttons if button[0] not in DECISIONS | {"declare_conflict"}
            ],
            "assign_form": AssignForm(initial={"assignee": submission.assignee_id}),
            "can_tick": "tick_criteria" in available and submission.is_revising,
            "can_assign": "assign" in available,
            "correct_url": self.correct_url(request, submission) if "correct" in available else "",
            "list_url": self.list_url(request),
            "rebase_form": rebase_form or ("rebase" in available and RebaseForm(newer=newer)),
            "media": self.media,
        }

    @staticmethod
    def _events(submission, *, hide_views_but_of=None):
        """Return (event, reasons by field, differences it made) of every event.

        What moderators think of it is left out, except for one's own, if `hide_views_but_of` names somebody.
        """
        events = list(submission.events.in_order().select_related("by"))
        if hide_views_but_of:
            events = _without_views_of_others(events, hide_views_but_of)
        return [
            (
                event,
                [(label_in(submission, name), text) for name, text in event.field_reasons.items()],
                _corrected(submission.document, event.changes) if event.changes else [],
            )
            for event in events
        ]

    @staticmethod
    def _record(submission):
        """Return (count, label) by outcome, if any, of the other submissions from the same address, once confirmed."""
        others = Submission.objects.filter(
            submitter__email=submission.submitter.email,
            submitter__verified_at__isnull=False,
            state__in=DECIDED_BY_STAFF,
        ).exclude(pk=submission.pk)
        counts = Counter(others.values_list("state", flat=True))
        return [(counts[state], state.label) for state in State if state in counts]


def _without_views_of_others(events, reader):
    """Leave out what others think in this round, which began when it was last reopened. An account may be deleted."""
    begun = max((event.pk for event in events if event.reopens), default=0)
    hidden = [event for event in events if event.pk > begun and event.by != reader]
    for event in hidden:
        event.internal_note = ""
    return [event for event in events if event not in hidden or event.act not in VERDICTS]


def _typed(post):
    """Return what a form that was not sent yet is shown with again."""
    ticked = {"criteria": post.getlist("criteria")} if "has_criteria" in post else {}
    return post.dict() | ticked


def _is_of_a_withdrawn_practice(submission):
    """Return whether an update waits for a decision whose practice nobody can read any more."""
    return submission.state in UNDECIDED and submission.practice and not submission.practice.is_public


def _withdrawal_reason(submission):
    """Return the message that asks to withdraw the practice of a submission, whichever one of it asks; "" for none."""
    practice = submission.practice
    asking = practice and practice.submissions.requesting_withdrawal().first()
    return workflow.withdrawal_reason(asking) if asking else ""


def _corrected(document, changes):
    """Return the differences made by `changes`: field → its values before and after."""
    before = {name: values[0] for name, values in changes.items()}
    after = {name: values[1] for name, values in changes.items()}
    return diff.between(document | before, document | after)


def kept_name(request, submission):
    """Return the name under which the browser of a moderator keeps what is typed about a submission."""
    return f"review-{request.user.pk}-{submission.pk}"


def _may_go_on(buttons):
    """Return whether one of these buttons can open the next submission, as it ends the turn of the moderators."""
    return any(
        name == "approve" or (BUTTONS[name].target and BUTTONS[name].target.traits.turn is not Actor.STAFF)
        for name, _label in buttons
    )


def _main_button(buttons, missing):
    """Return the step whose button stands out: what brings the submission forward now."""
    names = [name for name, _label in buttons]
    if "publish" in names and not missing:
        return "publish"
    order = ["approve", "request_changes", "publish"]
    return next((name for name in order if name in names), "")
