"""Upgrade of a catalogue that is in use."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from practices.core.findings import fault
from practices.discovery import indexing
from practices.exchange import backups, doctor
from practices.management.commands import migrate
from practices.management.preparation import PreparingCommand
from practices.models import IndexedPractice
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db

LAST = "0067_broadcast_event"
STEPS = [
    "Backup",
    "Translations",
    "Tables",
    "Reference data and thesaurus",
    "Static files",
    "Index",
    "Check",
]


@pytest.fixture
def upgrade(settings, monkeypatch, tmp_path):
    """Function upgrade() that returns the steps that the command begins, and its error if it stops."""
    settings.STATIC_ROOT = str(tmp_path / "static")
    monkeypatch.setattr(doctor, "BEFORE_START", ())
    monkeypatch.setattr(PreparingCommand, "migrate", lambda command: None)  # the tests' database is prepared

    def run():
        stdout, error = io.StringIO(), ""
        try:
            call_command("upgrade", tmp_path, stdout=stdout)
        except CommandError as stopped:
            error = str(stopped)
        lines = stdout.getvalue().splitlines()
        return [line.removesuffix(" …") for line in lines if line.endswith(" …")], error

    return run


def test_upgrade_takes_all_steps_and_writes_a_backup(upgrade, tmp_path):
    make_practice()

    assert upgrade() == (STEPS, "")
    assert len(list(tmp_path.glob("catalogue-*.zip"))) == 1


def test_upgrade_indexes_anew_if_the_version_of_the_index_has_changed(upgrade, monkeypatch):
    make_practice()
    monkeypatch.setattr(indexing, "VERSION", indexing.VERSION + 1)

    upgrade()

    assert IndexedPractice.objects.get().made_as == indexing.made_as(1)


def test_upgrade_stops_before_the_tables_without_a_backup(upgrade, monkeypatch):
    monkeypatch.setattr(backups, "write", lambda *args, **options: 1 / 0)

    steps, error = upgrade()

    assert steps == ["Backup"]
    assert "Nothing has been changed." in error


def test_upgrade_stops_at_a_step_that_fails_and_says_what_to_do(upgrade, monkeypatch):
    monkeypatch.setattr("practices.management.commands.upgrade.Command.load_data", lambda command: 1 / 0)

    steps, error = upgrade()

    assert steps == STEPS[:4]
    assert error.startswith(
        "Reference data and thesaurus failed: division by zero\nThe previous release goes on"
    )


def test_upgrade_fails_if_the_doctor_finds_a_fault(upgrade, monkeypatch):
    monkeypatch.setattr(doctor, "BEFORE_START", (lambda: fault("Disk", "Full.", "Delete something."),))

    steps, error = upgrade()

    assert steps == STEPS
    assert "There are faults" in error


def test_upgrade_asks_for_a_folder(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("upgrade", tmp_path / "nowhere")


def test_backup_before_an_upgrade_is_one_of_the_previous_release(tmp_path):
    make_practice()
    MigrationRecorder.Migration.objects.filter(app="practices", name=LAST).delete()

    manifest = backups.write(tmp_path / "backup.zip")

    assert (manifest.migrations["practices"] < LAST, manifest.tables["practices.Practice"]["rows"]) == (
        True,
        1,
    )
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        backups.check(archive, manifest)


class LockNotAvailable(Exception):
    sqlstate = "55P03"


@pytest.fixture
def in_use(monkeypatch):
    """Function in_use(times): that often, migrate finds a table in use. It returns the pauses between attempts."""
    pauses = []
    monkeypatch.setattr(migrate.time, "sleep", pauses.append)

    def begin(times):
        left = iter(range(times))

        def handle(command, *args, **options):
            if next(left, None) is not None:
                raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()

        monkeypatch.setattr(migrate.migrate.Command, "handle", handle)
        return pauses

    return begin


def test_migrate_tries_again_if_a_table_is_in_use(in_use):
    pauses = in_use(times=2)

    call_command("migrate", verbosity=0)

    assert pauses == [2, 2]


def test_migrate_gives_up_if_a_table_stays_in_use(in_use):
    in_use(times=migrate.ATTEMPTS)

    with pytest.raises(CommandError, match="A table was in use for longer than 2 seconds, 5 times"):
        call_command("migrate", verbosity=0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite waits for DATABASE_LOCK_SECONDS")
def test_migrate_waits_for_no_table_for_long(monkeypatch, settings):
    settings.MIGRATION_LOCK_SECONDS = 1.5
    limits = []

    def look(command, *args, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            limits.append(cursor.fetchone())

    monkeypatch.setattr(migrate.migrate.Command, "handle", look)

    call_command("migrate", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert (limits, cursor.fetchone()) == ([("1500ms", "0")], ("0",))
