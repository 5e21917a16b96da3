"""Published practices and their revisions."""

import dataclasses
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import Tag, TaggedItemBase

from practices.choices import RIGHT_TO_LEFT, CostBand, EvidenceLevel, Licence, PracticeState
from practices.models import revision_notes
from practices.models.taxonomy import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    SustainableDevelopmentGoal,
)

SLUG_LENGTH = 80


class PracticeQuerySet(models.QuerySet):
    def published(self):
        """Filter to practices anyone may see, newest first. Every public page starts here."""
        return self.filter(withdrawn_at=None).order_by("-published_at", "-pk")

    def in_state(self, state):
        """Filter to practices in a PracticeState."""
        match state:
            case PracticeState.PUBLISHED:
                return self.filter(withdrawn_at=None)
            case PracticeState.WITHDRAWN:
                return self.filter(withdrawn_at__isnull=False, merged_into=None)
            case PracticeState.MERGED:
                return self.filter(merged_into__isnull=False)
            case _:
                raise ValueError(f"no state of a practice: {state}")

    def with_versions(self):
        """Load which translations and adaptations practices have, so that nothing looks for those of others.

        `documents.load_local` goes by the translations.
        """
        none = models.Value("", output_field=models.TextField())
        return self.annotate(
            translated_into=Coalesce("index_row__translations", none),
            used_as=Coalesce("index_row__adaptations", none),
        )

    def for_listing(self, *more):
        """Load the columns and relations of a card, plus the columns `more`, in a fixed number of queries."""
        return (
            self.with_versions()
            .select_related("type")
            .prefetch_related("countries")
            .prefetch_related(
                models.Prefetch(
                    "placements",
                    queryset=Placement.objects.select_related("objective"),
                    to_attr="loaded_placements",
                )
            )
            .only(
                "title", "summary", "area", "start_year", "end_year", "language", "credit", "submitted_on",
                "published_at", "evidence_level", "type__name", "type__slug", "type__translations",
                *more,
            )
        )  # fmt: skip


class Practice(models.Model):  # type: ignore[django-manager-missing]  # taggit adds it at run time
    """A practice anyone may read; public by definition.

    Its columns hold the latest document in relational form, for browsing and filtering. Only `documents.apply`
    writes them, called by `workflow`, so that every change leaves a revision.
    """

    title = models.CharField(_("title"), max_length=250)
    sort_title = models.CharField(max_length=250, default="", editable=False)
    """The title without case and accents, for sorting."""
    title_key = models.CharField(max_length=200, blank=True, db_default="", db_index=True, editable=False)
    """`titles.title_key` of the title, to find likely duplicates."""
    summary = models.TextField(_("summary"))
    objectives = models.ManyToManyField(
        Objective, through="Placement", related_name="practices", verbose_name=_("objectives")
    )
    countries = models.ManyToManyField(
        Country, blank=True, related_name="practices", verbose_name=_("countries")
    )
    area = models.CharField(_("area"), max_length=200, blank=True)
    type = models.ForeignKey(
        PracticeType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("type"),
    )
    implementers = models.JSONField(_("implementing organisations"), default=list, blank=True)
    implementer_kinds = models.ManyToManyField(
        ImplementerKind,
        blank=True,
        related_name="practices",
        verbose_name=_("types of implementing organisation"),
    )
    partners = models.JSONField(_("partners"), default=list, blank=True, db_default=[])
    start_year = models.PositiveSmallIntegerField(_("start year"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("end year"), null=True, blank=True)
    context = models.TextField(_("context and aim"), blank=True)
    beneficiaries = models.TextField(_("beneficiaries"), blank=True)
    activities = models.TextField(_("activities"), blank=True)
    results = models.TextField(_("results"), blank=True)
    figures = models.JSONField(_("key figures"), default=list, blank=True, db_default=[])
    evidence_level = models.CharField(
        _("evidence"), max_length=30, choices=EvidenceLevel, default=EvidenceLevel.NONE_STATED
    )
    evidence_reason = models.TextField(_("how the results are known"), blank=True, db_default="")
    evidence_url = models.URLField(_("evidence link"), max_length=500, blank=True)
    innovation = models.TextField(_("innovation"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    hindsight = models.TextField(_("what they would do differently"), blank=True)
    replication = models.TextField(_("what is needed to do it elsewhere"), blank=True)
    resources = models.TextField(_("resources and links"), blank=True, db_default="")
    cost_band = models.CharField(_("cost"), max_length=20, choices=CostBand, blank=True)
    principles = models.ManyToManyField(
        GuidingPrinciple, blank=True, related_name="practices", verbose_name=_("guiding principles")
    )
    sdgs = models.ManyToManyField(
        SustainableDevelopmentGoal,
        blank=True,
        related_name="practices",
        verbose_name=_("Sustainable Development Goals"),
    )
    tags = TaggableManager(through="practices.TaggedPractice", blank=True, verbose_name=_("topics"))
    language = models.CharField(_("language"), max_length=10, default="en")
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    source_page = models.CharField(max_length=500, blank=True, db_default="", editable=False)
    """`web_addresses.page_key` of the source, to find practices with the same one."""
    credit = models.CharField(
        _("public credit"), max_length=200, blank=True, help_text=_("Empty if submitted anonymously.")
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), db_index=True)
    revised_at = models.DateTimeField(_("last revised"))
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    """Time at which its public record last changed in any way, also by withdrawal, restoration, merge or check.

    It is read while the lock of `catalogue_version.bump` is held, so that of two changes the later one has the later
    instant, and whoever asks for what has changed since an instant misses nothing.
    """
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day on which the submitter last confirmed that it is still true."),
    )
    doi = models.CharField(_("DOI"), max_length=100, blank=True, db_default="", editable=False)
    """Its DOI once DataCite has registered it. It keeps it, also when it is withdrawn."""
    revision_number = models.PositiveIntegerField(_("latest revision"), default=0, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
        verbose_name=_("merged into"),
        help_text=_("Its address redirects there."),
    )
    loaded_tags: list[Tag] | None = None
    """The tags, when `documents.apply` has just written them."""
    translated_into: str | None = None
    """Languages and versions of its translations, such as “ar:1 fr:3”, when `with_versions` has loaded them."""
    used_as: str | None = None
    """Keys and versions of its adaptations, such as “7:1 9:2”, when `with_versions` has loaded them."""
    translation: Any = None
    """The Translation that readers of the page are shown, when `documents.load_local` has found one."""

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revised_at__gte=models.F("published_at")),
                name="practice_is_revised_after_it_is_published",
            ),
            models.CheckConstraint(
                condition=models.Q(end_year__isnull=True)
                | models.Q(start_year__isnull=True)
                | models.Q(end_year__gte=models.F("start_year")),
                name="practice_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None)
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(merged_into=models.F("id"))),
                name="merged_practice_is_withdrawn_and_leads_elsewhere",
            ),
        ]
        indexes = [
            models.Index("source_page", name="practice_by_source_page"),
            models.Index(fields=["sort_title", "id"], name="practice_by_title"),
            models.Index(fields=["changed_at", "id"], name="practice_by_change"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("practices:practice-detail", args=[self.pk, self.slug])

    def get_translate_url(self):
        return reverse("practices:practice-translate", args=[self.pk, self.slug])

    def get_adapt_url(self):
        return reverse("practices:practice-adapt", args=[self.pk, self.slug])

    def get_permanent_url(self):
        """Return the short address that stays, whatever the title and the language of the page."""
        with override(settings.LANGUAGE_CODE):
            return reverse("practices:permanent", args=[self.pk])

    @property
    def is_public(self):
        """Return whether anyone may see it, as `published()` filters."""
        return self.withdrawn_at is None

    @property
    def state(self):
        """The PracticeState, as `in_state()` filters."""
        if self.is_public:
            return PracticeState.PUBLISHED
        return PracticeState.WITHDRAWN if self.merged_into_id is None else PracticeState.MERGED

    @property
    def is_gone(self):
        """Return whether its address answers 410: it was withdrawn, and not merged into another one."""
        return self.state == PracticeState.WITHDRAWN

    @property
    def remaining(self):
        """The practice itself, or the one it was merged into, by as many merges as there were."""
        practice, seen = self, {self.pk}
        while (kept := practice.merged_into) is not None and kept.pk not in seen:
            practice = kept
            seen.add(kept.pk)
        return practice

    @property
    def public_reason(self):
        """The reason for its withdrawal; empty if it was merged, as the practice kept may be withdrawn since."""
        return self.withdrawal_reason if self.merged_into_id is None else ""

    @property
    def slug(self):
        """The title as a slug, in any script; never empty."""
        return _slug_of(self.title)

    @property
    def main_objective(self):
        """The main objective. One query unless loaded by `for_listing()`."""
        placements = getattr(self, "loaded_placements", None)
        if placements is None:
            placements = self.placements.select_related("objective")
        return placements[0].objective

    @property
    def tag_slugs(self):
        """Slugs of the tags. One query unless `loaded_tags` is set."""
        return [tag.slug for tag in (self.tags.all() if self.loaded_tags is None else self.loaded_tags)]

    @property
    def place(self):
        """Countries and area in one line; empty if neither is given. One query unless countries are prefetched."""
        names, area = [str(country) for country in self.countries.all()], self.local.area
        return gettext(", ").join([*names, area] if area else names)

    @property
    def years(self):
        """Start and end year in words; empty if neither is given."""
        return year_span(self.start_year, self.end_year)

    @property
    def local(self):
        """The texts that readers of the page are shown: of a translation into its language, or the original ones.

        `documents.load_local` looks for translations.
        """
        return LocalTexts(self)

    @property
    def direction(self):
        return text_direction(self.language)

    @property
    def document(self):
        """The document of the latest revision."""
        return self.revisions.latest("number").document


@lru_cache(maxsize=1_000)  # a page has links to several addresses of a practice
def _slug_of(title):
    return slugify(title, allow_unicode=True)[:SLUG_LENGTH].strip("-") or "practice"


@dataclasses.dataclass(frozen=True)
class LocalTexts:
    """Title, summary and area of a practice as they are shown. `language` is that of the title and the summary."""

    practice: Practice

    @property
    def language(self):
        return self.practice.translation.language if self.practice.translation else self.practice.language

    @property
    def direction(self):
        return text_direction(self.language)

    @property
    def title(self):
        return self.text("title")

    @property
    def summary(self):
        return self.text("summary")

    @property
    def area(self):
        return self.text("area")

    def text(self, name):
        """Return the text of a field: translated, or as it is in the original."""
        original = getattr(self.practice, name)
        return self._translated.get(name, original) if original else original

    def language_of(self, name):
        """Return the code of the language in which `text` gives a field."""
        return self.language if name in self._translated else self.practice.language

    @property
    def _translated(self):
        return self.practice.translation.texts if self.practice.translation else {}


def in_brief(names):
    """Return up to three names and the number of others, such as “Chad, Mali, Niger and 4 more”."""
    shown, more = names[:3], len(names) - 3
    if more <= 0:
        return gettext(", ").join(shown)
    return gettext("%(names)s and %(more)s more") % {"names": gettext(", ").join(shown), "more": more}


def year_span(start_year, end_year):
    """Return a span of years in words; empty if neither year is given."""
    if start_year and end_year:
        return str(start_year) if start_year == end_year else f"{start_year}–{end_year}"
    if start_year:
        return gettext("since %(year)s") % {"year": start_year}
    if end_year:
        return gettext("until %(year)s") % {"year": end_year}
    return ""


def text_direction(language):
    """Return the dir attribute of text in `language`: "rtl" or "ltr"."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


class Placement(models.Model):
    """An objective of a practice. Position 0 is its main objective."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="placements")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="placements")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "objective"], name="practice_serves_an_objective_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "position"], name="practice_has_one_objective_a_position"
            ),
        ]

    def __str__(self):
        return f"{self.practice_id} → {self.objective_id}"


class TaggedPractice(TaggedItemBase):
    """A tag of a practice. A table of its own, because taggit's generic one casts keys on PostgreSQL."""

    content_object = models.ForeignKey(Practice, models.CASCADE, related_name="tagged_items")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="practice_has_a_tag_once"),
        ]


class FormerTag(models.Model):
    """The slug of a tag that was merged into another: links, feeds and subscriptions with it find the other one."""

    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="former_tags")

    def __str__(self):
        return self.slug


class Revision(models.Model):
    """A published document of a practice with its files, numbered from 1.

    Immutable, but for what is removed for good: a public credit, or texts of an earlier revision that was redacted.
    """

    NOTE_LENGTH = 200

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    document = models.JSONField(_("document"))
    files_recorded = models.BooleanField(
        _("files are recorded"),
        default=False,
        db_default=False,
        help_text=_("Revisions made before version 0.3.0 do not record their files."),
    )
    fingerprint = models.CharField(max_length=64, null=True, db_index=True, editable=False)
    """`documents.fingerprint` of the document; null in rows of earlier versions until the next import."""
    source_key = models.CharField(max_length=64, null=True, db_index=True, editable=False)
    """`documents.source_key` of the document; null without a source."""
    note = models.CharField(_("what changed"), max_length=NOTE_LENGTH, blank=True)
    redacted_at = models.DateTimeField(_("redacted"), null=True, blank=True)
    redacted_fields = models.JSONField(
        _("redacted fields"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Names of the fields of its document from which a text was removed."),
    )
    redaction_note = models.CharField(
        _("why it was redacted"), max_length=NOTE_LENGTH, blank=True, db_default="", help_text=_("Public.")
    )
    published_at = models.DateTimeField(_("published"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        ordering = ["-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="revision_has_its_own_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="revision_numbers_start_at_1"),
            models.CheckConstraint(
                condition=models.Q(redacted_at=None, redaction_note="")
                | (models.Q(redacted_at__isnull=False) & ~models.Q(redaction_note="")),
                name="redacted_revision_says_why",
            ),
        ]

    @property
    def local_note(self) -> str:
        return revision_notes.local(self.note)

    def __str__(self):
        return _("Revision %(number)s of “%(title)s”") % {
            "number": self.number,
            "title": self.document["title"],
        }

    def get_absolute_url(self):
        return reverse("practices:revision-detail", args=[self.practice_id, self.practice.slug, self.number])
