from practices.admin.audited import Audited
from practices.admin.lookups import DeclaredLookups


class ReadOnlyAdmin(DeclaredLookups, Audited):
    """Rows that staff may view and only the catalogue itself writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
