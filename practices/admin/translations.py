"""Translations of reference data in the admin: a field for each text and language, which begins with what is shown."""

from functools import partial

from django import forms
from django.conf import settings
from django.db import models
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from practices.documents.form_fields import LineField, PlainTextField
from practices.models import text_direction

LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
OFFICIAL = "title"
"""Column with the words of a resolution."""


class TranslationsForm(forms.ModelForm):
    """Form of a row with its translations. What staff leave as it is shipped follows later releases."""

    def __init__(self, *args, instance=None, initial=None, **kwargs):
        shown = _shown(instance or self._meta.model())
        super().__init__(*args, instance=instance, initial={**shown, **(initial or {})}, **kwargs)

    def save(self, commit=True):
        found = {language: self._own(language) for language, _name in LANGUAGES}
        kept = {code: own for code, own in self.instance.translations.items() if code not in found}
        self.instance.translations = kept | {language: own for language, own in found.items() if own}
        return super().save(commit)

    def _own(self, language):
        """Return what is stored of a language: texts other than those of the release, and those that were verified."""
        row = self.instance
        texts = {column: self.cleaned_data.get(f"{column}_{language}", "") for column in row.TRANSLATED}
        own = {
            column: text for column, text in texts.items() if text and text != row.shipped(column, language)
        }
        is_verified = self.cleaned_data.get(f"verified_{language}") and texts[OFFICIAL]
        if is_verified and (OFFICIAL in own or row.is_shipped_as_ours(OFFICIAL, language)):
            own |= {OFFICIAL: texts[OFFICIAL], "is_official": True}
        return own


def _shown(row):
    texts = {
        f"{column}_{language}": row.translation(column, language)
        for language, _name in LANGUAGES
        for column in row.TRANSLATED
    }
    if OFFICIAL not in row.TRANSLATED:
        return texts
    return texts | {
        f"verified_{language}": not row.is_our_translation(OFFICIAL, language)
        for language, _name in LANGUAGES
    }


def form_of(model):
    """Return the form of a model of reference data, with fields for its translations."""
    fields = {
        name: field
        for language, language_name in LANGUAGES
        for name, field in _fields(model, language, language_name)
    }
    meta = type("Meta", (), {"model": model, "exclude": ["translations"]})
    return type(f"{model.__name__}Form", (TranslationsForm,), {**fields, "Meta": meta})


def _fields(model, language, language_name):
    for column in model.TRANSLATED:
        of_model = model._meta.get_field(column)
        attributes = {"lang": language, "dir": text_direction(language.partition("-")[0])}
        is_long = isinstance(of_model, models.TextField)
        make = partial(PlainTextField, widget=forms.Textarea) if is_long else LineField
        field = make(
            required=False,
            max_length=of_model.max_length,
            label=format_lazy("{name} ({language})", name=of_model.verbose_name, language=language_name),
        )
        field.widget.attrs |= attributes | ({"rows": 3} if is_long else {"class": "vTextField"})
        yield f"{column}_{language}", field
    if OFFICIAL in model.TRANSLATED:
        yield (
            f"verified_{language}",
            forms.BooleanField(
                required=False,
                label=_("Verified in the official text"),
                help_text=_("Without it, pages say that the title is our translation."),
            ),
        )


def fieldsets_of(model):
    """Return a part of the form for each language, folded."""
    return [
        (
            capfirst(name),
            {"fields": [field for field, _made in _fields(model, language, name)], "classes": ["collapse"]},
        )
        for language, name in LANGUAGES
    ]
