"""Adaptations: where a practice was used elsewhere, as those who used it tell."""

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practices.models.practice import Practice, text_direction, year_span
from practices.models.submission import Submission
from practices.models.taxonomy import Country


class AdaptationQuerySet(models.QuerySet):
    def published(self):
        """Filter to adaptations that anyone may read, of practices that anyone may read, oldest first."""
        return self.filter(withdrawn_at=None, practice__withdrawn_at=None).order_by("published_at", "pk")

    def with_places(self):
        """Load the countries with their regions."""
        return self.select_related("country__subregion__parent")


class Adaptation(models.Model):
    """A use of a practice somewhere else, as published. `workflow` alone writes it.

    A merge moves it to the practice that is kept. `submission` tells of which practice it was told.
    """

    practice = models.ForeignKey(
        Practice, models.CASCADE, related_name="adaptations", verbose_name=_("practice")
    )
    submission = models.OneToOneField(
        Submission,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="adaptation",
        verbose_name=_("submission"),
    )
    country = models.ForeignKey(
        Country, models.PROTECT, related_name="adaptations", verbose_name=_("country")
    )
    area = models.CharField(_("area"), max_length=200, blank=True)
    organisations = models.JSONField(_("organisations"), default=list, blank=True)
    start_year = models.PositiveSmallIntegerField(_("start year"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("end year"), null=True, blank=True)
    changes = models.TextField(_("what was changed"))
    results = models.TextField(_("results"), blank=True)
    failures = models.TextField(_("what did not work"), blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    credit = models.CharField(
        _("public credit"), max_length=200, blank=True, help_text=_("Empty if submitted anonymously.")
    )
    number = models.PositiveIntegerField(_("version"), default=1)
    published_at = models.DateTimeField(_("published"))
    revised_at = models.DateTimeField(_("last revised"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True)

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        ordering = ["published_at", "pk"]
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")

    def __str__(self):
        return self.place

    def get_absolute_url(self):
        return f"{self.practice.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self):
        """The id of its place on the page of the practice."""
        return f"used-{self.pk}"

    @property
    def is_public(self):
        """Return whether anyone may read it while its practice is public."""
        return self.withdrawn_at is None

    @property
    def gone_since(self):
        """The instant at which it was withdrawn; None while it is public."""
        return self.withdrawn_at

    @property
    def is_retracted(self):
        """Return whether whoever told it has withdrawn it, which takes no reason. Moderators give one."""
        return not self.is_public and not self.withdrawal_reason

    @property
    def place(self):
        """Country and area in one line."""
        country = self.country.local.name if self.country_id else ""
        return gettext(", ").join(filter(None, [country, self.area]))

    @property
    def texts(self):
        """Texts that a search finds and an excerpt shows, long ones first."""
        return [self.changes, self.results, self.failures, *self.organisations, self.area, self.credit]

    @property
    def link_host(self):
        """The host of the link, under which it is shown."""
        return urlsplit(self.link).hostname or self.link

    @property
    def years(self):
        """Start and end year in words; empty if neither is given."""
        return year_span(self.start_year, self.end_year)

    @property
    def direction(self):
        return text_direction(self.language)
