"""Records of moderators: criteria ticks, approvals, rejection reasons, dismissed duplicates, staff profiles."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.choices import ReasonAbout
from practices.models import standard_reasons
from practices.models.practice import Practice
from practices.models.submission import Submission


class CriterionTick(models.Model):
    """A criterion, by its slug in `criteria.CRITERIA`, that a moderator finds met by a submission, or waives."""

    WAIVER_LENGTH = 300

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="ticks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by"))
    criterion = models.SlugField(_("criterion"))
    waiver = models.CharField(
        _("reason to waive it"),
        max_length=WAIVER_LENGTH,
        blank=True,
        db_default="",
        help_text=_("Empty if the criterion is met."),
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("ticked criterion")
        verbose_name_plural = _("ticked criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "by", "criterion"], name="moderator_ticks_a_criterion_once"
            ),
        ]

    def __str__(self):
        return self.criterion


class RejectionReason(models.Model):
    """A common reason for rejection, chosen from a list and completed by the moderator."""

    title = models.CharField(_("title"), max_length=100, help_text=_("Shown in the list of reasons."))
    text = models.TextField(_("text"), help_text=_("Shown to the submitter."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    needs_duplicate = models.BooleanField(
        _("needs a duplicate"),
        default=False,
        db_default=False,
        help_text=_(
            "The moderator has to name the practice, or the other submission, that is the same. Where it is another "
            "submission, the e-mail says so instead of the text."
        ),
    )
    about = models.CharField(
        _("about"),
        max_length=20,
        choices=ReasonAbout,
        default=ReasonAbout.PRACTICE,
        db_default=ReasonAbout.PRACTICE,
        help_text=_("What it is offered for."),
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("reason not to accept")
        verbose_name_plural = _("reasons not to accept")

    def __str__(self):
        return standard_reasons.local(self.title)

    @property
    def local_text(self) -> str:
        """The text in the active language, unless staff have written it."""
        return standard_reasons.local(self.text)


class Approval(models.Model):
    """A moderator's approval of a submission, or their conflict of interest.

    An approval is valid for one document, identified by its hash, and lapses when the document changes.
    """

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by"))
    document_hash = models.CharField(_("version of the document"), max_length=64)
    conflict = models.TextField(
        _("conflict of interest"), blank=True, help_text=_("Empty if they declared that they have none.")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "by", "document_hash"], name="moderator_approves_a_document_once"
            ),
        ]

    def __str__(self):
        return f"{self.by}: {self.submission}"


class DismissedDuplicate(models.Model):
    """A likely duplicate of a submission, a practice or another submission, that a moderator found to be none."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="dismissed_duplicates")
    practice = models.ForeignKey(Practice, models.CASCADE, null=True, blank=True, related_name="+")
    other = models.ForeignKey(Submission, models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("dismissed duplicate")
        verbose_name_plural = _("dismissed duplicates")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(practice=None, other__isnull=False)
                | models.Q(practice__isnull=False, other=None),
                name="dismissed_duplicate_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["submission", "practice"], name="practice_is_dismissed_once_for_a_submission"
            ),
            models.UniqueConstraint(
                fields=["submission", "other"], name="submission_is_dismissed_once_for_another"
            ),
        ]

    def __str__(self):
        return str(self.practice or self.other)


class StaffProfile(models.Model):
    """Settings of a member of staff beside the account. Private."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile", verbose_name=_("member of staff")
    )
    organisation = models.CharField(
        _("organisation"),
        max_length=200,
        blank=True,
        help_text=_("Members of staff cannot approve submissions of their own organisation."),
    )
    nightly_summary = models.BooleanField(
        _("nightly summary"),
        default=False,
        help_text=_("An e-mail about submissions that wait for a decision, on nights when there are any."),
    )
    answers = models.BooleanField(
        _("answers from submitters"),
        default=True,
        db_default=True,
        help_text=_(
            "An e-mail when the submitter of a submission assigned to you writes or resubmits. If you turn it off, "
            "moderators who want the nightly summary get it instead, or all moderators if nobody wants the summary."
        ),
    )
    language = models.CharField(
        _("language of e-mails"),
        max_length=10,
        blank=True,
        db_default="",
        help_text=_("Empty for the language of the site."),
    )
    summarised_on = models.DateField(_("last summary"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("staff profile")
        verbose_name_plural = _("staff profiles")

    def __str__(self):
        return str(self.user)
