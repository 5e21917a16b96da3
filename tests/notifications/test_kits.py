"""Subscriptions to kits: e-mails when one of the practices chosen changes."""

import pytest

from practices import workflow
from practices.choices import Kind
from practices.models import OutboxMessage
from practices.notifications import emails, sender
from practices.notifications.outbox.news import attach
from tests.support.factories import document, make_practice, make_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def practices():
    return [make_practice(title=title) for title in ("Ports", "Desks", "Funds")]


@pytest.fixture
def subscription(practices):
    ports, desks, _funds = practices
    return make_subscription(query=f"practice={ports.pk}&practice={desks.pk}")


def update(practice, title):
    workflow.publish_document(document(title=title), to=practice, material=True, note="New results")
    sender.fan_out_all()


def news():
    return OutboxMessage.objects.filter(kind=Kind.PRACTICE_UPDATED)


def test_subscriber_of_a_kit_hears_of_changes_to_its_practices(practices, subscription):
    ports, _desks, funds = practices

    update(ports, "New ports")
    update(funds, "New funds")

    [message] = news()
    attach([message])
    sent = emails.compose(message)
    assert message.practice == ports
    assert sent.subject.startswith("Kit: updated practice “New ports”")
    assert "“New ports” or “Desks”" in sent.body


def test_new_practices_are_no_news_of_a_kit(subscription):
    make_practice(announce=True)
    sender.fan_out_all()

    assert not OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).exists()
