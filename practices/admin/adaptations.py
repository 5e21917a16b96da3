"""Uses of a practice elsewhere, on its page of the admin: moderators edit, withdraw and restore them."""

from typing import Any

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from practices import workflow
from practices.admin.submission.corrections import AdaptationCorrectionForm
from practices.core.http.numbers import whole_number
from practices.documents import adaptations
from practices.documents.form_fields import PlainTextField

CHANGED = _(
    "Nothing was changed: somebody else has changed this use elsewhere. Read it again, then try again."
)
NOT_PUBLIC = _("Nothing was changed: the practice is no longer public.")


class _ReasonForm(forms.Form):
    reason = PlainTextField(
        label=_("Reason"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sent to whoever reported it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class AdaptationViews:
    """The views, for the admin of practices."""

    admin_site: Any
    opts: Any
    _practice: Any
    _ask: Any
    _done: Any
    _not_done: Any

    def adaptation_urls(self):
        wrap, start = self.admin_site.admin_view, "<path:object_id>/adaptations/<int:pk>/"
        return [
            path(f"{start}edit/", wrap(self.edit_adaptation_view), name="practices_practice_edit_adaptation"),
            path(
                f"{start}withdraw/",
                wrap(self.withdraw_adaptation_view),
                name="practices_practice_withdraw_adaptation",
            ),
            path(
                f"{start}restore/",
                wrap(self.restore_adaptation_view),
                name="practices_practice_restore_adaptation",
            ),
        ]

    def edit_adaptation_view(self, request, object_id, pk):
        """Correct small mistakes; POST saves them, if it is as the page has shown it."""
        practice = self._practice(request, object_id)
        row = get_object_or_404(practice.adaptations.select_related("country"), pk=pk)
        step = workflow.transition("edit_adaptation", by=request.user)
        document = adaptations.document_of(row)
        form = AdaptationCorrectionForm(
            request.POST if request.method == "POST" else None,
            initial=AdaptationCorrectionForm.values_from(document) | {"seen": row.number},
        )
        status = 200
        if request.method == "POST" and form.is_valid():
            seen = whole_number(form.cleaned_data["seen"]) or 0
            try:
                changed = workflow.edit_adaptation(
                    practice, form.corrected(document), adaptation=row, by=request.user, seen=seen
                )
            except workflow.TransitionNotAllowed:
                return self._not_done(request, practice, NOT_PUBLIC)
            except workflow.PracticeRevisedMeanwhile:
                row.refresh_from_db()
                form.data = {**form.data.dict(), "seen": str(row.number)}
                form.add_error(None, CHANGED)
                status = 409
            else:
                done = step.done if changed else _("Nothing was changed.")
                return (self._done if changed else self._not_done)(request, practice, done)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Edit the use elsewhere: %(place)s") % {"place": row.place},
            "opts": self.opts,
            "practice": practice,
            "form": form,
            "sections": form.bound_sections(),
            "adaptation": row,
        }
        return TemplateResponse(request, "admin/practices/practice/adaptation.html", context, status=status)

    def withdraw_adaptation_view(self, request, object_id, pk):
        return self._ask_about_adaptation(
            request,
            object_id,
            pk,
            "withdraw_adaptation",
            title=_("Withdraw the use elsewhere: %(place)s?"),
            not_done=_("Nothing was changed: it has already been withdrawn."),
        )

    def restore_adaptation_view(self, request, object_id, pk):
        return self._ask_about_adaptation(
            request,
            object_id,
            pk,
            "restore_adaptation",
            title=_("Restore the use elsewhere: %(place)s?"),
            not_done=_("Nothing was changed: readers already see it."),
        )

    def _ask_about_adaptation(self, request, object_id, pk, name, *, title, not_done):
        """Ask for the reason to withdraw or restore it; POST does it, if it is as the page has shown it."""
        practice = self._practice(request, object_id)
        row = get_object_or_404(practice.adaptations.select_related("country"), pk=pk)
        if row.is_retracted:
            raise Http404
        step = workflow.transition(name, by=request.user)
        form = _ReasonForm(request.POST if request.method == "POST" else None, initial={"seen": row.number})
        if request.method == "POST" and form.is_valid():
            reason, seen = form.cleaned_data["reason"], whole_number(form.cleaned_data["seen"]) or 0
            try:
                was_made = getattr(workflow, name)(
                    practice, adaptation=row, by=request.user, reason=reason, seen=seen
                )
            except workflow.TransitionNotAllowed:
                return self._not_done(request, practice, NOT_PUBLIC)
            except workflow.PracticeRevisedMeanwhile:
                row.refresh_from_db()
                form.data = {**form.data.dict(), "seen": str(row.number)}
                form.add_error(None, CHANGED)
            else:
                if was_made:
                    return self._done(request, practice, step.done)
                return self._not_done(request, practice, not_done)
        title = title % {"place": row.place}
        return self._ask(request, practice, form=form, title=title, button=step.label, requests=[])
