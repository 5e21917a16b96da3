"""Broadcasts: who is told, when, and that nobody is told twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practices import workflow
from practices.choices import NEWS, Kind
from practices.models import Announcement, Broadcast, OutboxMessage, Subscriber, Subscription
from practices.notifications import saved_filters, sender, subscriptions
from practices.notifications.subscriptions import broadcasts
from tests.support.factories import NOW, document, make_moderator, make_practice, make_subscription
from tests.support.news import due_now

pytestmark = pytest.mark.django_db

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


def test_senders_at_the_same_instant_announce_once(at_once):
    for number in range(6):
        make_subscription(21, f"reader{number}@example.org", cadence=["at_once", "daily"][number % 2])
    make_practice(announce=True)

    at_once(4, sender.fan_out_all)
    Announcement.objects.filter(message=None).update(due_at=timezone.now())
    at_once(4, sender.fan_out_all)

    messages = OutboxMessage.objects.filter(kind__in=NEWS).values_list("address", flat=True)
    assert sorted(messages) == [f"reader{number}@example.org" for number in range(6)]


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
