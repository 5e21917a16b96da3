"""Counters behind the limits on how often something may be asked for."""

from django.db import models


class LimitBucket(models.Model):
    """How often something happened in one window of time. Holds a keyed hash, never an address."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.key[:8]}…: {self.count}"
