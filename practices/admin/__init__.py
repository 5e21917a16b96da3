"""The moderators' and administrators' side, in Django's admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from practices.admin import outbox, practice, submission, taxonomy

admin.site.site_header = _("Migration Good Practices")
admin.site.site_title = _("Migration Good Practices")
admin.site.index_title = _("Moderation")

__all__ = ["outbox", "practice", "submission", "taxonomy"]
