"""Messages for a moderator whose step was refused."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practices import workflow
from practices.admin.audited import Audited
from practices.choices import VERDICTS, Act
from practices.core.punctuation import listed
from practices.core.quotes import quoted


def said_missing(missing):
    """Return the sentence that names required criteria which nobody has ticked."""
    text = _("Cannot be published yet. Missing: %(criteria)s.")
    return text % {"criteria": listed(quoted(criterion.title) for criterion in missing)}


class RefusingAdmin(Audited):
    def refusal(self, submission, error):
        """Say why a step was refused, and who was quicker."""
        match error:
            case workflow.SubmissionErased():
                text = _("Nothing was changed: the submission has been deleted.")
            case workflow.SavedMeanwhile():
                text = _(
                    "Nothing was changed: the text or the files are different now. Read the submission again."
                )
            case workflow.RevisedMeanwhile():
                text = self._revised(error.newer.revision.number)
            case workflow.ChangedMeanwhile(revision=int(number)):
                text = self._revised(number)
            case workflow.PracticeWithdrawn():
                text = _("Nothing was changed: the practice has been withdrawn. Restore it first.")
            case workflow.OtherDecided():
                text = _("Nothing was changed: the other submission is not open any more. Read both again.")
            case workflow.CriteriaMissing(missing=criteria):
                text = said_missing(criteria)
            case workflow.ApprovalsMissing():
                text = _("Not published: %(count)s people have to approve it first.")
                text %= {"count": settings.APPROVALS_NEEDED}
            case workflow.ApprovalOfOwnText():
                text = _("Not approved: you wrote or changed this text, so others have to approve it.")
            case workflow.ApprovalRefused():
                text = _(
                    "Not approved: it comes from your own organisation, or you declared a conflict of interest."
                )
            case _:
                text = self._too_late(submission)
        return text

    @staticmethod
    def _revised(number):
        text = _(
            "Nothing was changed: revision %(number)s of the practice has been published. Read the submission again."
        )
        return text % {"number": number}

    @staticmethod
    def _too_late(submission):
        """Tell who was quicker, and what they did."""
        submission.refresh_from_db()
        last = submission.events.order_by("pk").last()
        who = {"who": (last and last.by) or _("the submitter")}
        if last is None or last.act == Act.STEP:
            text = _("Nothing was changed: the submission is now “%(state)s” (by %(who)s).")
            return text % {"state": submission.get_state_display(), **who}
        if last.act in VERDICTS and settings.BLIND_APPROVALS:
            return _("Nothing was changed: %(who)s has just acted on this submission. Read it again.") % who
        text = _("Nothing was changed: %(who)s has just acted on this submission (%(act)s). Read it again.")
        return text % {"act": last.get_act_display(), **who}

    @staticmethod
    def address(submission):
        return reverse("admin:practices_submission_change", args=[submission.pk])
