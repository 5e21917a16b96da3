import random
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.urls import resolve
from django.utils import timezone

from practices import workflow
from practices.choices import NEWS, Kind
from practices.models import Announcement, LimitBucket, OutboxMessage, Subscriber, Subscription
from practices.notifications import outbox, sender, signed_links, subscriptions
from practices.notifications.outbox import delivery, news
from practices.notifications.subscriptions import LinkNotValid
from tests.support.factories import (
    NOW,
    announced_to,
    document,
    make_message,
    make_practice,
    make_subscription,
)

pytestmark = pytest.mark.django_db

YEARS = timedelta(days=5 * 365)


def ask(address="reader@example.org", objective=21, **more):
    return subscriptions.subscribe(address, query=f"objective={objective}", language="en", **more)


def confirm_token():
    """Return the token of the newest confirmation link."""
    message = OutboxMessage.objects.filter(kind=Kind.SUBSCRIPTION_CONFIRM).latest("pk")
    return resolve(message.context["confirm_path"]).kwargs["token"]


def leave_token(message):
    news.attach([message])
    return resolve(message.news.unsubscribe_path).kwargs["token"]


def told():
    """Return (address, filters) of each news message that would be sent now."""
    sender.fan_out_all()
    messages = list(OutboxMessage.objects.waiting().filter(kind__in=NEWS).order_by("pk"))
    news.attach(messages)
    return [(message.address, list(message.news.items[0].queries)) for message in messages if message.news]


def announcement():
    sender.fan_out_all()
    return OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).latest("pk")


# Signing up ---------------------------------------------------------------------------


def test_asking_queues_a_link_to_confirm(settings):
    settings.CONFIRMATION_DAYS = 7

    ask("reader@example.org", 21)

    subscriber = Subscriber.objects.get()
    message = OutboxMessage.objects.get()
    assert (message.kind, message.address, message.subscriber) == (
        "subscription_confirm",
        "reader@example.org",
        subscriber,
    )
    assert message.context == {
        "queries": ["objective=21"],
        "cadence": "at_once",
        "confirm_path": f"/subscriptions/confirm/{confirm_token()}/",
        "days": 7,
    }


def test_link_holds_no_address():
    ask("reader@example.org")

    key = signing.loads(confirm_token(), salt="practices.subscriptions.confirm")
    assert key == Subscription.objects.get().pk


@pytest.mark.parametrize(
    ("known", "mails"),
    [
        (None, ["subscription_confirm"]),
        ({"confirmed": False}, ["subscription_confirm"]),
        ({"confirmed": True}, ["subscription_added"]),
    ],
    ids=["new", "pending", "confirmed"],
)
def test_response_does_not_reveal_whether_an_address_is_known(known, mails):
    if known is not None:
        make_subscription(21, "reader@example.org", **known)

    answer = ask("reader@example.org", 21)

    assert (answer, list(OutboxMessage.objects.waiting().values_list("kind", flat=True))) == (None, mails)


def test_asking_again_sends_another_link_for_the_same_subscription():
    ask()
    ask()

    assert (Subscriber.objects.count(), Subscription.objects.count(), OutboxMessage.objects.count()) == (
        1,
        1,
        2,
    )


@pytest.mark.parametrize("address", ["Reader@Example.org", " reader@example.org ", "READER@EXAMPLE.ORG"])
def test_address_in_another_case_is_the_same_subscriber(address):
    ask("reader@example.org")

    ask(address)

    assert [subscriber.address for subscriber in Subscriber.objects.all()] == ["reader@example.org"]
    assert set(OutboxMessage.objects.values_list("address", flat=True)) == {"reader@example.org"}


@pytest.mark.parametrize(("times", "mails"), [(1, 1), (3, 3), (4, 3), (10, 3)])
def test_address_gets_three_mails_a_day_however_often_it_is_entered(times, mails):
    for number in range(times):
        ask("reader@example.org", number % 23 + 1, now=NOW)

    assert OutboxMessage.objects.count() == mails


def test_address_gets_mails_again_the_next_day():
    for number in range(4):
        ask("reader@example.org", number + 1, now=NOW)

    ask("reader@example.org", 4, now=NOW + timedelta(days=1))

    assert OutboxMessage.objects.count() == 4
    assert LimitBucket.objects.count() == 1


def test_concurrent_requests_for_an_address_store_it_once(at_once):
    outcomes = at_once(4, ask)

    assert (outcomes, Subscriber.objects.count(), Subscription.objects.count()) == ([None] * 4, 1, 1)


# Confirming -----------------------------------------------------------------------


def test_unconfirmed_subscription_gets_nothing():
    ask()

    make_practice(announce=True)

    assert told() == []


def test_confirmed_subscription_gets_news():
    ask()
    subscription = subscriptions.read_confirm_token(confirm_token())

    subscriptions.confirm(subscription, now=NOW)
    make_practice(announce=True)

    subscription.refresh_from_db()
    assert (subscription.confirmed_at, subscription.subscriber.confirmed_at) == (NOW, NOW)
    assert told() == [("reader@example.org", ["objective=21"])]


def test_confirming_is_idempotent():
    ask()
    token = confirm_token()
    subscriptions.confirm(subscriptions.read_confirm_token(token), now=NOW)

    subscriptions.confirm(subscriptions.read_confirm_token(token), now=NOW + timedelta(days=1))

    assert list(Subscription.objects.values_list("confirmed_at", flat=True)) == [NOW]


def test_address_is_confirmed_once_for_all_its_subscriptions():
    ask(objective=19)
    ask(objective=21)

    subscriptions.confirm(subscriptions.read_confirm_token(confirm_token()))

    confirmed = Subscription.objects.confirmed().values_list("query", flat=True)
    assert list(confirmed) == ["objective=19", "objective=21"]


def test_confirmed_address_follows_more_at_once_and_is_told():
    make_subscription(19)

    ask(objective=21, cadence="weekly", now=NOW)

    added = Subscription.objects.get(query="objective=21")
    message = OutboxMessage.objects.get(kind=Kind.SUBSCRIPTION_ADDED)
    assert (added.confirmed_at, added.cadence, message.context["cadence"]) == (NOW, "weekly", "weekly")


def test_subscription_over_the_mail_limit_waits_for_confirmation():
    make_subscription(1, now=NOW)

    for objective in (2, 3, 4):
        ask(objective=objective, now=NOW)

    waiting = Subscription.objects.filter(confirmed_at=None)
    assert [subscription.query for subscription in waiting] == ["objective=4"]


def test_stranger_cannot_change_the_schedule_of_a_confirmed_address():
    make_subscription(21, cadence="weekly")

    ask(objective=21, cadence="at_once", time_zone="Asia/Manila", digest_hour=3)

    [subscription] = Subscription.objects.all()
    assert (subscription.cadence, subscription.subscriber.time_zone) == ("weekly", "UTC")


def test_unconfirmed_request_vanishes_after_a_week(clock):
    ask("new@example.org")
    make_subscription(21, "reader@example.org")
    clock.shift(timedelta(days=6))
    ask("late@example.org")
    clock.shift(timedelta(days=1, seconds=1))

    expired = subscriptions.delete_expired_requests(now=timezone.now())

    left = Subscriber.objects.order_by("address").values_list("address", flat=True)
    assert (expired, list(left)) == (1, ["late@example.org", "reader@example.org"])
    assert not OutboxMessage.objects.filter(address="new@example.org").exists()


def test_confirmation_link_expires_after_a_week(clock):
    ask()
    clock.shift(timedelta(days=6, hours=23))

    assert subscriptions.read_confirm_token(confirm_token()) == Subscription.objects.get()


def test_link_to_confirm_expires(clock):
    ask()
    clock.shift(timedelta(days=7, seconds=1))

    with pytest.raises(LinkNotValid):
        subscriptions.read_confirm_token(confirm_token())


def test_link_to_confirm_survives_a_clock_set_back(clock):
    ask()
    clock.shift(-timedelta(hours=1))

    assert subscriptions.read_confirm_token(confirm_token()) == Subscription.objects.get()


ALTERED = {
    "nothing": lambda token: "",
    "words": lambda token: "let-me-in",
    "signs": lambda token: "::",
    "one sign less": lambda token: token[:-1],
    "one sign more": lambda token: token + "A",
    "another subscription": lambda token: (
        signing.dumps(999_999, salt="x").split(":", 1)[0] + token[token.index(":") :]
    ),
}


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_altered_link_to_confirm_is_not_valid(alter):
    ask()
    token = alter(confirm_token())

    with pytest.raises(LinkNotValid):
        subscriptions.read_confirm_token(token)


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_altered_link_to_leave_is_not_valid(alter):
    token = alter(leave_token(announced_to(make_subscription())))

    with pytest.raises(LinkNotValid):
        subscriptions.read_unsubscribe_token(token)


def test_link_to_leave_confirms_nothing():
    token = leave_token(announced_to(make_subscription()))

    with pytest.raises(LinkNotValid):
        subscriptions.read_confirm_token(token)


def test_link_to_confirm_leaves_nothing():
    ask()

    with pytest.raises(LinkNotValid):
        subscriptions.read_unsubscribe_token(confirm_token())


def test_link_to_preferences_is_that_subscribers_alone():
    subscriber = make_subscription().subscriber
    token = resolve(subscriptions.preferences_path(subscriber)).kwargs["token"]
    made = subscriber.created_at
    found = subscriptions.read_preferences_token(token)
    subscriber.delete()
    Subscriber.objects.create(
        pk=subscriber.pk, address="new@example.org", created_at=made + timedelta(days=1)
    )

    with pytest.raises(LinkNotValid):
        subscriptions.read_preferences_token(token)
    assert found.address == "reader@example.org"


# Unsubscribing --------------------------------------------------------------------------


def test_unsubscribing_deletes_the_subscription_and_queued_messages():
    subscription = make_subscription()
    make_practice(announce=True)
    sender.fan_out_all()

    subscriptions.unsubscribe([subscription], now=NOW)
    make_practice(announce=True, title="Another")

    assert (told(), Subscription.objects.count()) == ([], 0)


def test_subscriber_without_subscriptions_is_erased():
    subscription = make_subscription()
    announced_to(subscription)

    subscriptions.unsubscribe([subscription])

    assert (Subscriber.objects.count(), OutboxMessage.objects.count(), Announcement.objects.count()) == (
        0,
        0,
        0,
    )


def test_leaving_reaches_a_message_a_sender_holds(mail_server, monkeypatch):
    subscription = make_subscription()
    announced_to(subscription)
    make_message(address="first@example.org", due_at=NOW)
    monkeypatch.setattr(delivery, "MAX_STALENESS", timedelta(0))
    attach = delivery.news.attach

    def attach_and_leave(messages):
        attach(messages)
        subscriptions.unsubscribe([subscription])

    monkeypatch.setattr(delivery.news, "attach", attach_and_leave)

    outbox.deliver_due()

    assert mail_server.recipients == [["first@example.org"]]


def test_leaving_one_of_two_keeps_the_other_in_the_queued_message():
    leaving = make_subscription(21)
    staying = make_subscription(19)
    message = announced_to(leaving, objectives=[21, 19])

    subscriptions.unsubscribe([leaving])

    assert told() == [("reader@example.org", ["objective=19"])]
    assert subscriptions.read_unsubscribe_token(leave_token(message)) == [staying]


def test_leaving_both_one_after_the_other_ends_the_queued_message():
    first, second = make_subscription(21), make_subscription(19)
    announced_to(first, objectives=[21, 19])

    subscriptions.unsubscribe([first])
    subscriptions.unsubscribe([second])

    assert told() == []


def test_leaving_both_at_the_same_instant_erases_the_subscriber(at_once):
    following = [make_subscription(21), make_subscription(19)]
    announced_to(following[0], objectives=[21, 19])

    outcomes = at_once(2, lambda: subscriptions.unsubscribe([following.pop()]))

    assert (outcomes, Subscriber.objects.count(), OutboxMessage.objects.count()) == ([None, None], 0, 0)


def test_leaving_does_not_touch_others():
    leaving = make_subscription(21, "leaving@example.org")
    staying = make_subscription(21, "staying@example.org")
    make_practice(announce=True)
    sender.fan_out_all()

    subscriptions.unsubscribe([leaving])

    assert list(Subscription.objects.all()) == [staying]
    assert told() == [("staying@example.org", ["objective=21"])]


def test_unsubscribing_keeps_sent_messages():
    subscription = make_subscription()
    make_subscription(19)
    make_message(kind="practice_published", subscriber=subscription.subscriber, sent_at=NOW)

    subscriptions.unsubscribe([subscription])

    assert OutboxMessage.objects.get(kind="practice_published").cancelled_at is None


def test_unsubscribing_is_idempotent():
    token = leave_token(announced_to(make_subscription()))
    subscriptions.unsubscribe(subscriptions.read_unsubscribe_token(token))

    following = subscriptions.read_unsubscribe_token(token)
    subscriptions.unsubscribe(following)

    assert (following, Subscription.objects.count()) == ([], 0)


def test_link_to_leave_works_years_later(clock):
    subscription = make_subscription()
    token = leave_token(announced_to(subscription))

    clock.shift(YEARS)

    assert subscriptions.read_unsubscribe_token(token) == [subscription]


def test_unsubscribe_link_ends_only_the_subscription_of_its_message():
    make_subscription(19)
    matching = make_subscription(21)

    assert subscriptions.read_unsubscribe_token(leave_token(announced_to(matching))) == [matching]


def test_old_link_to_confirm_cannot_undo_leaving():
    ask()
    token = confirm_token()
    subscription = subscriptions.read_confirm_token(token)
    subscriptions.confirm(subscription)
    subscriptions.unsubscribe([subscription])

    with pytest.raises(LinkNotValid):
        subscriptions.read_confirm_token(token)


def test_old_links_do_not_affect_a_renewed_subscription():
    ask()
    old_confirm = confirm_token()
    old = subscriptions.read_confirm_token(old_confirm)
    subscriptions.confirm(old)
    old_leave = leave_token(announced_to(old))
    subscriptions.unsubscribe([old])
    make_subscription(21, "reader@example.org")

    with pytest.raises(LinkNotValid):
        subscriptions.read_confirm_token(old_confirm)
    assert subscriptions.read_unsubscribe_token(old_leave) == []


def test_returning_subscriber_is_told_of_new_practices_only(moderator):
    subscription = make_subscription()
    heard_of = make_practice(announce=True)
    sender.fan_out_all()
    subscriptions.unsubscribe([subscription])
    make_subscription(21, "reader@example.org")

    workflow.publish_document(document(title="Revised"), to=heard_of)
    new = make_practice(announce=True, title="New")

    assert told() == [("reader@example.org", ["objective=21"])]
    assert announcement().practice == new


@pytest.mark.parametrize("because", ["bounces", "complaint"])
def test_suspended_address_stays_so_after_it_was_erased(because):
    subscriber = make_subscription().subscriber
    subscriber.suspended_at, subscriber.suspended_because = NOW, because
    subscriber.save()

    subscriptions.erase(subscriber)
    ask("READER@example.org")

    [message] = OutboxMessage.objects.all()
    subscriber = Subscriber.objects.get()
    assert (subscriber.suspended_because, bool(message.cancelled_at)) == (because, True)


def test_leave_link_of_many_subscriptions_fits_into_a_line():
    keys = random.Random(21).sample(range(10_000_000, 100_000_000), 140)

    path = signed_links.unsubscribe_path(keys)

    assert len(f"List-Unsubscribe: <{settings.SITE_URL}{path}>") <= 998  # RFC 5322 §2.1.1
    assert resolve(path).kwargs["token"]
