"""What lists, counts and searches are answered from. Kept by `workflow`, in the transaction that publishes."""

from django.db import models

from practices.models.practice import Practice

EVERYTHING = "all"
"""The key that every published practice has."""
NOWHERE = "nowhere"
"""The key of those that name no country of a region."""


class FacetEntry(models.Model):
    """That a published practice has a value of a facet, such as "country:ph", with what lists are sorted by."""

    practice = models.ForeignKey(
        Practice, models.CASCADE, related_name="facet_entries", db_index=False
    )  # the constraint has an index that begins with it
    key = models.CharField(max_length=120)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="practice_has_a_value_of_a_facet_once"),
        ]
        indexes = [models.Index(fields=["key", "published_at", "practice"], name="facet_entry_in_order")]

    def __str__(self):
        return f"{self.practice_id} {self.key}"


class Tally(models.Model):
    """How many of the published practices that have `scope` also have `key`."""

    scope = models.CharField(max_length=60)
    facet = models.CharField(max_length=20)
    """The part of `key` before the colon."""
    key = models.CharField(max_length=120)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="tally_is_kept_once"),
        ]
        # Without the count, so that PostgreSQL need not touch an index when it changes.
        indexes = [models.Index(fields=["scope", "facet"], name="tally_by_scope_and_facet")]

    def __str__(self):
        return f"{self.key} in {self.scope}: {self.count}"


class Word(models.Model):
    """A word or stem that occurs, or once occurred, in a published practice: to know misspelt ones by."""

    word = models.CharField(max_length=80, primary_key=True)
    initial = models.CharField(max_length=1)
    length = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["initial", "length"], name="word_by_initial_and_length")]

    def __str__(self):
        return self.word
