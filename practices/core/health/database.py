"""Checks of the database, and its size."""

import functools
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import clock
from practices.core.findings import Finding, fault, ok, warning

CLOCK_TOLERANCE = timedelta(seconds=5)


def answers() -> Finding:
    name = _("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sqlite_version()"
                if connection.vendor == "sqlite"
                else "SELECT current_setting('server_version')"
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
    ours, replaced = _of_this_release()
    try:
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except DatabaseError:  # an empty database has no such table
        applied = set()
    if missing := len(ours - applied):
        sentence = ngettext(
            "%(count)s migration is not applied.", "%(count)s migrations are not applied.", missing
        )
        return fault(name, sentence % {"count": missing}, _("Run “manage.py set_up”."))
    if applied - ours - replaced:
        return warning(
            name,
            _("The database is that of a newer release, which has run here."),
            _("This release works with it. Deploy the newer one when you can."),
        )
    return ok(name, _("All migrations are applied."))


@functools.cache
def _of_this_release() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Return (app, name) of all migrations of this release, and of those that others of them replace."""
    loader = MigrationLoader(None)
    replaced = frozenset(old for each in loader.disk_migrations.values() for old in each.replaces)
    return frozenset(loader.graph.nodes), replaced


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


def size() -> int:
    """Return the size of the database in bytes."""
    sql = {
        "postgresql": "SELECT pg_database_size(current_database())",
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
