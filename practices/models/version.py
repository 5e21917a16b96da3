"""Which state of the public catalogue this is."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class CatalogueVersion(models.Model):
    """One row, renewed in the transaction of every public change. What is cached is cached under its tokens.

    Renewing it comes first in that transaction, so publications queue up at this row and never lock each other out.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=16)
    """New with every public change."""
    wording = models.CharField(max_length=16)
    """New when objectives, types and the like change their names: what every card shows."""
    changed_at = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_catalogue_version"),
        ]

    def __str__(self):
        return self.token
