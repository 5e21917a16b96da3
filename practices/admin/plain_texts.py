"""Texts that staff type into the forms that Django makes of models."""

from django import forms
from django.db import models

from practices.documents.form_fields import LineField, PlainTextField


class PlainTexts:
    """Mixin of admins with texts: they are cleaned as those of public forms are."""

    formfield_overrides = {
        models.CharField: {"form_class": LineField},
        models.SlugField: {"form_class": forms.SlugField},
        models.TextField: {"form_class": PlainTextField},
    }
