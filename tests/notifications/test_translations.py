"""E-mails to subscribers in their language, with practices in it where there is a translation."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.models import OutboxMessage, Subscriber
from practices.notifications import emails, sender
from practices.notifications.outbox import news
from tests.support.factories import make_practice, make_subscription, make_translation

pytestmark = pytest.mark.django_db


def subscribe(address, language, **options):
    """Create a subscription to Objective 21 of somebody who reads `language`."""
    make_subscription(21, address, **options)
    Subscriber.objects.filter(address=address).update(language=language)


def announce_translated():
    """Publish a practice in English, “Pension desks”, with a French translation, and announce it."""
    practice = make_practice(announce=True, title="Pension desks", area="Two ports")
    make_translation(practice, title="Guichets des pensions", summary="Dans deux ports.", area="Deux ports")
    sender.fan_out_all()


def mails():
    """Return address → the e-mail of each news message that would be sent now, claimed together."""
    messages = list(OutboxMessage.objects.waiting().exclude(subscriber=None).select_related("subscriber"))
    news.attach(messages)
    return {
        message.address: email.message_from_bytes(emails.as_bytes(message), policy=email.policy.default)
        for message in messages
        if message.news
    }


def html(mail):
    return mail.get_body(("html",)).get_content()


def test_announcement_has_the_translation_into_the_language_of_its_subscriber():
    subscribe("lea@example.org", "fr")

    announce_translated()

    mail = mails()["lea@example.org"]
    assert "Guichets des pensions" in mail["Subject"]
    assert "Dans deux ports." in html(mail)
    assert "Deux ports" in html(mail)
    assert "Pension desks" not in html(mail)


def test_announcement_says_the_language_of_the_translation():
    subscribe("lea@example.org", "fr")

    announce_translated()

    assert '<h1 lang="fr" dir="ltr"' in html(mails()["lea@example.org"])


@pytest.mark.parametrize("languages", [("fr", "en", "es"), ("es", "en", "fr")])
def test_subscribers_of_several_languages_get_the_practice_each_in_their_own(languages):
    for language in languages:
        subscribe(f"{language}@example.org", language)

    announce_translated()

    titles = {
        address: "Guichets des pensions" if "Guichets" in mail["Subject"] else "Pension desks"
        for address, mail in mails().items()
    }
    assert titles == {
        "fr@example.org": "Guichets des pensions",
        "en@example.org": "Pension desks",
        "es@example.org": "Pension desks",
    }


def test_digest_has_the_translation_into_the_language_of_its_subscriber(clock):
    subscribe("lea@example.org", "fr", cadence="daily")
    announce_translated()
    clock.shift(timedelta(days=2))
    sender.fan_out_all()

    mail = html(mails()["lea@example.org"])

    assert "Guichets des pensions" in mail
    assert "Pension desks" not in mail


def test_translations_of_all_messages_take_one_query():
    def queries():
        messages = list(OutboxMessage.objects.waiting().select_related("subscriber"))
        with CaptureQueriesContext(connection) as captured:
            news.attach(messages)
        return len(captured)

    for language in ("fr", "es", "ar"):
        subscribe(f"{language}@example.org", language)
    announce_translated()
    first = queries()

    announce_translated()

    assert queries() == first
