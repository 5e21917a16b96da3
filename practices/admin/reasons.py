"""Reasons to reject, from which moderators choose."""

from django.contrib import admin

from practices.admin.lookups import DeclaredLookups
from practices.models import RejectionReason


@admin.register(RejectionReason)
class RejectionReasonAdmin(DeclaredLookups, admin.ModelAdmin):
    list_display = ["title", "text", "position"]
