"""Reference data in the admin. Documents refer to rows by their keys, so keys never change."""

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from taggit.models import Tag

from practices import workflow
from practices.admin import translations
from practices.admin.lookups import DeclaredLookups
from practices.admin.plain_texts import PlainTexts
from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.search import TextSearch
from practices.admin.seen_rows import SeenRows
from practices.core import catalogue_version
from practices.documents.form_fields import LineField, TagsField
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    Region,
    SustainableDevelopmentGoal,
)


class WordingAdmin(PlainTexts, DeclaredLookups, SeenRows):
    """Rows whose names are on public pages, so that a change is a new catalogue version."""

    def save_changed(self, request, obj, form, change):
        catalogue_version.bump(names_changed=True)
        super().save_changed(request, obj, form, change)

    def delete_model(self, request, obj):
        catalogue_version.bump(names_changed=True)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        catalogue_version.bump(names_changed=True)
        super().delete_queryset(request, queryset)


class TranslatedAdmin(WordingAdmin):
    """Rows with translations, which have a part of the form for each language."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(
            request, obj, change=change, **{"form": translations.form_of(self.model), **kwargs}
        )

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": self.own_fields}), *translations.fieldsets_of(self.model)]


class OfficialAdmin(TranslatedAdmin):
    """Rows of a resolution, whose titles in English stay as they are."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Objective)
class ObjectiveAdmin(OfficialAdmin):
    list_display = ["number", "short_label", "title"]
    list_display_links = ["short_label"]
    readonly_fields = ["number", "title", "gcm_paragraph"]
    own_fields = ["number", "title", "gcm_paragraph", "short_label", "meaning"]


@admin.register(GuidingPrinciple)
class GuidingPrincipleAdmin(OfficialAdmin):
    list_display = ["letter", "title"]
    list_display_links = ["title"]
    readonly_fields = own_fields = ["letter", "title"]


@admin.register(SustainableDevelopmentGoal)
class SustainableDevelopmentGoalAdmin(OfficialAdmin):
    list_display = ["number", "short_title", "title"]
    list_display_links = ["short_title"]
    readonly_fields = own_fields = ["number", "title", "short_title"]


@admin.register(PracticeType, ImplementerKind)
class VocabularyAdmin(TranslatedAdmin):
    list_display = ["name", "slug", "position"]
    own_fields = ["name", "slug", "position"]

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []


@admin.register(Country)
class CountryAdmin(TextSearch, ReadOnlyAdmin):
    list_display = ["name", "code", "subregion"]
    list_select_related = ["subregion"]
    search_fields = ["name", "code"]


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "parent"]
    list_select_related = ["parent"]


class TagForm(forms.ModelForm):
    name = LineField(
        max_length=60,
        label=_("name"),
        help_text=_(
            "If another topic has this name, the two are merged. Each practice with this topic gets a revision."
        ),
    )

    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self):
        names = TagsField(max_items=1, item_length=60).entries(self.cleaned_data["name"])
        if len(names) > 1:
            raise forms.ValidationError(_("Remove the comma or semicolon: it separates topics."))
        return names[0]

    def validate_unique(self):
        """Allow the name of another tag: it merges the two."""


# taggit's own admin would not rename tags in documents, and merges rows of a table that is empty here.
admin.site.unregister(Tag)
apps.get_app_config("taggit").verbose_name = _("Topics")


@admin.register(Tag)
class TagAdmin(TextSearch, DeclaredLookups, SeenRows):
    """Tags are created and deleted with practices. Here they are renamed and merged."""

    form = TagForm
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["name"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_form(self, request, form, change):
        """Return the tag unchanged, because the workflow renames it."""
        super().save_form(request, form, change)
        return Tag.objects.get(pk=form.instance.pk)

    def save_changed(self, request, obj, form, change):
        count = workflow.rename_tag(obj, form.cleaned_data["name"], by=request.user)
        text = ngettext("Renamed in %(count)s practice.", "Renamed in %(count)s practices.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def response_change(self, request, obj):
        if obj.unchanged:
            return super().response_change(request, obj)
        return HttpResponseRedirect(reverse("admin:taggit_tag_changelist"))
