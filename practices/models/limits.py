"""Counters of the rate limits."""

from django.db import models


class LimitBucket(models.Model):
    """The number of requests in one time window. Its key is a keyed hash, never an address."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.key[:8]}…: {self.count}"
