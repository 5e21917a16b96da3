"""Lookups that the query string of a list may make."""

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import DateField
from django.db.models.constants import LOOKUP_SEP


class DeclaredLookups:
    """Mixin of every admin: a query string filters by what the page offers, and by nothing else.

    Django's own rule lets staff filter by any column of the model, with any lookup. By `?token__startswith=` a secret
    that no page shows could be read letter by letter.
    """

    def lookup_allowed(self, lookup, value, request):
        return lookup in self._declared(request)

    def _declared(self, request):
        """Return the parameters of the list's filters and of its date hierarchy."""
        declared = set()
        for item in self.get_list_filter(request):
            if isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
                declared.add(item.parameter_name)
            else:
                declared |= self._field_lookups(item[0] if isinstance(item, tuple | list) else item)
        if self.date_hierarchy:
            declared |= _joined(self.date_hierarchy, "year", "month", "day")
        return declared

    def _field_lookups(self, path):
        """Return the parameters that Django's filters of a field use."""
        field = get_fields_from_path(self.model, path)[-1]
        lookups = {path} | _joined(path, "exact", "isnull")
        if field.is_relation:
            lookups |= _joined(path, f"{field.target_field.name}{LOOKUP_SEP}exact")
        if isinstance(field, DateField):
            lookups |= _joined(path, "gte", "lt")
        return lookups


def _joined(path, *lookups):
    return {f"{path}{LOOKUP_SEP}{lookup}" for lookup in lookups}
