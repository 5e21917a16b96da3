"""Error pages that visitors see when the database or the code fails."""

import pytest
from django.db import OperationalError

from practices.web.browse import listing

pytestmark = pytest.mark.django_db


def fail_with(monkeypatch, error):
    def raise_error(*args, **kwargs):
        raise error

    monkeypatch.setattr(listing.Practice.objects, "published", raise_error)


def test_unavailable_database_shows_a_page_with_retry_after(client, monkeypatch):
    client.raise_request_exception = False
    fail_with(monkeypatch, OperationalError("the server is shutting down"))

    response = client.get("/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "It will be back shortly." in response.text
    assert "shutting down" not in response.text


def test_fault_of_ours_is_a_page_without_a_traceback(client, monkeypatch):
    client.raise_request_exception = False
    fail_with(monkeypatch, RuntimeError("secret detail"))

    response = client.get("/")

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "secret detail" not in response.text
