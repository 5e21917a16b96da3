"""Checks of the database and of what has to be in it."""

from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import clock
from practices.discovery import semantic
from practices.exchange.doctor.finding import Finding, fault, ok, warning
from practices.models import Concept, Country, IndexedPractice, Objective, Practice

CLOCK_TOLERANCE = timedelta(seconds=5)
OBJECTIVES = 23


def database() -> Finding:
    name = _("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
            )
            [version] = cursor.fetchone()
    except DatabaseError as error:
        return fault(
            name,
            _("%(database)s does not answer: %(error)s")
            % {"database": connection.display_name, "error": str(error).strip()},
            _("Check DATABASE_URL, that the server runs, and that this user may connect to it."),
        )
    return ok(
        name,
        _("%(database)s %(version)s answers.") % {"database": connection.display_name, "version": version},
    )


def migrations() -> Finding:
    name = _("Migrations")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        sentence = ngettext(
            "%(count)s migration is not applied.", "%(count)s migrations are not applied.", len(waiting)
        )
        return fault(name, sentence % {"count": len(waiting)}, _("Run “manage.py set_up”."))
    ahead = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes) - _replaced(executor)
    if ahead:
        return warning(
            name,
            _("The database is that of a newer release, which has run here."),
            _("This release works with it. Deploy the newer one when you can."),
        )
    return ok(name, _("All migrations are applied."))


def _replaced(executor: MigrationExecutor) -> set[tuple[str, str]]:
    return {old for migration in executor.loader.disk_migrations.values() for old in migration.replaces}


def machine_clock() -> Finding:
    """Compare the clock of this machine with that of the database, by which everything goes."""
    name = _("Clock")
    difference = abs(datetime.now(UTC) - clock.now())
    if difference > CLOCK_TOLERANCE:
        return warning(
            name,
            _("The clocks of this machine and of the database differ by %(seconds)s seconds.")
            % {"seconds": round(difference.total_seconds())},
            _("Let both follow a time server, for example with systemd-timesyncd."),
        )
    return ok(name, _("The clocks of this machine and of the database agree."))


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
