"""Messages for a moderator whose step was refused."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices import workflow
from practices.choices import Act


class RefusingAdmin(admin.ModelAdmin):
    def refusal(self, submission, error):
        """Say why a step was refused, and who was quicker."""
        match error:
            case workflow.SubmissionErased():
                text = _("Nothing was done: the submission has been deleted meanwhile.")
            case workflow.SavedMeanwhile():
                text = _("Nothing was done: its text or files were changed meanwhile. Read it again.")
            case workflow.RevisedMeanwhile():
                text = self._revised(error.newer.revision.number)
            case workflow.ChangedMeanwhile(revision=int(number)):
                text = self._revised(number)
            case workflow.PracticeWithdrawn():
                text = _("Nothing was done: the practice has been withdrawn. Restore it first.")
            case workflow.ApprovalsMissing(missing=count):
                missing = ngettext(
                    "Nothing was done: %(count)s more person has to approve.",
                    "Nothing was done: %(count)s more people have to approve.",
                    count,
                )
                text = missing % {"count": count}
            case workflow.ApprovalOfOwnText():
                text = _("Nothing was done: others have to approve a text that you have proposed or changed.")
            case workflow.ApprovalRefused():
                text = _(
                    "Nothing was done: it comes from your own organisation, or you declared a conflict of interest."
                )
            case _:
                text = self._too_late(submission)
        return text

    @staticmethod
    def _revised(number):
        text = _(
            "Nothing was done: revision %(number)s of the practice was published meanwhile. Read it again."
        )
        return text % {"number": number}

    @staticmethod
    def _too_late(submission):
        """Tell who was quicker, and what they did."""
        submission.refresh_from_db()
        last = submission.events.order_by("pk").last()
        who = {"who": (last and last.by) or _("its submitter")}
        if last is None or last.act == Act.STEP:
            text = _("Nothing was done: it is “%(state)s” by now, through %(who)s.")
            return text % {"state": submission.get_state_display(), **who}
        text = _("Nothing was done: %(who)s has changed this meanwhile (%(act)s). Read it again.")
        return text % {"act": last.get_act_display(), **who}

    @staticmethod
    def address(submission):
        return reverse("admin:practices_submission_change", args=[submission.pk])
