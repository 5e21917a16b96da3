"""Status of the parts that the catalogue needs, each by a check of its own, for /readyz and the page “System”."""

import dataclasses
import enum
import shutil
from collections.abc import Callable
from functools import cache as remembered

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices import clock
from practices.core import job_runs, stored_files

FREE_WARNING, FREE_FAULT = 0.1, 0.02
"""Share of a disk that should be free, and that has to be."""


class Level(enum.StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclasses.dataclass(frozen=True)
class Status:
    """State of one part, in a sentence, and what to do about it where it is not `ok`."""

    name: str
    state: Level
    sentence: str
    what_to_do: str = ""


def ready() -> dict[str, Status]:
    """Check each part that has to work before the catalogue does all it promises, by its short name."""
    return {name: _checked(check) for name, check in PARTS.items()}


def _checked(check: Callable[[], Status]) -> Status:
    try:
        return check()
    except (DatabaseError, InterfaceError):
        return Status(
            _("Database"),
            Level.FAULT,
            _("The database does not answer."),
            _("Start it, or check DATABASE_URL."),
        )


def database() -> Status:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Status(_("Database"), Level.OK, _("It answers."))


def migrations() -> Status:
    applied = MigrationRecorder(connection).migration_qs.values_list("app", "name")
    missing = _ours() - set(applied)
    if not missing:
        return Status(_("Migrations"), Level.OK, _("The tables are those of this release."))
    return Status(
        _("Migrations"),
        Level.FAULT,
        ngettext("%(count)s migration is missing.", "%(count)s migrations are missing.", len(missing))
        % {"count": len(missing)},
        _("Run manage.py migrate."),
    )


@remembered
def _ours() -> frozenset[tuple[str, str]]:
    """Return (app, name) of the last migration of each app, as this release has them."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def cache() -> Status:
    if not settings.CACHE_URL:
        return Status(_("Cache"), Level.OK, _("Each process has its own."))
    try:
        caches["counts"].get("readyz")
    except Exception:  # each cache client raises errors of its own
        return Status(
            _("Cache"),
            Level.FAULT,
            _("Redis does not answer. Pages take longer meanwhile."),
            _("Start it, or check CACHE_URL."),
        )
    return Status(_("Cache"), Level.OK, _("Redis answers."))


def storage() -> Status:
    if stored_files.answers():
        return Status(_("Uploaded files"), Level.OK, _("The storage answers."))
    return Status(
        _("Uploaded files"),
        Level.FAULT,
        _("The storage does not answer, or cannot be written to."),
        _("Check DATA_DIR or FILES_BACKEND, and the rights of the user that the catalogue runs as."),
    )


def sender() -> Status:
    now = clock.now()
    if job_runs.has_sender(now=now):
        return Status(_("Sender"), Level.OK, _("It is running."))
    age = job_runs.heartbeat_age(now=now)
    if age is None:
        sentence = _("It has never run: no e-mail is sent, and nothing is published on schedule.")
    else:
        minutes = int(age.total_seconds() // 60)
        sentence = ngettext(
            "It was last seen %(count)s minute ago: no e-mail is sent.",
            "It was last seen %(count)s minutes ago: no e-mail is sent.",
            minutes,
        ) % {"count": minutes}
    return Status(
        _("Sender"), Level.FAULT, sentence, _("Start manage.py send_outbox --forever as a service.")
    )


def jobs() -> Status:
    late = job_runs.late(now=clock.now())
    if not late:
        return Status(_("Nightly jobs"), Level.OK, _("All have succeeded in time."))
    return Status(
        _("Nightly jobs"),
        Level.FAULT,
        _("Late: %(jobs)s.") % {"jobs": ", ".join(run.name for run in late)},
        _("Check the timer or cron entry that starts them, and the log of their last run."),
    )


PARTS: dict[str, Callable[[], Status]] = {
    "database": database,
    "migrations": migrations,
    "cache": cache,
    "storage": storage,
    "sender": sender,
    "jobs": jobs,
}


def disk() -> Status:
    usage = shutil.disk_usage(settings.DATA_DIR)
    share = usage.free / usage.total
    state = Level.FAULT if share < FREE_FAULT else Level.WARNING if share < FREE_WARNING else Level.OK
    sentence = _("%(free)s of %(total)s are free.") % {
        "free": filesizeformat(usage.free),
        "total": filesizeformat(usage.total),
    }
    advice = "" if state == Level.OK else _("Make room on the disk of DATA_DIR.")
    return Status(_("Disk"), state, sentence, advice)


def database_size() -> int:
    """Return the size of the database in bytes."""
    sql = {
        "postgresql": "SELECT pg_database_size(current_database())",
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
