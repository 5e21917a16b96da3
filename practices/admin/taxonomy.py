"""Reference data. Keys are what documents name rows by, so they never change here."""

from django.contrib import admin

from practices import versions
from practices.admin.readonly import ReadOnlyAdmin
from practices.models import Country, ImplementerKind, Objective, PracticeType, Region


class WordingAdmin(admin.ModelAdmin):
    """Rows whose names stand on public pages: a change is a new version of the catalogue."""

    def save_model(self, request, obj, form, change):
        versions.bump(wording=True)
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        versions.bump(wording=True)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        versions.bump(wording=True)
        super().delete_queryset(request, queryset)


@admin.register(Objective)
class ObjectiveAdmin(WordingAdmin):
    list_display = ["number", "short_label", "title"]
    list_display_links = ["short_label"]
    readonly_fields = ["number", "title", "gcm_paragraph"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(PracticeType, ImplementerKind)
class VocabularyAdmin(WordingAdmin):
    list_display = ["name", "slug", "position"]

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []


@admin.register(Country)
class CountryAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "subregion"]
    list_select_related = ["subregion"]
    search_fields = ["name", "code"]


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "parent"]
    list_select_related = ["parent"]
