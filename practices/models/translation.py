"""Translations: the texts of a practice in languages other than its own."""

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from practices.choices import LANGUAGE_NAMES
from practices.models.practice import Practice, text_direction

MACHINE_LENGTH = 100


class TranslationQuerySet(models.QuerySet):
    def published(self):
        """Filter to translations that anyone may read, of practices that anyone may read."""
        return self.filter(withdrawn_at=None, practice__withdrawn_at=None)


class Translation(models.Model):
    """The texts of a practice in another language, as published; who translated them, and from which revision.

    `workflow` alone writes it. What else a practice says, such as its countries, is read from the latest revision.
    """

    practice = models.ForeignKey(
        Practice, models.CASCADE, related_name="translations", verbose_name=_("practice")
    )
    language = models.CharField(_("language"), max_length=10)
    texts = models.JSONField(
        _("texts"), help_text=_("Field of the document → its text. What is missing is read in the original.")
    )
    translator = models.CharField(
        _("translator"),
        max_length=200,
        blank=True,
        help_text=_("Public. With a machine, whoever checked it. Empty if they want no name shown."),
    )
    machine = models.CharField(
        _("machine"),
        max_length=MACHINE_LENGTH,
        blank=True,
        help_text=_("Public. The program that made the first version; empty if people did."),
    )
    of_revision = models.PositiveIntegerField(
        _("of revision"), help_text=_("The revision of the practice that was translated.")
    )
    is_outdated = models.BooleanField(
        _("outdated"),
        default=False,
        db_default=False,
        help_text=_("A text of the practice has changed since."),
    )
    number = models.PositiveIntegerField(_("version"), default=1)
    published_at = models.DateTimeField(_("published"))
    revised_at = models.DateTimeField(_("last revised"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True)

    objects = TranslationQuerySet.as_manager()

    class Meta:
        ordering = ["practice", "language"]
        verbose_name = pgettext_lazy("of a practice", "translation")
        verbose_name_plural = pgettext_lazy("of a practice", "translations")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "language"], name="practice_is_translated_once_a_language"
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.language_name})"

    def get_absolute_url(self):
        """Return the address at which the practice is read in this language, whatever the language of the page."""
        return f"{self.practice.get_absolute_url()}?in={self.language}"

    @property
    def title(self):
        return self.texts.get("title", "")

    @property
    def is_public(self):
        """Return whether anyone may read it while its practice is public."""
        return self.withdrawn_at is None

    @property
    def direction(self):
        return text_direction(self.language)

    @property
    def language_name(self):
        return str(LANGUAGE_NAMES.get(self.language, self.language))

    @property
    def made_by(self):
        """The line that says who translated it, such as “Machine translation (DeepL), checked by Ana Silva”."""
        who = {"machine": self.machine, "who": self.translator}
        if self.machine and self.translator:
            return gettext("Machine translation (%(machine)s), checked by %(who)s") % who
        if self.machine:
            return gettext("Machine translation (%(machine)s), checked before publication") % who
        if self.translator:
            return gettext("Translated by %(who)s") % who
        return gettext("Translated anonymously")
