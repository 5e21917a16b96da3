"""The button, in the message after some steps, that undoes them."""

from datetime import timedelta

from django.contrib import messages
from django.core import signing
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practices import workflow
from practices.admin.submission.refusals import RefusingAdmin
from practices.models import Submission

SALT = "practices.admin.undo.3"
SPAN = timedelta(minutes=30)
"""Time in which a step can be undone from its message."""


def with_undo(request, text, step, made, *, back):
    """Return a message, if a step can be undone with a button that undoes what was `made`, for this member of staff.

    `back` is the address of the page that opens afterwards: the one on which the step was made.
    """
    if not made or not step.can_undo:
        return text
    key = signing.dumps({"by": request.user.pk, "made": made, "back": back}, salt=SALT, compress=True)
    return render_to_string("admin/practices/submission/undo.html", {"text": text, "key": key}, request)


class UndoingAdmin(RefusingAdmin):
    def get_urls(self):
        undo = self.admin_site.admin_view(self.undo_view)
        return [path("undo/", undo, name="practices_submission_undo"), *super().get_urls()]

    def undo_view(self, request):
        """POST undoes steps of the same member of staff, each unless its submission has changed since."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        done, refused, before = [], [], []
        steps, back = self._signed(request)
        for made in steps:
            try:
                done.append(workflow.undo(made, by=request.user))
            except workflow.NothingToUndo:
                before.append(made.submission)
            except (workflow.TransitionNotAllowed, Submission.DoesNotExist):
                refused.append(made.submission)
        if before and not done:
            text = _("There is nothing left to undo: it was undone before.")
            self.message_user(request, text, messages.WARNING)
        if done:
            text = ngettext(
                "Undone for %(count)s submission.", "Undone for %(count)s submissions.", len(done)
            )
            self.message_user(request, text % {"count": len(done)}, messages.SUCCESS)
        if refused:
            titles = [str(each) for each in Submission.objects.filter(pk__in=refused)]
            text = gettext("Not undone, because they have changed since: %(which)s.")
            self.message_user(
                request,
                text % {"which": "; ".join(titles) or gettext("deleted submissions")},
                messages.WARNING,
            )
        return HttpResponseRedirect(back)

    def _signed(self, request):
        """Return the steps that a button undoes and the page to open; no steps, with a message, if it is not valid."""
        try:
            signed = signing.loads(request.POST.get("key", ""), salt=SALT, max_age=SPAN)
        except signing.BadSignature:
            signed = {"by": None}
        if signed["by"] != request.user.pk or not self.has_change_permission(request):
            text = _("Nothing was undone: this is only possible for 30 minutes, by whoever made the step.")
            self.message_user(request, text, messages.ERROR)
            return [], reverse("admin:practices_submission_changelist")
        return [workflow.UndoableStep(*fields) for fields in signed["made"]], signed["back"]
