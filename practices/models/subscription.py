"""Subscribers and their subscriptions."""

import secrets

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import UUID4
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import Cadence, Suspension, Weekday, interface_languages
from practices.models.addresses import AddressField
from practices.models.fields import RuntimeCharField, RuntimeDateTimeField

QUERY_LENGTH = 1000


def new_key():
    """Return 128 random bits, safe in a URL."""
    return secrets.token_urlsafe(16)


class Subscriber(models.Model):
    """An e-mail address with subscriptions. Private."""

    key = RuntimeCharField(
        _("key in links"), max_length=40, unique=True, default=new_key, db_default=UUID4(), editable=False
    )
    address = AddressField(_("e-mail address"))
    language = RuntimeCharField(_("language"), max_length=10, default="en", choices=interface_languages)
    time_zone = models.CharField(_("time zone"), max_length=50, default="UTC")
    digest_weekday = models.PositiveSmallIntegerField(
        _("day of weekly e-mails"), choices=Weekday, default=Weekday.MONDAY
    )
    digest_hour = models.PositiveSmallIntegerField(
        _("time of daily and weekly e-mails"), default=8, validators=[MaxValueValidator(23)]
    )
    created_at = RuntimeDateTimeField(_("first request"), default=clock.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    bounces = models.PositiveSmallIntegerField(_("permanent failures in a row"), default=0)
    bounced_on = models.DateField(_("last day with a permanent failure"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    suspended_because = models.CharField(
        _("reason for suspension"), max_length=20, choices=Suspension, blank=True
    )

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints = [
            models.UniqueConstraint(fields=["address"], name="subscriber_has_one_mailbox"),
            models.CheckConstraint(
                condition=models.Q(digest_hour__lte=23) & models.Q(digest_weekday__lte=6),
                name="subscriber_has_an_hour_and_a_day",
            ),
        ]

    def __str__(self):
        return self.address


class SubscriptionQuerySet(models.QuerySet):
    def confirmed(self):
        """Filter to subscriptions confirmed from their address."""
        return self.filter(confirmed_at__isnull=False)

    def in_force(self):
        """Filter to subscriptions that get news: confirmed, not paused, of a reachable subscriber."""
        return self.confirmed().filter(
            paused_at=None, subscriber__confirmed_at__isnull=False, subscriber__suspended_at=None
        )


class Subscription(models.Model):
    """A filter that a subscriber follows. Unsubscribing deletes the row, so that no old link can revive it."""

    key = RuntimeCharField(
        _("key in links"), max_length=40, unique=True, default=new_key, db_default=UUID4(), editable=False
    )
    former_keys = models.TextField(
        _("keys of merged subscriptions"), blank=True, db_default="", default="", editable=False
    )
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    query = models.CharField(
        _("filter"),
        max_length=QUERY_LENGTH,
        blank=True,
        db_index=True,
        help_text=_("Query string of a list; empty for all practices."),
    )
    cadence = models.CharField(_("how often"), max_length=20, choices=Cadence, default=Cadence.AT_ONCE)
    requested_at = RuntimeDateTimeField(_("requested"), default=clock.now)
    consent = models.CharField(
        _("accepted wording"), max_length=20, blank=True, help_text=_("Version of the form's text.")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "query"], name="subscriber_follows_a_filter_once"),
        ]

    def __str__(self):
        return f"{self.subscriber} → {self.query or '*'}"

    @property
    def all_keys(self) -> list[str]:
        """Return its key and those of the subscriptions that were merged into it."""
        return [self.key, *self.former_keys.split()]


class SuspendedAddress(models.Model):
    """An address that complained, or that bounced and was erased, as a keyed hash, until its owner asks for e-mail."""

    key = models.CharField(max_length=64, unique=True)
    because = models.CharField(_("reason"), max_length=20, choices=Suspension)
    at = RuntimeDateTimeField(_("since"), default=clock.now)

    def __str__(self):
        return f"{self.key[:8]}…"
