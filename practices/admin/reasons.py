"""The list of reasons that moderators choose from when they reject."""

from django.contrib import admin

from practices.models import RejectionReason


@admin.register(RejectionReason)
class RejectionReasonAdmin(admin.ModelAdmin):
    list_display = ["title", "text", "position"]
