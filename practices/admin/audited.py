"""Acts of staff in the admin, in the audit log: the account, the kind of row and its number, never its name."""

from django.contrib import admin

from practices.choices import AuditAct
from practices.core import audit


class Audited(admin.ModelAdmin):
    """Admin whose additions, changes and deletions are recorded, beside Django's own log of each row."""

    def log_addition(self, request, obj, message):
        self.record_act(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self.record_act(request, "changed", obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for row in queryset:
            self.record_act(request, "deleted", row)
        return super().log_deletions(request, queryset)

    def log_named(self, act, request, obj, message):
        """Record a change under an act of its own. `message` names no person."""
        what = f"{self.opts.label_lower} {obj.pk}: {message}"
        audit.record(act, by=request.user.get_username(), what=what)
        return super().log_change(request, obj, message)

    def record_act(self, request, verb, *rows):
        """Record that the account of a request has done something with rows of this list, or with the list itself."""
        numbers = ", ".join(str(row.pk) for row in rows)
        what = f"{verb} {self.opts.label_lower} {numbers}".strip()
        audit.record(AuditAct.ADMIN, by=request.user.get_username(), what=what)
