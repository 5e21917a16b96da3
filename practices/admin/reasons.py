"""Reasons to reject, from which moderators choose."""

from django.contrib import admin

from practices.admin.lookups import DeclaredLookups
from practices.admin.plain_texts import PlainTexts
from practices.admin.seen_rows import SeenRows
from practices.models import RejectionReason


@admin.register(RejectionReason)
class RejectionReasonAdmin(PlainTexts, DeclaredLookups, SeenRows):
    list_display = ["title", "text", "about", "needs_duplicate", "position"]
