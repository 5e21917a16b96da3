"""The version of the public catalogue."""

from django.db import models
from django.db.models.functions import Now

from practices import clock
from practices.models.fields import RuntimeDateTimeField


class CatalogueVersion(models.Model):
    """A single row whose tokens are part of every cache key. Every public change renews them in its transaction.

    The update comes first in that transaction, so publications wait for this row in turn and never deadlock.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=16)
    """Changes with every public change."""
    wording = models.CharField(max_length=16)
    """Changes when names of objectives, types and the like change, which every card shows."""
    changed_at = RuntimeDateTimeField(default=clock.now, db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_catalogue_version"),
        ]

    def __str__(self):
        return self.token
