"""Faults outside the views of the API and of harvesting, whose readers are programs."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError

from practices.core import catalogue_version
from practices.exchange.api import root
from practices.exchange.oai import views

API = ["/api/v1/", "/fr/api/v1/practices/", "/api/v1/nothing/"]
PROBLEM, TEXT = "application/problem+json", "text/plain; charset=utf-8"


def fault_of(response):
    """Return the status, the content type and the origin that may read it; check that the body says the same status."""
    if response.headers["Content-Type"] == PROBLEM:
        problem = response.json()
        assert problem.keys() == {"type", "title", "status", "detail"}
        assert problem["status"] == response.status_code
        assert problem["detail"]
    return (
        response.status_code,
        response.headers["Content-Type"],
        response.headers.get("Access-Control-Allow-Origin"),
    )


@pytest.mark.parametrize(
    ("path", "kind"), [*((path, PROBLEM) for path in API), ("/oai", TEXT), ("/fr/oai", TEXT)]
)
def test_maintenance_is_told_to_programs_without_a_page(client, settings, path, kind):
    settings.MAINTENANCE = True

    response = client.get(path)

    assert fault_of(response) == (503, kind, "*")
    assert response.headers["Retry-After"] == "600"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/", "/fr/api/", "/apiary/"])
def test_page_about_the_api_is_still_a_page_during_maintenance(client, settings, path):
    settings.MAINTENANCE = True

    assert client.get(path).headers["Content-Type"].startswith("text/html")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "kind"), [("/api/v1/", PROBLEM), ("/oai?verb=Identify", TEXT)])
def test_host_that_is_not_ours_is_told_to_programs(client, path, kind):
    client.raise_request_exception = False

    assert fault_of(client.get(path, headers={"host": "elsewhere.example"})) == (400, kind, "*")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v2/", PROBLEM), ("/api/nothing", PROBLEM), ("/oai/nothing", TEXT)]
)
def test_address_that_no_route_knows_is_told_to_programs(client, path, kind):
    assert fault_of(client.get(path)) == (404, kind, "*")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "kind"), [("/api/v1/practices/", PROBLEM), ("/oai?verb=Identify", TEXT)])
def test_database_that_is_away_is_told_to_programs(client, monkeypatch, path, kind):
    def away(*args, **kwargs):
        raise OperationalError("connection to 10.0.0.9 refused")

    client.raise_request_exception = False
    monkeypatch.setattr(catalogue_version, "reading_for_page", away)

    response = client.get(path)

    assert fault_of(response) == (503, kind, "*")
    assert response.headers["Retry-After"] == "30"
    assert "10.0.0.9" not in response.text


@pytest.mark.django_db
def test_fault_of_ours_is_a_problem_without_a_traceback(client, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret detail")

    client.raise_request_exception = False
    monkeypatch.setattr(root, "site_address", fail)

    response = client.get("/api/v1/")

    assert fault_of(response) == (500, PROBLEM, "*")
    assert "secret detail" not in response.text


@pytest.mark.django_db
def test_question_of_a_harvester_that_is_too_long_is_told_without_a_page(client, monkeypatch):
    def too_long(query):
        raise RequestDataTooBig

    monkeypatch.setattr(views, "read", too_long)

    assert fault_of(client.post("/oai", {"verb": "Identify"})) == (413, TEXT, "*")


@pytest.mark.django_db
def test_method_that_harvesting_does_not_know_is_told(client):
    assert client.put("/oai").status_code == 405
