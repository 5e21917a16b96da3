"""The thesaurus: concepts of migration under all names that people give them. Loaded from fixtures/thesaurus.json."""

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from practices.models.taxonomy import Objective


class ConceptQuerySet(models.QuerySet["Concept"]):
    def visible(self):
        """Concepts that search uses and that have a page."""
        return self.filter(is_hidden=False)


class Concept(models.Model):
    """A subject of migration with its names in the six official languages of the United Nations."""

    slug = models.SlugField(
        _("slug"), max_length=60, unique=True, help_text=_("Part of the address of the topic's page.")
    )
    names = models.JSONField(_("names"), default=dict)
    """Language code → names, the preferred one first. Abbreviations are names too."""
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related concepts"))
    objectives = models.ManyToManyField(
        Objective, blank=True, related_name="concepts", verbose_name=_("objectives")
    )
    is_hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("Search does not use the concept, and it has no page.")
    )
    is_edited = models.BooleanField(
        _("edited here"),
        default=False,
        help_text=_("Updates leave the concept as it is. Untick this to accept the next one."),
    )

    objects = ConceptQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("concept")
        verbose_name_plural = _("concepts (thesaurus)")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("practices:topic-detail", args=[self.slug])

    @property
    def language(self):
        """The language of the page if the concept has a name in it, else English."""
        active = (get_language() or "en").partition("-")[0]
        return active if self.names.get(active) else "en"

    @property
    def name(self):
        """The preferred name in the language of the page; the slug of a concept without names."""
        return next(iter(self.names.get(self.language, [self.slug])))

    @property
    def search_text(self):
        """The text that finds the concept under all its names, whatever the language of the page."""
        return next(iter(self.names.get("en", [self.slug])))
