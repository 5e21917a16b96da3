"""Digests: what they contain, and when they are due."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from practices import workflow
from practices.choices import Kind
from practices.models import OutboxMessage, Subscriber
from practices.notifications import emails, sender, subscriptions
from practices.notifications.outbox import news
from practices.notifications.subscriptions import digests
from tests.support.factories import make_practice, make_subscription
from tests.support.news import due_now

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_digest_contains_news_since_the_last(clock):
    clock.move_to(MONDAY_NOON)
    make_subscription(21, cadence="weekly")
    make_practice(announce=True, title="First")
    make_practice(announce=True, title="Second")
    before = due_now()
    clock.shift(timedelta(days=6, hours=19, minutes=59))
    too_early = due_now()
    clock.shift(timedelta(minutes=1))

    assert (before, too_early) == ([], [])
    assert due_now() == [("digest", "reader@example.org", ["First", "Second"], ("objective=21",))]


def test_one_digest_covers_an_outage_and_daily_and_weekly_subscriptions(clock):
    clock.move_to(MONDAY_NOON)
    make_subscription(21, cadence="weekly")
    make_subscription(3, cadence="daily")
    make_practice(announce=True, title="First")
    sender.fan_out_all()
    make_practice(announce=True, title="Second", objectives=[3])
    sender.fan_out_all()
    clock.shift(timedelta(days=30))

    [(kind, _address, titles, _queries)] = due_now()

    assert (kind, titles) == ("digest", ["First", "Second"])


def digest_of(subscriber):
    """Return the e-mail of a subscriber's digest that would be sent now, as it is encoded for SMTP."""
    message = OutboxMessage.objects.waiting().get(kind=Kind.DIGEST, subscriber=subscriber)
    news.attach([message])
    received = email.message_from_bytes(emails.as_bytes(message), policy=email.policy.default)
    return f"{received['Subject']} {received.get_body(('plain',)).get_content()}"


def test_days_of_a_digest_are_those_of_its_subscriber(clock):
    clock.move_to(datetime(2026, 11, 2, 22, 30, tzinfo=UTC))
    for address, zone in (("manila@example.org", "Asia/Manila"), ("lima@example.org", "America/Lima")):
        make_subscription(21, address, cadence="daily")
        Subscriber.objects.filter(address=address).update(time_zone=zone)
    make_practice(announce=True)
    sender.fan_out_all()
    clock.shift(timedelta(days=1))
    sender.fan_out_all()

    manila, lima = (digest_of(subscriber) for subscriber in Subscriber.objects.order_by("pk"))

    assert ("3 November 2026" in manila, "2 November 2026" in manila) == (True, False)
    assert ("3 November 2026" in lima, "2 November 2026" in lima) == (False, True)


def test_nothing_to_say_nothing_sent(clock):
    make_subscription(21, cadence="daily")
    make_practice(announce=True, objectives=[3])
    clock.shift(timedelta(days=30))

    assert (due_now(), OutboxMessage.objects.filter(kind="digest").count()) == ([], 0)


def test_digest_leaves_out_a_withdrawn_practice_until_it_is_restored(clock, moderator):
    make_subscription(21, cadence="daily")
    practice = make_practice(announce=True, title="Too early")
    make_practice(announce=True, title="Desk")
    sender.fan_out_all()
    clock.shift(timedelta(days=2))
    sender.fan_out_all()
    workflow.withdraw_practice(practice, by=moderator, reason="Too early.")
    [(_kind, _address, without, _queries)] = due_now()
    OutboxMessage.objects.update(sent_at=timezone.now())

    workflow.restore_practice(practice, by=moderator)
    [(_kind, _address, back, _queries)] = due_now()

    assert (without, back) == (["Desk"], ["Too early"])


def test_waiting_news_is_sent_when_the_subscriber_switches_to_at_once(clock):
    subscription = make_subscription(21, cadence="weekly")
    make_practice(announce=True, title="Desk")
    sender.fan_out_all()

    subscriptions.change_cadence(subscription, "at_once")

    assert due_now() == [("digest", "reader@example.org", ["Desk"], ("objective=21",))]


@pytest.mark.parametrize(
    ("cadence", "zone", "hour", "after", "due"),
    [
        ("daily", "UTC", 8, "2026-11-02T07:59", "2026-11-02T08:00"),
        ("daily", "UTC", 8, "2026-11-02T08:00", "2026-11-03T08:00"),
        ("weekly", "UTC", 8, "2026-11-02T07:00", "2026-11-02T08:00"),
        ("weekly", "UTC", 8, "2026-11-02T09:00", "2026-11-09T08:00"),
        ("daily", "Asia/Manila", 8, "2026-11-02T09:00", "2026-11-03T00:00"),
        # It is already Monday in Manila while it is Sunday in UTC.
        ("weekly", "Asia/Manila", 3, "2026-11-01T18:30", "2026-11-01T19:00"),
        # Summer time ends on 25 October 2026, so that 8:00 is an hour later in UTC.
        ("daily", "Europe/Berlin", 8, "2026-10-24T07:00", "2026-10-25T07:00"),
        # An hour that the clock repeats counts once …
        ("daily", "Europe/Berlin", 2, "2026-10-25T00:30", "2026-10-26T01:00"),
        # … and one that it skips, on 28 March 2027, falls an hour later.
        ("daily", "Europe/Berlin", 2, "2027-03-27T12:00", "2027-03-28T01:00"),
        ("at_once", "Asia/Manila", 8, "2026-11-02T09:00", "2026-11-02T09:00"),
    ],
)
def test_news_is_due_by_the_subscribers_clock(cadence, zone, hour, after, due):
    subscriber = Subscriber(time_zone=zone, digest_hour=hour, digest_weekday=0)

    found = digests.next_due(cadence, subscriber, after=datetime.fromisoformat(after).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_time_zone_that_is_not_known_here_keeps_no_news():
    subscription = make_subscription(cadence="daily")
    Subscriber.objects.update(time_zone="Europe/Atlantis")
    make_practice(announce=True)

    sender.fan_out_all()

    assert subscription.subscriber.announcements.count() == 1


def test_digest_that_fails_keeps_no_other(monkeypatch, clock):
    for address in ("faulty@example.org", "sound@example.org"):
        make_subscription(address=address, cadence="daily")
    make_practice(announce=True)
    sender.fan_out_all()
    clock.shift(timedelta(days=1, hours=1))
    build = digests._build_digests

    def fail(keys, *, now):
        if Subscriber.objects.filter(pk__in=keys, address="faulty@example.org").exists():
            raise RuntimeError("no such language")
        return build(keys, now=now)

    monkeypatch.setattr(digests, "_build_digests", fail)

    sender.fan_out_all()

    addresses = OutboxMessage.objects.filter(kind=Kind.DIGEST).values_list("address", flat=True)
    assert list(addresses) == ["sound@example.org"]
