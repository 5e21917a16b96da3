"""Pings to WebSub hubs."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.models.fields import RuntimeDateTimeField
from practices.models.practice import Practice


def default_give_up_at():
    return clock.now() + timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS)


class HubPing(models.Model):
    """A ping to a hub about a new or revised practice. Deleted once the hub has accepted it."""

    hub = models.URLField(_("hub"), max_length=500)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="hub_pings")
    queued_at = RuntimeDateTimeField(_("created"), default=clock.now)
    due_at = RuntimeDateTimeField(_("due"), default=clock.now, db_index=True)
    give_up_at = RuntimeDateTimeField(_("retried until"), default=default_give_up_at)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("ping of a hub")
        verbose_name_plural = _("pings of hubs")
        constraints = [
            models.UniqueConstraint(
                fields=["hub", "practice"], name="hub_hears_once_of_a_practice_at_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.hub} ← {self.practice_id}"
