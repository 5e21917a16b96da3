"""Fixtures for all tests: the reference data, quick settings, a moderator, a clock, an SMTP server, threads."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing, contextmanager

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.test import override_settings
from django.utils import timezone
from django.utils.translation import activate

from practices import clock as database_time
from practices.core import machine_translation, sandbox
from practices.core.breaker import Breaker
from practices.discovery import search, semantic
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    Region,
    RejectionReason,
    SustainableDevelopmentGoal,
)
from tests.support.factories import make_moderator
from tests.support.mail_server import MailServer, MailServerThread, mailers
from tests.support.translator import running_translator

REFERENCE = [
    Objective, GuidingPrinciple, SustainableDevelopmentGoal, PracticeType, ImplementerKind, Region, Country,
]  # fmt: skip


def pytest_configure(config):
    """Exit if the tests would not run on the database named in EXPECT_DATABASE."""
    expected = os.environ.get("EXPECT_DATABASE", connection.vendor)
    if connection.vendor != expected:
        pytest.exit(f"The tests would run on {connection.vendor}, not on {expected}: see DATABASE_URL.", 3)


def pytest_addoption(parser):
    parser.addoption("--only-database", action="store_true", help="leave out tests that use no database")


def pytest_collection_modifyitems(config, items):
    """Leave out what a run on another database has tested before, if --only-database asks for it."""
    if config.getoption("only_database"):
        left_out = [item for item in items if not _uses_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item):
    return bool({"db", "transactional_db"} & set(item.fixturenames)) or any(
        item.get_closest_marker(name) for name in ("django_db", "own_database")
    )


def pytest_report_header(config):
    return f"database: {connection.vendor}"


def pytest_terminal_summary(terminalreporter):
    """Print the reading grades that tests/web/test_reading_grade.py has measured."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, grades in getattr(report, "user_properties", []):
                if name.startswith("reading grades"):
                    terminalreporter.section(name)
                    for page, (grade, words) in grades.items():
                        terminalreporter.write_line(f"{grade:5} {page} ({words} words)")


@pytest.fixture(scope="session", autouse=True)
def quick_settings(django_test_environment):
    """Override settings so that tests are fast and give the same results on every machine."""
    with override_settings(
        FORM_MINIMUM_SECONDS=0,
        FILE_CHECK_WAIT_SECONDS=60,  # another test process may hold the turn
        PDF_WAIT_SECONDS=60,
        SPAM_REPEATS=1_000,  # factories repeat the same summary
        SEMANTIC_SEARCH=False,  # tests of it switch it on with `semantic_search`
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        WHITENOISE_AUTOREFRESH=True,  # avoids a warning about the missing STATIC_ROOT
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


@pytest.fixture(autouse=True)
def clean_cache():
    """Clear the cache before each test, as practices of two tests may have the same primary key.

    Reference data in `catalogue_version.remembered` stays, as in a running catalogue.
    """
    cache.clear()


@pytest.fixture(autouse=True)
def language_of_requests():
    """Leave no language active that a request has set: a server sets it anew with each request."""
    yield
    activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def movable_clock():
    """Let Python's clock, which `clock` moves, stand for the database's, which no test can move."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("practices.clock.source", timezone.now)
        yield


@pytest.fixture
def semantic_search(settings, monkeypatch):
    """Search by meaning too. Fails where EXPECT_SEMANTIC is set and the extra is not installed; else skips there."""
    if not semantic.is_installed():
        (pytest.fail if os.environ.get("EXPECT_SEMANTIC") else pytest.skip)(
            "the extra `semantic` is not installed"
        )
    settings.SEMANTIC_SEARCH = True
    monkeypatch.setattr(semantic._model, "vectors", None)  # rows of two tests may have the same primary key


@pytest.fixture
def database_clock(monkeypatch):
    """Read the database's real clock, as in production, so that `clock` moves only that of this machine."""
    monkeypatch.setattr("practices.clock.source", database_time.database_clock)
    monkeypatch.setattr("practices.clock._reading", None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load the reference data into the test database, and load it again after every flush.

    A transactional test ends with a flush, which sends post_migrate. pytest-django's serialized_rollback would load
    the data before such a test and leave the database empty after it, but pytest-xdist may run an ordinary test next.
    """
    with django_db_blocker.unblock():
        if not Objective.objects.exists():  # --reuse-db finds what an earlier run has loaded
            _use_up_keys()
            call_command("loaddata", "reference", "countries", verbosity=0)
        rows = {model: list(model.objects.all()) for model in [*REFERENCE, RejectionReason, Group]}
        rights = {group: list(group.permissions.values_list("codename", flat=True)) for group in rows[Group]}

    @transaction.atomic
    def restore(**kwargs):
        """Create the rows with the keys that they had. Permissions, which Django creates, have new ones."""
        for model, objects in rows.items():
            model.objects.bulk_create(objects)
        for group, codenames in rights.items():
            group.permissions.set(Permission.objects.filter(codename__in=codenames))
        search.clear()  # a flush empties the tables of models, and SQLite's full-text index is none

    post_migrate.connect(restore, sender=apps.get_app_config("practices"))
    yield
    post_migrate.disconnect(restore, sender=apps.get_app_config("practices"))


def _use_up_keys():
    """Start primary keys high, so that code confusing them with an objective's number fails."""
    Objective.objects.create(number=1, gcm_paragraph=1).delete()
    SustainableDevelopmentGoal.objects.create(number=1).delete()


@contextmanager
def _undo():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture
def undone(db):
    """Return a context manager at whose end the database is as it was at its beginning, and the cache is empty."""
    return _undo


@pytest.fixture(scope="session")
def rolled_back(django_db_setup, django_db_blocker):
    """Return rolled_back(SETTING=value, …), in which fixtures of a module make what many tests read, but no rows.

    It is a context manager like `undone`. Rows are gone at its end.
    """

    @contextmanager
    def roll_back(**changes):
        cache.clear()
        with django_db_blocker.unblock(), override_settings(**changes), _undo():
            yield

    return roll_back


@pytest.fixture
def moderator(db):
    """Return a member of staff in the group Moderators."""
    return make_moderator()


@pytest.fixture
def clock():
    """Freeze the clock until a test shifts it by a span or moves it to an instant."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def turn_taken():
    """Hold the lock of the sandbox, as another process does that reads a file."""
    lock = os.open(settings.BASE_DIR, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    yield
    os.close(lock)


@pytest.fixture
def no_sandbox(monkeypatch):
    """Read files in this process, as starting one for each would take most of the time of a test."""
    monkeypatch.setattr(sandbox, "run", lambda function, content, **options: function(content, **options))


@pytest.fixture
def own_breaker(monkeypatch):
    """Keep what a test finds out about the service of machine translation from the next test."""
    monkeypatch.setattr(machine_translation, "_breaker", Breaker("The service", seconds=30))


@pytest.fixture
def translator(settings):
    """Run a stand-in for the service of machine translation."""
    with running_translator(settings) as translator:
        yield translator


@pytest.fixture
def mail_server(settings):
    """Run an SMTP server that receives our e-mail."""
    server = MailServer()
    thread = MailServerThread(server)
    thread.start()
    settings.MAILERS = mailers(thread.port)
    yield server
    thread.stop()


@pytest.fixture
def database_file(transactional_db, tmp_path):
    """Run the test on a copy of the database in a file if it is one in memory, which has a single connection."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    name, in_memory = connection.settings_dict["NAME"], connection.connection
    with closing(sqlite3.connect(tmp_path / "test.sqlite3")) as copy:
        in_memory.backup(copy)
    connection.settings_dict["NAME"] = str(tmp_path / "test.sqlite3")
    connection.connection = None  # the next query opens the file
    yield
    connection.close()
    connection.settings_dict["NAME"], connection.connection = name, in_memory


@pytest.fixture
def at_once(transactional_db):
    """Return at_once(4, action), which runs `action` in four threads at once and returns their results or errors."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("SQLite in memory is one connection; PostgreSQL runs this")

    def run_at_once(times, action):
        start = threading.Barrier(times, timeout=10)
        outcomes = []

        def run():
            start.wait()
            try:
                outcomes.append(action())
            except Exception as error:
                outcomes.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _number in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return outcomes

    return run_at_once


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    """Run a Redis server on a Unix socket and return its URL."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on the PATH (Debian: apt install redis-server)")
    socket = tmp_path_factory.mktemp("redis") / "socket"
    options = {"port": "0", "unixsocket": str(socket), "save": "", "dir": str(socket.parent)}
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    with subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, text=True) as server:
        next(line for line in server.stdout if "eady to accept" in line)
        yield f"unix://{socket}"
        server.terminate()
