"""Who follows what."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices.models.taxonomy import Objective


class Subscriber(models.Model):
    """An address that asked for news. Private."""

    address = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, default="en")
    created_at = models.DateTimeField(_("first asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints = [
            models.UniqueConstraint(Lower("address"), name="subscriber_has_an_address_of_their_own")
        ]

    def __str__(self):
        return self.address


class SubscriptionQuerySet(models.QuerySet):
    def confirmed(self):
        """Those that get news."""
        return self.filter(confirmed_at__isnull=False)


class Subscription(models.Model):
    """That a subscriber follows an objective. Leaving deletes it, so that no old link can bring it back."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="subscriptions")
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "objective"], name="subscriber_follows_an_objective_once"
            ),
        ]

    def __str__(self):
        return f"{self.subscriber} → {self.objective}"
