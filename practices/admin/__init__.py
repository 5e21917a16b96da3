"""The moderators' and administrators' side, in Django's admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from practices.admin import outbox, practice, reasons, staff, submission, taxonomy

admin.site.site_header = _("Migration Good Practices")
admin.site.site_title = _("Migration Good Practices")
admin.site.enable_nav_sidebar = False  # the lists need the width, and there are few of them
admin.site.index_title = _("Moderation")

__all__ = ["outbox", "practice", "reasons", "staff", "submission", "taxonomy"]
