"""The index of published practices for lists, counts and spelling. `discovery.indexing` maintains it.

Tables and columns keep the names under which version 0.1.0 created them.
"""

from django.db import models

from practices.models.practice import Practice

ALL_PRACTICES = "all"
"""Facet key of every published practice."""
WITHOUT_REGION = "nowhere"
"""Facet key of practices without a country that belongs to a region."""


class FacetKey(models.Model):
    """A facet key, such as "country:ph", that a published practice has or had. Its facet code follows from its id."""

    key = models.CharField(max_length=120, unique=True)

    def __str__(self):
        return self.key


class IndexedPractice(models.Model):
    """A published practice in the index: a narrow row, so that scans are fast."""

    practice = models.OneToOneField(Practice, models.CASCADE, primary_key=True, related_name="index_row")
    published_at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    start_year = models.PositiveSmallIntegerField(null=True)
    end_year = models.PositiveSmallIntegerField(null=True)
    submitter = models.CharField(max_length=16)
    """A hash that tells submitters apart; empty for anonymous ones."""
    facet_codes = models.TextField(db_column="signs")
    """One character for each facet key, see `discovery.facet_codes`."""
    made_as = models.CharField(max_length=30, blank=True, db_default="")
    """Version of the index and revision of which this is the entry, such as "1 17".

    The previous release leaves it as it is when it writes a revision, so that it differs from `revision`.
    """
    translations = models.TextField(blank=True, db_default="")
    """Language and version of each translation that anyone may read, such as "ar:1 fr:3"."""
    adaptations = models.TextField(blank=True, db_default="")
    """Key and version of each adaptation that anyone may read, such as "7:1 9:2"."""

    class Meta:
        db_table = "practices_filing"
        indexes = [models.Index(fields=["published_at", "practice"], name="filing_in_order")]

    def __str__(self):
        return f"{self.practice_id} {self.facet_codes}"


class FacetEntry(models.Model):
    """A published practice in the list of one facet key. The primary key keeps each list in order of publication."""

    pk = models.CompositePrimaryKey("key", "published_at", "practice")
    # Rows are written and deleted by their whole primary key, together with the indexed practice, so neither a
    # constraint nor an index on the practice alone is needed.
    practice = models.ForeignKey(
        IndexedPractice, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    key = models.CharField(max_length=120)
    published_at = models.DateTimeField()

    def __str__(self):
        return f"{self.practice_id} {self.key}"


class FacetCount(models.Model):
    """The number of published practices that have both the facet key `scope` and the facet key `key`."""

    scope = models.CharField(max_length=60)
    facet = models.CharField(max_length=20)
    """The part of `key` before the colon."""
    key = models.CharField(max_length=120)
    count = models.IntegerField()

    class Meta:
        db_table = "practices_tally"
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="tally_is_kept_once"),
        ]
        # Without `count`, so that an update of the count touches no index on PostgreSQL.
        indexes = [models.Index(fields=["scope", "facet"], name="tally_by_scope_and_facet")]

    def __str__(self):
        return f"{self.key} in {self.scope}: {self.count}"


class IndexedWord(models.Model):
    """A word or stem that occurs in published practices, for the weight of words in a search and for spelling."""

    word = models.CharField(max_length=80, primary_key=True)
    count = models.IntegerField(db_default=1)
    """Number of practices that have it."""
    written = models.CharField(max_length=80, blank=True, db_default="")
    """Spelling in texts, where that differs: “международный”, “pre-departure”."""
    initial = models.CharField(max_length=1)
    length = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "practices_word"
        indexes = [models.Index(fields=["initial", "length"], name="word_by_initial_and_length")]

    def __str__(self):
        return self.word


class PracticeVector(models.Model):
    """The meaning of a published practice as a vector, see `discovery.semantic`. A change of it makes a new row."""

    practice = models.OneToOneField(Practice, models.CASCADE, related_name="+")
    model = models.CharField(max_length=60)
    """The model that computed it, and from which texts."""
    vector = models.BinaryField()
    """Its components, two bytes each (IEEE 754, little-endian)."""

    class Meta:
        db_table = "practices_vector"

    def __str__(self):
        return f"{self.practice_id} by {self.model}"
