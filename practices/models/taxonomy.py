"""Reference data that describes practices. Loaded from fixtures/."""

import re
from functools import cache
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practices.models import reference_texts


class TaxonomyQuerySet(models.QuerySet["Taxonomy"]):
    def get_by_natural_key(self, key):
        return self.get(**{self.model.NATURAL_KEY: key})


class InLanguage:
    """The texts of a row in one language, by the names of its columns. English where there is no translation."""

    def __init__(self, row: "Taxonomy", language: str):
        self._row, self._language = row, language

    def __getattr__(self, column: str) -> str:
        return self._row.translation(column, self._language) or getattr(self._row, column)


class Taxonomy(models.Model):
    """Base of reference data with a natural key, which fixtures and documents use.

    Columns are in English, the language of documents, exports and search. People read `local`, such as
    `country.local.name`.
    """

    NATURAL_KEY: ClassVar[str]
    TRANSLATED: ClassVar[tuple[str, ...]]
    """Columns that have translations."""

    translations = models.JSONField(_("translations"), default=dict, blank=True, db_default={})
    """Language → column → text of staff, which comes before the one that is shipped; `is_official` if it was verified."""

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        return (getattr(self, self.NATURAL_KEY),)

    @property
    def local(self) -> InLanguage:
        """The texts in the active language."""
        return InLanguage(self, reference_texts.active_language())

    def translation(self, column: str, language: str) -> str:
        """Return the text of a column in a language other than English; "" if there is none."""
        return self.translations.get(language, {}).get(column, "") or self.shipped(column, language)

    def shipped(self, column: str, language: str) -> str:
        """Return the text that this release has; "" if it has none."""
        return reference_texts.shipped(language, *self._place_of(column))

    def is_shipped_as_ours(self, column: str, language: str) -> bool:
        """Return whether the text of this release is our translation of an official one."""
        return reference_texts.is_ours(language, *self._place_of(column))

    def is_our_translation(self, column: str, language: str) -> bool:
        """Return whether an official text is shown in a translation that nobody has verified."""
        own = self.translations.get(language, {})
        return not own.get("is_official") and (column in own or self.is_shipped_as_ours(column, language))

    @property
    def title_is_our_translation(self) -> bool:
        return self.is_our_translation("title", reference_texts.active_language())

    @property
    def name_is_our_translation(self) -> bool:
        """True if the name that lists and facts show is an official one in a translation that nobody has verified."""
        return False

    def _place_of(self, column: str) -> tuple[str, str, str]:
        return _kind(type(self)), str(getattr(self, self.NATURAL_KEY)), column


@cache
def _kind(model: type[Taxonomy]) -> str:
    """Return the name under which files have the texts of a taxonomy, such as “practice_type”."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()


class Objective(Taxonomy):
    """One of the 23 objectives of the Global Compact for Migration (A/RES/73/195, annex, para. 16)."""

    NATURAL_KEY = "number"
    TRANSLATED = ("title", "short_label", "meaning")

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    title = models.CharField(_("official title"), max_length=200)
    short_label = models.CharField(_("short label"), max_length=60)
    meaning = models.TextField(_("plain explanation"), help_text=_("Two sentences without jargon."))
    gcm_paragraph = models.PositiveSmallIntegerField(_("paragraph of the Global Compact"))

    class Meta:
        ordering = ["number"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__range=(1, 23)), name="objective_number_is_1_to_23"
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.local.short_label}"

    def get_absolute_url(self):
        return reverse("practices:objective-detail", args=[self.number])


class GuidingPrinciple(Taxonomy):
    """One of the 10 guiding principles (A/RES/73/195, annex, para. 15 (a) to (j))."""

    NATURAL_KEY = "letter"
    TRANSLATED = ("title",)

    letter = models.CharField(_("letter"), max_length=1, unique=True)
    title = models.CharField(_("title"), max_length=80)

    class Meta:
        ordering = ["letter"]
        verbose_name = _("guiding principle")
        verbose_name_plural = _("guiding principles")

    @property
    def name_is_our_translation(self):
        return self.title_is_our_translation

    def __str__(self):
        return self.local.title


class SustainableDevelopmentGoal(Taxonomy):
    """One of the 17 goals of the 2030 Agenda (A/RES/70/1)."""

    NATURAL_KEY = "number"
    TRANSLATED = ("title", "short_title")

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    title = models.CharField(_("official title"), max_length=250)
    short_title = models.CharField(_("short title"), max_length=80)

    class Meta:
        ordering = ["number"]
        verbose_name = _("Sustainable Development Goal")
        verbose_name_plural = _("Sustainable Development Goals")
        constraints = [
            models.CheckConstraint(condition=models.Q(number__range=(1, 17)), name="sdg_number_is_1_to_17"),
        ]

    def __str__(self):
        return f"{self.number}. {self.local.short_title}"


class Region(Taxonomy):
    """A region or, with a parent, a sub-region of UN M49."""

    NATURAL_KEY = "code"
    TRANSLATED = ("name",)

    code = models.CharField(_("M49 code"), max_length=3, unique=True)
    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subregions",
        verbose_name=_("region"),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self):
        return self.local.name

    def get_absolute_url(self):
        return reverse("practices:region-detail", args=[self.slug])


class Country(Taxonomy):
    """A country or area of ISO 3166-1, under the name the UN uses (M49)."""

    NATURAL_KEY = "code"
    TRANSLATED = ("name",)

    code = models.CharField(_("ISO 3166-1 alpha-2 code"), max_length=2, unique=True)
    alpha3 = models.CharField(_("ISO 3166-1 alpha-3 code"), max_length=3, unique=True)
    m49 = models.CharField(_("M49 code"), max_length=3, blank=True)
    name = models.CharField(_("name"), max_length=80)
    subregion = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="countries", verbose_name=_("sub-region")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def __str__(self):
        return self.local.name

    def get_absolute_url(self):
        return reverse("practices:country-detail", args=[self.code.lower()])


class PracticeType(Taxonomy):
    NATURAL_KEY = "slug"
    TRANSLATED = ("name",)

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["position"]
        verbose_name = _("practice type")
        verbose_name_plural = _("practice types")

    def __str__(self):
        return self.local.name


class ImplementerKind(Taxonomy):
    """A kind of implementing organisation (after the stakeholders of GCM para. 44)."""

    NATURAL_KEY = "slug"
    TRANSLATED = ("name",)

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["position"]
        verbose_name = _("type of organisation")
        verbose_name_plural = _("types of organisation")

    def __str__(self):
        return self.local.name
