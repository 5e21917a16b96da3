"""Messages for a moderator whose step was refused."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices import workflow
from practices.admin.submission.updates import newest_number, seen_version
from practices.choices import Act


class RefusingAdmin(admin.ModelAdmin):
    def unread(self, request, submission, seen):
        """Return the refusal of a decision on a version that its moderator has not read; None if it is current."""
        seen, now = seen or "/", seen_version(submission)
        if seen == now:
            return None
        if seen.partition("/")[0] == now.partition("/")[0]:
            return self._revised(request, submission, newest_number(submission))
        return self._too_late(request, submission)

    def refusal(self, request, submission, error):
        match error:
            case workflow.RevisedMeanwhile():
                return self._revised(request, submission, error.newer.revision.number)
            case workflow.ApprovalsMissing():
                text = ngettext(
                    "Nothing was done: %(count)s more person has to approve.",
                    "Nothing was done: %(count)s more people have to approve.",
                    error.missing,
                )
                return self._refused(request, submission, text % {"count": error.missing})
            case workflow.ApprovalRefused():
                text = _(
                    "Nothing was done: it comes from your own organisation, or you declared a conflict of interest."
                )
                return self._refused(request, submission, text)
        return self._too_late(request, submission)

    def _revised(self, request, submission, number):
        text = _(
            "Nothing was done: revision %(number)s of the practice was published meanwhile. Read it once more."
        )
        return self._refused(request, submission, text % {"number": number})

    def _too_late(self, request, submission):
        """Tell who was quicker, and what they did."""
        submission.refresh_from_db()
        last = submission.events.order_by("pk").last()
        who = {"who": (last and last.by) or _("its submitter")}
        if last is None or last.act == Act.STEP:
            text = _("Nothing was done: it is “%(state)s” by now, through %(who)s.")
            return self._refused(request, submission, text % {"state": submission.get_state_display(), **who})
        text = _("Nothing was done: meanwhile %(who)s did something else (%(act)s). Read it once more.")
        return self._refused(request, submission, text % {"act": last.get_act_display(), **who})

    def _refused(self, request, submission, text):
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(self.address(submission))

    @staticmethod
    def address(submission):
        return reverse("admin:practices_submission_change", args=[submission.pk])
