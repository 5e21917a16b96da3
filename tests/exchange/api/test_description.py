"""The API does what its description promises, and refuses what the description does not allow."""

import os

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings

from practices.exchange.api import openapi
from tests.support.factories import make_practice, make_three_that_differ

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("API_EXAMPLES", "15"))
"""Requests to make up for each address; `make fuzz` makes up many more."""

PATHS = [
    "", "practices/", "practices/{id}/", "practices/{id}/revisions/", "practices/{id}/revisions/{number}/",
    "objectives/", "objectives/{number}/", "taxonomies/", "taxonomies/{name}/", "tags/", "topics/", "topics/{slug}/",
    "statistics/",
]  # fmt: skip


@pytest.fixture
def application():
    """Return the catalogue as a WSGI application that keeps the connection of the test, as Django's client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_address_is_described():
    assert sorted(openapi.description()["paths"]) == sorted(f"/api/v1/{path}" for path in PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_operation_does_what_its_description_says(path, application):
    make_three_that_differ()
    make_practice(withdrawn=True)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)

    @given(case=schema[f"/api/v1/{path}"]["GET"].as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def ask(case):
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    ask()
