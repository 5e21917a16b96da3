"""Webhook of the e-mail provider for bounces and complaints."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue import bounce_settings
from practices.models import Subscriber
from practices.notifications import subscriptions
from tests.support.factories import make_subscription

pytestmark = pytest.mark.django_db

PUBLIC_KEY = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCqGKukO1De7zhZj6+H0qtjTkVxwTCpvKe4eCZ0FPqri0cb2JZfXJ/DgYSF6vUpwmJG8wVQZKjeGcjDOL5UlsuusFncCzWBQ7RKNUSesmQRMSGkVb1/3j+skZ6UtW+5u09lHNsj6tQ51s1SPrCBkedbNf0Tp0GbMJDyR4e9T04ZZwIDAQAB"  # noqa: E501
KEYS = {"postal": PUBLIC_KEY, "sendgrid": PUBLIC_KEY}
"""Provider → a public key of the kind that it gives out."""


@pytest.fixture
def tell(client, settings):
    """Factory tell("Bounce", "reader@example.org") that posts the provider's webhook, signed by default."""
    settings.MAIL_WEBHOOKS = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "provider:s3cret"}

    def send(kind, address, *, number=1, secret="provider:s3cret"):
        details = {
            "Bounce": {
                "RecordType": "Bounce",
                "Type": "HardBounce",
                "TypeCode": 1,
                "Email": address,
                "ID": number,
            },
            "SpamComplaint": {
                "RecordType": "SpamComplaint",
                "Type": "SpamComplaint",
                "Email": address,
                "ID": number,
            },
            "Delivery": {"RecordType": "Delivery", "Recipient": address},
        }
        return client.post(
            "/webhooks/mail/",
            json.dumps(details[kind]),
            content_type="application/json",
            headers={"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()},
        )

    return send


def test_complaint_suspends_the_address_at_once(tell, clock):
    make_subscription()

    response = tell("SpamComplaint", "Reader@example.org")

    subscriber = Subscriber.objects.get()
    assert (response.status_code, subscriber.suspended_at, subscriber.suspended_because) == (
        200,
        timezone.now(),
        "complaint",
    )


def test_bounces_on_three_days_suspend_the_address(tell, clock):
    make_subscription()
    clock.move_to(datetime(2026, 11, 2, 23, 0, tzinfo=UTC))

    states = []
    for number, hours in enumerate((0, 0.5, 1, 24, 24)):
        clock.shift(timedelta(hours=hours))
        tell("Bounce", "reader@example.org", number=number)
        states.append((timezone.now().day, Subscriber.objects.get().suspended_because))

    assert states == [(2, ""), (2, ""), (3, ""), (4, "bounces"), (5, "bounces")]


@pytest.mark.parametrize(
    ("kind", "address"), [("Delivery", "reader@example.org"), ("Bounce", "other@example.org")]
)
def test_other_notice_changes_nothing(tell, kind, address):
    make_subscription()

    response = tell(kind, address)

    assert (response.status_code, Subscriber.objects.get().bounces) == (200, 0)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic !"}, {"Authorization": "Bearer x"}])
def test_notice_without_the_secret_is_refused(client, tell, headers):
    make_subscription()
    notice = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": "reader@example.org", "ID": 1}

    response = client.post("/webhooks/mail/", notice, content_type="application/json", headers=headers)

    assert (response.status_code, Subscriber.objects.get().suspended_at) == (403, None)


def test_notice_with_another_secret_is_refused(tell):
    make_subscription()

    response = tell("SpamComplaint", "reader@example.org", secret="provider:guess")

    assert (response.status_code, Subscriber.objects.get().suspended_at) == (403, None)


UNSIGNED = [b"", b"{}", b"[]", b"\xff", b'{"signature": 1}', b"mandrill_events=[]"]


@pytest.mark.parametrize(
    ("provider", "setting"),
    [
        (provider, bounce_settings.SIGNATURES.get(provider, bounce_settings.SHARED_SECRET))
        for provider in sorted(bounce_settings.PROVIDERS)
    ],
)
@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
def test_unsigned_notices_are_refused_by_every_provider(client, settings, provider, setting):
    settings.MAIL_WEBHOOKS = provider
    settings.ANYMAIL = {setting: KEYS.get(provider, "user:password"), f"{provider.upper()}_API_KEY": "k"}
    bounce_settings.check(provider, settings.ANYMAIL)

    statuses = {
        body: client.post("/webhooks/mail/", body, content_type="application/json").status_code
        for body in UNSIGNED
    }

    assert {body for body, status in statuses.items() if status not in (400, 403)} == set()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null", b"{}", b"[" * 200_000])
def test_signed_notice_that_cannot_be_read_changes_nothing(client, tell, body):
    headers = {"Authorization": "Basic " + base64.b64encode(b"provider:s3cret").decode()}

    response = client.post("/webhooks/mail/", body, content_type="application/json", headers=headers)

    assert response.status_code in (200, 400)


def test_notice_that_is_delivered_twice_counts_once(tell, clock):
    make_subscription()
    tell("SpamComplaint", "reader@example.org", number=7)
    subscriptions.lift_suspension(Subscriber.objects.get())
    clock.shift(timedelta(days=2))

    tell("SpamComplaint", "reader@example.org", number=7)
    again = Subscriber.objects.get().suspended_because
    tell("SpamComplaint", "reader@example.org", number=8)

    assert (again, Subscriber.objects.get().suspended_because) == ("", "complaint")


@pytest.mark.parametrize("provider", ["", "no-such-provider"])
def test_nothing_listens_without_a_provider(client, settings, provider):
    settings.MAIL_WEBHOOKS = provider

    assert client.post("/webhooks/mail/", "{}", content_type="application/json").status_code == 404
