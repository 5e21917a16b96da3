"""Checks of the reference data and of the indexes of search."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.core.findings import Finding, fault, ok, warning
from practices.discovery import reindexing, semantic
from practices.models import Concept, Country, IndexedPractice, Objective, Practice

OBJECTIVES = 23


def reference_data() -> Finding:
    name = _("Reference data")
    if Objective.objects.count() == OBJECTIVES and Country.objects.exists() and Concept.objects.exists():
        return ok(name, _("The objectives, countries and the thesaurus are loaded."))
    return fault(name, _("Objectives, countries or the thesaurus are missing."), _("Run “manage.py set_up”."))


def search_index() -> Finding:
    name = _("Search")
    missing = Practice.objects.published().exclude(pk__in=IndexedPractice.objects.values("pk")).count()
    if missing:
        sentence = ngettext(
            "%(count)s practice is not in the index of lists and search.",
            "%(count)s practices are not in the index of lists and search.",
            missing,
        )
        return fault(name, sentence % {"count": missing}, _("Run “manage.py rebuild_search”."))
    if outdated := reindexing.outdated().count():
        sentence = ngettext(
            "%(count)s practice is in the index, but not as this release and its settings want it.",
            "%(count)s practices are in the index, but not as this release and its settings want them.",
            outdated,
        )
        return warning(name, sentence % {"count": outdated}, _("Run “manage.py rebuild_search --outdated”."))
    return ok(name, _("All practices are in the index of lists and search."))


def search_by_meaning() -> Finding:
    name = _("Search by meaning")
    if not semantic.is_available():
        return ok(name, _("It is turned off or not installed, and optional."))
    if Practice.objects.published().exists() and not semantic.has_vectors():
        return warning(
            name, _("No practice can be found by meaning yet."), _("Run “manage.py rebuild_search”.")
        )
    return ok(name, _("It is installed and turned on."))
