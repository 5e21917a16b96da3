"""Reference data. Keys are what documents name rows by, so they never change here."""

from django.contrib import admin

from practices.admin.readonly import ReadOnlyAdmin
from practices.models import Country, ImplementerKind, Objective, PracticeType, Region


@admin.register(Objective)
class ObjectiveAdmin(admin.ModelAdmin):
    list_display = ["number", "short_label", "title"]
    list_display_links = ["short_label"]
    readonly_fields = ["number", "title", "gcm_paragraph"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(PracticeType, ImplementerKind)
class VocabularyAdmin(admin.ModelAdmin):
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
