"""The outbox: messages to send, and the result of sending them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices import clock
from practices.choices import interface_languages, kinds
from practices.models.addresses import AddressField
from practices.models.fields import RuntimeCharField, RuntimeDateTimeField
from practices.models.practice import Practice
from practices.models.question import Question
from practices.models.submission import Submission
from practices.models.subscription import Subscriber


def default_give_up_at(now: datetime | None = None) -> datetime:
    return (now or clock.now()) + timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS)


class OutboxMessageQuerySet(models.QuerySet):
    def waiting(self):
        """Filter to messages neither sent, given up nor cancelled."""
        return self.filter(sent_at=None, failed_at=None, cancelled_at=None)

    def given_up(self):
        """Filter to messages that failed until their deadline."""
        return self.filter(sent_at=None, cancelled_at=None).exclude(failed_at=None)

    def due(self, now):
        """Filter to messages a sender may claim at `now`: due, and not leased by another sender."""
        free = models.Q(leased_until=None) | models.Q(leased_until__lt=now)
        return self.waiting().filter(free, due_at__lte=now).order_by("due_at", "pk")


class OutboxMessage(models.Model):
    """A message to one address, written in the transaction of the change it reports."""

    kind = RuntimeCharField(_("kind"), max_length=40, choices=kinds)
    channel = models.CharField(_("channel"), max_length=20, default="email")
    address = AddressField(pgettext_lazy("recipient", "to"))
    language = RuntimeCharField(_("language"), max_length=10, default="en", choices=interface_languages)
    practice = models.ForeignKey(
        Practice, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("practice")
    )
    submission = models.ForeignKey(
        Submission,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("submission"),
    )
    subscriber = models.ForeignKey(
        Subscriber,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("subscriber"),
    )
    question = models.ForeignKey(
        Question,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=pgettext_lazy("of a reader", "question"),
    )
    context = models.JSONField(_("other content"), default=dict, blank=True)
    request_id = models.CharField(_("request"), max_length=16, blank=True, default="", db_default="")
    """Id of the request or the run that queued it, as in its log lines."""
    created_at = RuntimeDateTimeField(_("created"), default=clock.now)
    due_at = RuntimeDateTimeField(_("due"), default=clock.now)
    give_up_at = RuntimeDateTimeField(_("retried until"), default=default_give_up_at)
    leased_until = models.DateTimeField(_("claimed by a sender until"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    news: Any = None
    """The news for a subscriber, set just before the message is sent (`outbox.news`)."""

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(sent_at=None, failed_at=None, cancelled_at=None),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["failed_at"],
                condition=models.Q(sent_at=None, cancelled_at=None, failed_at__isnull=False),
                name="outbox_given_up",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} #{self.pk}"


class SendingHold(models.Model):
    """While its single row exists, nothing is sent: a backup was restored, and nobody has decided on what it holds."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    backup_at = models.DateTimeField(_("time of the backup"))
    sent_until = RuntimeDateTimeField(_("sending went on until"), default=clock.now)
    restored_at = RuntimeDateTimeField(_("time of the restore"), default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_sending_hold"),
        ]

    def __str__(self):
        return f"{self.backup_at:%Y-%m-%d %H:%M} → {self.restored_at:%Y-%m-%d %H:%M}"
