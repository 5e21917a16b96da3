"""Broadcasts: who is told, when, and that nobody is told twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practices import workflow
from practices.choices import NEWS, Kind
from practices.models import Announcement, Broadcast, OutboxMessage, Subscriber, Subscription
from practices.notifications import saved_filters, sender, subscriptions
from practices.notifications.outbox import news
from practices.notifications.subscriptions import broadcasts
from practices.notifications.subscriptions.schedule import next_due
from tests.support.factories import NOW, document, make_moderator, make_practice, make_subscription

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def due_now():
    """Return (kind, address, titles, filters of the first) of each news message that would be sent now."""
    sender.fan_out_all()
    messages = list(
        OutboxMessage.objects.waiting().filter(kind__in=NEWS).select_related("subscriber").order_by("pk")
    )
    news.attach(messages)
    return [
        (
            message.kind,
            message.address,
            [item.broadcast.practice.title for item in message.news.items],
            message.news.items[0].queries,
        )
        for message in messages
        if message.news
    ]


# Publishing --------------------------------------------------------------------------


@pytest.mark.parametrize("readers", [1, 3])
def test_publishing_costs_the_same_however_many_follow(readers, django_assert_num_queries):
    for number in range(readers):
        make_subscription(21, f"reader{number}@example.org")
    revision = make_practice().revisions.get()

    with django_assert_num_queries(1):
        subscriptions.announce(revision)

    assert (Broadcast.objects.count(), OutboxMessage.objects.filter(kind__in=NEWS).count()) == (1, 0)


def test_announcing_takes_a_fixed_number_of_queries_a_batch():
    counts = []
    for readers in (1, 1, 3):  # the first fills the cache of the catalogue's version
        for number in range(readers):
            make_subscription(21, f"reader{number}@example.org")
        make_practice(announce=True)
        with CaptureQueriesContext(connection) as queries:
            subscriptions.fan_out()
        counts.append(len(queries))

    assert counts[1] == counts[2]


def test_announcing_goes_on_where_it_was_left(monkeypatch):
    monkeypatch.setattr(broadcasts, "BATCH", 2)
    readers = [make_subscription(21, f"reader{number}@example.org").subscriber_id for number in range(5)]
    make_practice(announce=True)
    left = []

    while subscriptions.fan_out():
        left.append(Announcement.objects.count())

    assert left == [2, 4, 5]
    assert list(Announcement.objects.order_by("pk").values_list("subscriber", flat=True)) == readers


def test_each_filter_is_queried_once_for_any_number_of_subscribers(monkeypatch):
    for number in range(3):
        make_subscription(21, f"reader{number}@example.org")
    make_subscription(query="country=ph")
    make_practice(announce=True)
    asked, matches = [], saved_filters.matches
    monkeypatch.setattr(
        saved_filters, "matches", lambda query, practice: asked.append(query) or matches(query, practice)
    )

    subscriptions.fan_out()

    assert asked == ["country=ph", "objective=21"]


@pytest.mark.parametrize(
    ("query", "hears"),
    [
        ("", True),
        ("objective=21", True),
        ("objective=3&objective=21", True),
        ("objective=21&country=ph", True),
        ("objective=21&country=lb", False),
        ("objective=3", False),
        ("q=pension", True),
        ("q=school", False),
        ("tag=ports", True),
        ("tag=gone", False),
        ("tag=gone&tag=ports", True),
        ("objective=21&tag=gone", False),
        ("facet-of-old=1", False),
    ],
)
def test_subscriber_of_a_filter_is_told_of_matching_practices(query, hears):
    make_subscription(query=query)

    make_practice(announce=True, objectives=[21], countries=["PH"], tags=["ports"])

    assert bool(due_now()) == hears


def test_subscriber_of_several_filters_is_told_once_at_the_earliest_time():
    make_subscription(21, cadence="weekly")
    make_subscription(query="country=ph", cadence="at_once")
    make_practice(announce=True, title="Desk", countries=["PH"])

    first = due_now()
    OutboxMessage.objects.update(sent_at=NOW)
    Announcement.objects.update(due_at=NOW)

    assert first == [("practice_published", "reader@example.org", ["Desk"], ("objective=21", "country=ph"))]
    assert due_now() == []


@pytest.mark.parametrize(
    "change",
    [
        {"paused_at": NOW},
        {"confirmed_at": None},
        {"subscriber__suspended_at": NOW},
        {"subscriber__confirmed_at": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("when", ["before it is announced", "after"])
def test_nothing_is_sent_to_inactive_subscribers(change, when):
    subscription = make_subscription()
    make_practice(announce=True)
    if when == "after":
        sender.fan_out_all()

    for name, value in change.items():
        owner, field = (Subscriber, name.partition("__")[2]) if "__" in name else (Subscription, name)
        owner.objects.update(**{field: value})

    assert subscription.subscriber.messages.filter(kind__in=NEWS).exists() == (when == "after")
    assert due_now() == []


def test_practice_withdrawn_while_its_announcement_waits_is_not_announced(moderator):
    make_subscription()
    practice = make_practice(announce=True)
    sender.fan_out_all()

    workflow.withdraw_practice(practice, by=moderator, reason="Too early.")

    assert due_now() == []


# Digests -----------------------------------------------------------------------------


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


def test_update_of_what_is_still_to_be_told_is_not_told_apart(clock):
    make_subscription(21, cadence="weekly")
    make_subscription(21, "told@example.org")
    practice = make_practice(announce=True)
    sender.fan_out_all()
    OutboxMessage.objects.update(sent_at=timezone.now())

    workflow.publish_document(document(title="New results"), to=practice, material=True)
    clock.shift(timedelta(days=8))

    assert [(kind, address, titles) for kind, address, titles, _queries in due_now()] == [
        ("practice_updated", "told@example.org", ["New results"]),
        ("digest", "reader@example.org", ["New results"]),
    ]


def test_waiting_news_is_sent_when_the_subscriber_switches_to_at_once(clock):
    subscription = make_subscription(21, cadence="weekly")
    make_practice(announce=True, title="Desk")
    sender.fan_out_all()

    subscriptions.change_cadence(subscription, "at_once")

    assert due_now() == [("digest", "reader@example.org", ["Desk"], ("objective=21",))]


def test_senders_at_the_same_instant_announce_once(at_once):
    for number in range(6):
        make_subscription(21, f"reader{number}@example.org", cadence=["at_once", "daily"][number % 2])
    make_practice(announce=True)

    at_once(4, sender.fan_out_all)
    Announcement.objects.filter(message=None).update(due_at=timezone.now())
    at_once(4, sender.fan_out_all)

    messages = OutboxMessage.objects.filter(kind__in=NEWS).values_list("address", flat=True)
    assert sorted(messages) == [f"reader{number}@example.org" for number in range(6)]


# The subscriber's schedule ------------------------------------------------------------------


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

    found = next_due(cadence, subscriber, after=datetime.fromisoformat(after).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_moderator_is_not_kept_waiting_by_many_followers():
    make_moderator()
    Subscriber.objects.bulk_create(
        Subscriber(address=f"reader{number}@example.org", confirmed_at=NOW) for number in range(2000)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=subscriber, query="objective=21", confirmed_at=NOW)
        for subscriber in Subscriber.objects.all()
    )

    with CaptureQueriesContext(connection) as queries:
        make_practice(announce=True)

    assert (len(queries) < 40, OutboxMessage.objects.count()) == (True, 0)


# One that fails ---------------------------------------------------------------------


def test_filter_that_fails_keeps_no_other_subscriber_from_the_news(monkeypatch, caplog):
    make_subscription(address="faulty@example.org", query="country=ph")
    make_subscription(address="sound@example.org")
    matches = saved_filters.matches

    def fail(query, practice):
        if query == "country=ph":
            raise RuntimeError("a facet fails")
        return matches(query, practice)

    monkeypatch.setattr(saved_filters, "matches", fail)
    make_practice(announce=True)

    sender.fan_out_all()

    addresses = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).values_list("address", flat=True)
    assert (list(addresses), len(caplog.records)) == (["sound@example.org"], 1)


def test_broadcast_that_fails_keeps_no_other(monkeypatch):
    make_subscription()
    for title in ("Faulty", "Sound"):
        make_practice(announce=True, title=title)
    matching = saved_filters.matching

    def fail(queries, practice):
        if practice.title == "Faulty":
            raise RuntimeError("no such facet")
        return matching(queries, practice)

    monkeypatch.setattr(saved_filters, "matching", fail)

    sender.fan_out_all()

    announced = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED)
    assert [message.practice.title for message in announced] == ["Sound"]


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
    build = broadcasts._build_digests

    def fail(keys, *, now):
        if Subscriber.objects.filter(pk__in=keys, address="faulty@example.org").exists():
            raise RuntimeError("no such language")
        return build(keys, now=now)

    monkeypatch.setattr(broadcasts, "_build_digests", fail)

    sender.fan_out_all()

    addresses = OutboxMessage.objects.filter(kind=Kind.DIGEST).values_list("address", flat=True)
    assert list(addresses) == ["sound@example.org"]
