"""Counters of the rate limits, and records of forms that were sent."""

from django.db import models

from practices import clock
from practices.models.fields import RuntimeDateTimeField


class LimitBucket(models.Model):
    """The number of requests in one time window. Its key is a keyed hash, never an address."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.key[:8]}…: {self.count}"


class SentForm(models.Model):
    """A form that was sent. Its key is a hash of the form's key and content, so that a second copy is recognised."""

    key = models.CharField(max_length=64, unique=True)
    at = RuntimeDateTimeField(default=clock.now, db_index=True)

    def __str__(self):
        return f"{self.key[:8]}…"
