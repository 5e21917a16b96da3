"""Health check for load balancers and monitoring."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from tests.support.factories import make_message
from tests.support.silent_server import silent_server

pytestmark = pytest.mark.django_db


def test_health_without_messages(client):
    assert client.get("/healthz").json() == {"status": "ok", "database": "ok", "oldest_due_seconds": 0}


def test_health_reports_the_age_of_the_oldest_due_message(client, clock):
    clock.move_to(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    make_message(due_at=timezone.now() - timedelta(minutes=5))
    make_message(due_at=timezone.now() - timedelta(minutes=1))
    make_message(due_at=timezone.now() + timedelta(minutes=1))

    assert client.get("/healthz").json() == {"status": "ok", "database": "ok", "oldest_due_seconds": 300}


@pytest.mark.parametrize("done", ["sent_at", "failed_at", "cancelled_at"])
def test_health_passes_over_messages_that_are_done_with(client, clock, done):
    make_message(due_at=timezone.now() - timedelta(minutes=5), **{done: timezone.now()})

    assert client.get("/healthz").json() == {"status": "ok", "database": "ok", "oldest_due_seconds": 0}


@pytest.mark.parametrize("host", ["10.0.0.7", "localhost:8000", "[::1]", "other.example.org", "not a host"])
def test_health_answers_under_any_host(client, settings, host):
    settings.ALLOWED_HOSTS = ["practices.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz", headers={"host": host}).json()["status"] == "ok"


def test_health_says_that_the_database_is_away_and_no_more(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection to 10.0.0.9 as catalogue refused")

    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(connection, "cursor", away)

    response = client.get("/healthz", headers={"if-none-match": '"x"'})

    assert (response.status_code, response.json()) == (503, {"status": "ill", "database": "no answer"})


def test_health_says_that_the_cache_is_away_in_time(client, settings):
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

        response = client.get("/healthz")

    assert (response.status_code, response.json()["cache"]) == (200, "no answer")
    assert monotonic() - started_at < 2
