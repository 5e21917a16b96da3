"""Reasons to reject, from which moderators choose."""

from django.contrib import admin

from practices.models import RejectionReason


@admin.register(RejectionReason)
class RejectionReasonAdmin(admin.ModelAdmin):
    list_display = ["title", "text", "position"]
