"""DOIs of practices at DataCite."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.models.fields import RuntimeDateTimeField
from practices.models.practice import Practice


class DoiRegistration(models.Model):
    """The state of a practice at DataCite, and the time of the next request.

    The DOI itself is a column of the practice, which has it once it is registered and never loses it.
    """

    practice = models.OneToOneField(
        Practice, models.CASCADE, primary_key=True, related_name="registration", verbose_name=_("practice")
    )
    noticed_at = RuntimeDateTimeField(_("last change noticed"), db_index=True)
    """`changed_at` of the practice when its change was last queued."""
    due_at = RuntimeDateTimeField(_("due"), null=True, db_index=True)
    """Time to send it; null when there is nothing to send."""
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("DOI")
        verbose_name_plural = _("DOIs")

    def __str__(self):
        return self.practice.doi or str(self.practice_id)
