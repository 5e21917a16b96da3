"""Errors to Sentry: only where they occur."""

import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalogue import sentry


def test_event_has_no_request_and_no_visitor():
    event = {
        "event_id": "1",
        "request": {"url": "https://practices.example.org/submissions/aB3-token/"},
        "user": {"ip_address": "10.0.0.7"},
        "server_name": "web1",
        "breadcrumbs": {"values": [{"message": "SELECT"}]},
        "exception": {"values": [{"type": "ValueError", "value": "no anna@example.org in /checks/aB3-x/"}]},
    }

    assert sentry.stripped(event, {}) == {
        "event_id": "1",
        "exception": {"values": [{"type": "ValueError", "value": "no …@… in /checks/…/"}]},
    }


def test_address_without_the_extra_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)

    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN needs the extra “sentry”"):
        sentry.start("https://key@sentry.example.org/1", release="1")
