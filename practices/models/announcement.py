"""Broadcasts, the news of a publication, and announcements, the news for each subscriber."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import Kind, NewsOf
from practices.models.fields import RuntimeDateTimeField
from practices.models.outbox import OutboxMessage
from practices.models.practice import Practice
from practices.models.subscription import Subscriber


def _is_true(broadcast=""):
    """Return the condition that news still holds: of a withdrawal while it lasts, other news of public practices."""
    is_public = models.Q(**{f"{broadcast}practice__withdrawn_at": None})
    of_withdrawal = models.Q(**{f"{broadcast}event": NewsOf.WITHDRAWAL})
    return (is_public & ~of_withdrawal) | (~is_public & of_withdrawal)


class BroadcastQuerySet(models.QuerySet):
    def awaiting_fan_out(self):
        """Filter to broadcasts still to fan out, oldest first; those of withdrawn practices wait until restored."""
        return self.filter(_is_true(), fanned_out_at=None).order_by("pk")

    def of_standing(self):
        """Filter to withdrawals and restorations."""
        return self.exclude(event=NewsOf.REVISION)


class Broadcast(models.Model):
    """The news of a new practice, of a material revision, of a withdrawal or restoration: one row for all subscribers.

    Written in the transaction of what it tells. The sender fans it out to announcements.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="broadcasts")
    revision = models.PositiveIntegerField(
        _("revision"), help_text=_("1 for a new practice. Higher numbers announce a change.")
    )
    event = models.CharField(
        _("news"), max_length=20, choices=NewsOf, default=NewsOf.REVISION, db_default=NewsOf.REVISION
    )
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    created_at = RuntimeDateTimeField(_("published"), default=clock.now)
    matched = models.JSONField(
        _("matching filters"),
        null=True,
        blank=True,
        help_text=_("Of all filters with subscriptions; found once."),
    )
    request_id = models.CharField(_("request"), max_length=16, blank=True, default="", db_default="")
    """Id of the request or the run that published it, which all its messages get."""
    position = models.BigIntegerField(_("key of the last subscriber processed"), default=0)
    # The column keeps its name, as the previous release writes it while a new one is deployed.
    fanned_out_at = models.DateTimeField(
        _("announcements created"), null=True, blank=True, db_column="spread_at"
    )

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "revision"],
                condition=models.Q(event=NewsOf.REVISION.value),
                name="revision_is_news_once",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(fanned_out_at=None), name="broadcast_to_spread"),
        ]

    def __str__(self):
        return f"{self.practice} ({self.revision})"

    @property
    def is_update(self):
        return self.event == NewsOf.REVISION and self.revision > 1

    @property
    def is_true(self):
        """Return whether it can be told: a withdrawal while it lasts, other news while the practice is public."""
        return self.practice.is_public != (self.event == NewsOf.WITHDRAWAL)

    @property
    def kind(self):
        """The kind of the message that tells it at once."""
        match self.event:
            case NewsOf.WITHDRAWAL:
                return Kind.FOLLOWED_WITHDRAWN
            case NewsOf.RESTORATION:
                return Kind.FOLLOWED_RESTORED
        return Kind.PRACTICE_UPDATED if self.is_update else Kind.PRACTICE_PUBLISHED


class AnnouncementQuerySet(models.QuerySet):
    def due(self, now):
        """Filter to announcements whose digest is due at `now`."""
        return self.filter(_is_true("broadcast__"), message=None, due_at__lte=now)


class Announcement(models.Model):
    """A broadcast to one subscriber, sent at once as a message of its own or with the next digest."""

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="announcements")
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="announcements")
    message = models.ForeignKey(
        OutboxMessage, models.CASCADE, null=True, blank=True, related_name="announcements"
    )
    due_at = models.DateTimeField(_("due"))

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "broadcast"], name="subscriber_hears_of_a_broadcast_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(message=None), name="announcement_waiting"
            ),
        ]

    def __str__(self):
        return f"{self.broadcast_id} → {self.subscriber_id}"
