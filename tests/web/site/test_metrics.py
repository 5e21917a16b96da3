"""Metrics of the outbox for Prometheus."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.factories import make_message, make_practice

pytestmark = pytest.mark.django_db


def test_metrics_describe_the_outbox(client, settings, clock):
    settings.METRICS_TOKEN = "s3cret"
    make_message(due_at=timezone.now() - timedelta(minutes=5))
    make_message(due_at=timezone.now() + timedelta(hours=1))
    make_message(failed_at=timezone.now())
    make_message(sent_at=timezone.now())

    response = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})

    figures = dict(line.split() for line in response.text.splitlines() if not line.startswith("#"))
    assert figures == {
        "catalogue_outbox_waiting": "2",
        "catalogue_outbox_due": "1",
        "catalogue_outbox_given_up": "1",
        "catalogue_outbox_to_spread": "0",
        "catalogue_outbox_oldest_due_seconds": "300",
    }


def test_unsent_news_is_counted_with_its_age(client, settings, clock):
    settings.METRICS_TOKEN = "s3cret"
    make_practice(announce=True)
    clock.shift(timedelta(minutes=10))

    text = client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).text

    assert "catalogue_outbox_to_spread 1\n" in text
    assert client.get("/healthz").json()["oldest_due_seconds"] == 600


@pytest.mark.parametrize("token", ["", "s3cret"])
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "s3cret"])
def test_metrics_are_not_for_everyone(client, settings, token, given):
    settings.METRICS_TOKEN = token

    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_staff_may_read_the_metrics(client, moderator):
    client.force_login(moderator)

    assert client.get("/metrics").status_code == 200
