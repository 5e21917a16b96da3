"""The thesaurus in the admin: concepts with their names, one per line, in a field for each language."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practices.admin.taxonomy import WordingAdmin
from practices.choices import UN_LANGUAGES
from practices.core.tokenizer import tokens
from practices.discovery import thesaurus
from practices.documents.form_fields import LinesField
from practices.models import Concept

MAX_NAMES = 30
MAX_LENGTH = 100


class NamesField(LinesField):
    """Names in one language, one per line, the preferred one first."""

    def __init__(self, language, **kwargs):
        super().__init__(
            label=UN_LANGUAGES[language],
            max_items=MAX_NAMES,
            item_length=MAX_LENGTH,
            widget=forms.Textarea(attrs={"rows": 6, "lang": language}),
            **kwargs,
        )


class ConceptForm(forms.ModelForm):
    names_en = NamesField("en")
    names_fr = NamesField("fr", required=False)
    names_es = NamesField("es", required=False)
    names_ar = NamesField("ar", required=False)
    names_zh = NamesField("zh", required=False)
    names_ru = NamesField("ru", required=False)

    class Meta:
        model = Concept
        fields = ["slug", "related", "objectives", "is_hidden", "is_edited"]

    def __init__(self, *args, instance=None, initial=None, **kwargs):
        stored = instance.names if instance else {}
        names = {f"names_{language}": stored.get(language, []) for language in UN_LANGUAGES}
        super().__init__(*args, instance=instance, initial={**names, **(initial or {})}, **kwargs)

    def clean(self):
        cleaned = super().clean()
        for language in UN_LANGUAGES:
            for name in cleaned.get(f"names_{language}", []):
                if name not in self.instance.names.get(language, []):
                    self._check_new(name, f"names_{language}")
        return cleaned

    def _check_new(self, name, field):
        other = thesaurus.concept_named(name)
        if other and other != self.instance.slug:
            text = _("“%(name)s” is a name of the concept “%(other)s”. Choose one of the two.")
            self.add_error(field, ValidationError(text, params={"name": name, "other": other}))

    def save(self, commit=True):
        names = {language: self.cleaned_data[f"names_{language}"] for language in UN_LANGUAGES}
        self.instance.names = {language: texts for language, texts in names.items() if texts}
        return super().save(commit)


@admin.register(Concept)
class ConceptAdmin(WordingAdmin):
    """Concepts are hidden and not deleted, as the next update would bring a deleted one back."""

    form = ConceptForm
    list_display = ["name", "slug", "is_hidden", "is_edited"]
    list_filter = ["is_hidden", "is_edited", "objectives"]
    search_fields = ["slug"]
    search_help_text = _("Finds a concept by any of its names, in any language.")
    filter_horizontal = ["related", "objectives"]
    fieldsets = [
        (
            _("Names"),
            {
                "fields": [f"names_{language}" for language in UN_LANGUAGES],
                "description": _(
                    "One per line, the preferred one first. A search for one of them finds practices with any other. "
                    "Add abbreviations in capitals, such as OFW."
                ),
            },
        ),
        (None, {"fields": ["slug", "objectives", "related", "is_hidden", "is_edited"]}),
    ]

    @admin.display(description=_("name"))
    def name(self, obj):
        return obj.name

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    def view_on_site(self, obj):
        return None if obj.is_hidden else obj.get_absolute_url()

    def has_delete_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        """Find concepts that have, for each word typed, a word in their names that starts with it."""
        typed = tokens(search_term)
        found = [concept.pk for concept in queryset if _has_words(concept, typed)]
        return queryset.filter(pk__in=found), False

    def save_changed(self, request, obj, form, change):
        """Save a concept, from now on edited here unless that is what was unticked."""
        obj.is_edited = obj.is_edited or "is_edited" not in form.changed_data
        super().save_changed(request, obj, form, change)


def _has_words(concept, typed):
    words = {word for names in concept.names.values() for name in names for word in tokens(name)}
    return all(any(word.startswith(each) for word in words) for each in typed)
