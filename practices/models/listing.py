"""What lists, counts and searches are answered from. Kept by `workflow`, in the transaction that publishes."""

from django.db import models

from practices.models.practice import Practice

ALL_PRACTICES = "all"
"""The key that every published practice has."""
WITHOUT_REGION = "nowhere"
"""The key of those that name no country of a region."""


class FacetKey(models.Model):
    """A key such as "country:ph" that a published practice has or had, by whose number it is known in a `Filing`."""

    key = models.CharField(max_length=120, unique=True)

    def __str__(self):
        return self.key


class Filing(models.Model):
    """A published practice as lists and counts see it: narrow, so that many are gone through quickly."""

    practice = models.OneToOneField(Practice, models.CASCADE, primary_key=True)
    published_at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    start_year = models.PositiveSmallIntegerField(null=True)
    end_year = models.PositiveSmallIntegerField(null=True)
    submitter = models.CharField(max_length=16)
    """Tells submitters apart; empty for the anonymous."""
    signs = models.TextField()
    """A character for each of its keys, as `practices.discovery.facet_codes` gives them."""

    class Meta:
        indexes = [models.Index(fields=["published_at", "practice"], name="filing_in_order")]

    def __str__(self):
        return f"{self.practice_id} {self.signs}"


class FacetEntry(models.Model):
    """That a published practice has a key, in the order in which lists of those that have it are walked."""

    pk = models.CompositePrimaryKey("key", "published_at", "practice")
    # Every one is written and taken away together with its filing, found by its whole primary key: the database
    # need not look for it by the practice alone, so there is no index for that.
    practice = models.ForeignKey(
        Filing, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    key = models.CharField(max_length=120)
    published_at = models.DateTimeField()

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
