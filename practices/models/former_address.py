"""Addresses that practices had elsewhere, on a site that the catalogue has replaced."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.models.practice import Practice

LONGEST_PATH = 500


def normal_path(path):
    """Return a path as it is stored: with a slash at the start and none at the end."""
    return "/" + path.strip("/")


class FormerAddressQuerySet(models.QuerySet):
    def practice_at(self, path):
        """Return the practice that a path leads to, or None."""
        if len(path) > LONGEST_PATH or "\0" in path:
            return None
        return Practice.objects.filter(former_addresses__in=self.filter(path=normal_path(path))).first()


class FormerAddress(models.Model):
    """Path of a page of a predecessor. Requests for it are led to the practice, wherever that has gone since."""

    path = models.CharField(_("path"), max_length=LONGEST_PATH, unique=True)
    practice = models.ForeignKey(
        Practice, models.CASCADE, related_name="former_addresses", verbose_name=_("practice")
    )

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self):
        return self.path
