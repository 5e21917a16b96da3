"""Checks of the database, and its size."""

import functools
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import clock
from practices.core import catalogue_version
from practices.core import replica as replication
from practices.core.findings import Finding, fault, ok, warning

CLOCK_TOLERANCE = timedelta(seconds=5)


def answers() -> Finding:
    name = _("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sqlite_version(), 'off'"
                if connection.vendor == "sqlite"
                else "SELECT current_setting('server_version'), current_setting('transaction_read_only')"
            )
            version, read_only = cursor.fetchone()
        is_empty = _is_empty()
    except DatabaseError as error:
        return fault(
            name,
            _("%(database)s does not answer: %(error)s")
            % {"database": connection.display_name, "error": str(error).strip()},
            _("Check DATABASE_URL, that the server runs, and that this user may connect to it."),
        )
    if read_only == "on":
        return fault(
            name,
            _("The database takes no changes: it is a standby, or was set to be read only."),
            _(
                "Name the primary server in DATABASE_URL, or all servers with target_session_attrs=read-write."
            ),
        )
    if connection.vendor == "sqlite" and (paths := _read_only_paths(str(connection.settings_dict["NAME"]))):
        return fault(
            name,
            _("SQLite can read, but this user cannot write to %(paths)s.") % {"paths": ", ".join(paths)},
            _("Give the file and its folder to the user of the services, and run commands as that user."),
        )
    if is_empty:
        return fault(
            name,
            _("%(database)s answers, but the database is empty.") % {"database": connection.display_name},
            _(
                "Check DATABASE_URL. If it is right, restore a backup with “manage.py restore FILE”, or set up a new "
                "catalogue with “manage.py set_up”."
            ),
        )
    return ok(
        name,
        _("%(database)s %(version)s answers.") % {"database": connection.display_name, "version": version},
    )


def _is_empty() -> bool:
    """Return whether no migration was ever applied, as when the file of SQLite was deleted and made anew."""
    recorder = MigrationRecorder(connection)
    return not recorder.has_table() or not recorder.migration_qs.exists()


def _read_only_paths(file: str) -> list[str]:
    """Return what SQLite would have to write to, and this user cannot: the folder, the file, and those of its log."""
    if not Path(file).exists():  # in memory
        return []
    paths = [str(Path(file).parent), file, f"{file}-wal", f"{file}-shm"]
    return [path for path in paths if Path(path).exists() and not os.access(path, os.W_OK)]


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
    ahead = datetime.now(UTC) - clock.now()
    if abs(ahead) > CLOCK_TOLERANCE:
        sentence = (
            _("The clock of this machine is %(span)s ahead of that of the database.")
            if ahead > timedelta(0)
            else _("The clock of this machine is %(span)s behind that of the database.")
        )
        return warning(
            name,
            sentence % {"span": timedelta(seconds=round(abs(ahead).total_seconds()))},
            _("Let both follow a time server, for example with systemd-timesyncd."),
        )
    return ok(name, _("The clocks of this machine and of the database agree."))


def replica() -> Finding:
    """Compare the replica with the database. Without it, pages take longer at worst, so it is never at fault."""
    name = _("Replica")
    if not replication.is_configured():
        return ok(name, _("There is none (REPLICA_DATABASE_URL): pages are read from the database itself."))
    try:
        is_up_to_date = catalogue_version.is_replica_up_to_date()
    except DatabaseError as error:
        return warning(
            name,
            _("The replica does not answer, so pages are read from the primary: %(error)s")
            % {"error": str(error).strip()},
            _("Check REPLICA_DATABASE_URL, that the server runs, and that this user may connect to it."),
        )
    if not is_up_to_date:
        return warning(
            name,
            _("The replica is behind, so pages are read from the primary until it has caught up."),
            _("If it stays behind, see pg_stat_replication on the primary."),
        )
    return ok(name, _("The replica is up to date: public pages are read from it."))


def size() -> int:
    """Return the size of the database in bytes."""
    sql = {
        "postgresql": "SELECT pg_database_size(current_database())",
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
