import time
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL, “Error Codes”
ATTEMPTS = 5
IN_USE = (
    "A table was in use for longer than {:g} seconds, {} times, so that its change was given up. What was changed before "
    "is complete, and the site goes on. Run this again when no backup, export or import is running; pg_stat_activity "
    "shows which queries take long."
)


class Command(migrate.Command):
    help = (
        f"{migrate.Command.help} On PostgreSQL, it waits for a table in use no longer than "
        "MIGRATION_LOCK_SECONDS, as all who come after it would wait too, and tries again a few times."
    )

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        with limited_waits(connection):
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return super().handle(*args, **options)
                except OperationalError as error:
                    if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                        raise
                    if attempt == ATTEMPTS:
                        raise CommandError(
                            IN_USE.format(settings.MIGRATION_LOCK_SECONDS, ATTEMPTS)
                        ) from error
                time.sleep(settings.MIGRATION_LOCK_SECONDS)  # those who waited behind it go first
        return None


@contextmanager
def limited_waits(connection):
    """Limit how long a statement waits for a lock, not how long it takes. SQLite waits for DATABASE_LOCK_SECONDS."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, false)", [f"{settings.MIGRATION_LOCK_SECONDS}s"]
        )
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("RESET statement_timeout")
