"""Yearly checks of whether a practice is still true."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import StillTrue
from practices.models.fields import RuntimeCharField, RuntimeDateTimeField
from practices.models.practice import Practice
from practices.models.submission import Submission, new_token


class Check(models.Model):
    """A question to a submitter, whether the practice is still true, and the answer. Opened by its token."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="checks")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="checks")
    year = models.PositiveSmallIntegerField(_("year"))
    token = RuntimeCharField(
        _("private token"), max_length=40, unique=True, default=new_token, editable=False
    )
    asked_at = RuntimeDateTimeField(_("asked"), default=clock.now)
    answer = models.CharField(_("answer"), max_length=10, choices=StillTrue, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        constraints = [
            models.UniqueConstraint(fields=["practice", "year"], name="practice_is_asked_about_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | models.Q(answer__in=StillTrue.values, answered_at__isnull=False),
                name="answer_has_its_instant",
            ),
        ]

    def __str__(self):
        return f"{self.practice_id}, {self.year}: {self.answer or '?'}"
