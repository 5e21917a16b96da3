"""Error pages that visitors see when the database or the code fails."""

import pytest
from django.db import OperationalError, connection

from practices.discovery import results

pytestmark = pytest.mark.django_db


def fail_with(monkeypatch, error):
    def raise_error(*args, **kwargs):
        raise error

    monkeypatch.setattr(results, "facet_counts", raise_error)


def test_unavailable_database_shows_a_page_with_retry_after(client, monkeypatch):
    client.raise_request_exception = False
    fail_with(monkeypatch, OperationalError("the server is shutting down"))

    response = client.get("/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "Please reload this page in a minute" in response.text
    assert "shutting down" not in response.text


@pytest.fixture
def read_only_database(db):
    """Let the database refuse changes, as a standby does after a failover."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")  # it ends with the test's transaction
        yield
    else:
        connection.connection.execute("PRAGMA query_only = ON")
        yield
        connection.connection.execute("PRAGMA query_only = OFF")


@pytest.mark.usefixtures("read_only_database")
def test_read_only_database_is_read_and_says_that_nothing_is_saved(client):
    client.raise_request_exception = False

    pages = [
        client.get(path).status_code for path in ("/", "/practices/?objective=21", "/subscribe/", "/submit/")
    ]
    refused = client.post("/subscribe/", {"address": "reader@example.org", "objective": "21"})

    assert pages == [200] * 4
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert "nothing can be saved right now, including what you just sent" in " ".join(refused.text.split())


@pytest.mark.parametrize("words", ["database is locked", "canceling statement due to statement timeout"])
def test_busy_database_shows_a_page_with_retry_after(client, monkeypatch, words):
    client.raise_request_exception = False
    fail_with(monkeypatch, OperationalError(words))

    response = client.get("/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")


def test_fault_of_ours_is_a_page_without_a_traceback(client, monkeypatch):
    client.raise_request_exception = False
    fail_with(monkeypatch, RuntimeError("secret detail"))

    response = client.get("/")

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "secret detail" not in response.text
