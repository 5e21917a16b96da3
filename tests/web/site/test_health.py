"""Health checks: /healthz for load balancers, /readyz for monitoring."""

import threading
from datetime import timedelta
from time import monotonic
from typing import NamedTuple

import pytest
from django.core.files.storage import FileSystemStorage, Storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.utils import timezone

from practices.core import stored_files
from practices.core.health import folders
from practices.models import JobRun
from practices.notifications.watch import watch
from tests.support.silent_server import silent_server

pytestmark = pytest.mark.django_db

PARTS = ["database", "migrations", "cache", "storage", "disk", "sender", "jobs", "sending"]


class DiskUsage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def with_sender():
    """Have a sender that is alive."""
    watch()


def ready(client):
    """Return (status, parts that do not work) of /readyz."""
    response = client.get("/readyz")
    parts = response.json()
    assert list(parts) == ["status", *PARTS]
    return response.status_code, [name for name in PARTS if parts[name] != "ok"]


def test_health_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7", "localhost:8000", "[::1]", "other.example.org", "not a host"])
def test_health_answers_under_any_host(client, settings, host, path, with_sender):
    settings.ALLOWED_HOSTS = ["practices.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path, headers={"host": host}).json()["status"] == "ok"


def test_catalogue_is_ready_with_all_parts(client, with_sender):
    assert ready(client) == (200, [])


def test_database_that_is_away_is_told_and_no_more(client, monkeypatch, settings):
    settings.JOBS_EXPECTED = {"expire_drafts": 26}

    def away(*args, **kwargs):
        raise OperationalError("connection to 10.0.0.9 as catalogue refused")

    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(connection, "cursor", away)

    response = client.get("/readyz", headers={"if-none-match": '"x"'})

    assert (response.status_code, response.json()) == (
        503,
        {"status": "fault"} | dict.fromkeys(PARTS, "fault") | {"cache": "ok", "storage": "ok", "disk": "ok"},
    )


def test_missing_migration_is_told(client, with_sender):
    recorder = MigrationRecorder(connection)
    last = recorder.migration_qs.filter(app="practices").latest("name")
    recorder.record_unapplied("practices", last.name)

    assert ready(client) == (503, ["migrations"])


def test_cache_that_is_away_is_told_in_time(client, settings, with_sender):
    with silent_server() as port:
        settings.CACHE_URL = f"redis://127.0.0.1:{port}"
        settings.CACHES = settings.CACHES | {
            "counts": {
                "BACKEND": "catalogue.redis_caches.CountingCache",
                "LOCATION": settings.CACHE_URL,
                "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
            }
        }
        started_at = monotonic()

        told = ready(client)

    assert (told, monotonic() - started_at < 2) == ((503, ["cache"]), True)


def test_storage_that_hangs_is_told_in_time(client, monkeypatch, with_sender):
    answers = threading.Event()

    class Hanging(Storage):
        def exists(self, name):
            return answers.wait(10)

    monkeypatch.setattr(stored_files, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(stored_files, "_storage", Hanging)

    told = [ready(client) for _time in range(2)]

    answers.set()
    assert told == [(503, ["storage"])] * 2


def test_folder_that_cannot_be_written_to_is_told(client, monkeypatch, with_sender, tmp_path):
    monkeypatch.setattr(stored_files, "_storage", lambda: FileSystemStorage(tmp_path))
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)

    assert ready(client) == (503, ["storage"])


def test_full_disk_is_told(client, monkeypatch, with_sender):
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda folder: DiskUsage(1000, 990, 10))

    assert ready(client) == (503, ["disk"])


def test_database_that_takes_no_changes_is_told(client, with_sender):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has files, which test_doctor looks at")
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    assert ready(client) == (503, ["database"])


def test_sender_that_was_not_seen_for_long_is_told(client, settings, clock, with_sender):
    settings.SENDER_LATE_SECONDS = 300
    clock.shift(timedelta(seconds=301))

    assert ready(client) == (503, ["sender"])


def test_late_job_is_told_without_its_name(client, settings, clock, with_sender):
    settings.JOBS_EXPECTED = {"expire_drafts": 26}
    JobRun.objects.create(name="expire_drafts", succeeded_at=timezone.now() - timedelta(hours=27))

    assert ready(client) == (503, ["jobs"])
    assert "expire_drafts" not in client.get("/readyz").text
