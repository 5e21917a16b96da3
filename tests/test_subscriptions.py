import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import signing
from django.urls import resolve

from practices import outbox, subscriptions, workflow
from practices.choices import Kind
from practices.models import LimitBucket, Objective, OutboxMessage, Subscriber, Subscription
from practices.subscriptions import LinkNotValid
from tests.factories import NOW, document, make_message, make_practice, make_subscription

pytestmark = pytest.mark.django_db

YEARS = timedelta(days=5 * 365)


def ask(address="reader@example.org", objective=21, *, now=None):
    objective = Objective.objects.get(number=objective)
    return subscriptions.subscribe(address, objective=objective, language="en", now=now)


def confirm_token():
    """That of the newest link to confirm."""
    message = OutboxMessage.objects.filter(kind=Kind.SUBSCRIPTION_CONFIRM).latest("pk")
    return resolve(message.context["confirm_path"]).kwargs["token"]


def leave_token(message):
    message.refresh_from_db()
    return resolve(message.context["leave_path"]).kwargs["token"]


def announced():
    """(address, objectives, whether it was cancelled) of the announcements there are."""
    messages = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).order_by("pk")
    return [
        (message.address, message.context["objectives"], bool(message.cancelled_at)) for message in messages
    ]


def announcement():
    return OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).latest("pk")


# Asking ---------------------------------------------------------------------------


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
        "objectives": [21],
        "confirm_path": f"/subscriptions/confirm/{confirm_token()}/",
        "days": 7,
    }


def test_link_holds_no_address():
    ask("reader@example.org")

    key = signing.loads(confirm_token(), salt="practices.subscriptions.confirm")
    assert key == Subscription.objects.get().pk


@pytest.mark.parametrize(
    ("known", "mails"),
    [(None, 1), ({"confirmed": False}, 1), ({"confirmed": True}, 0)],
    ids=["new", "pending", "confirmed"],
)
def test_asking_answers_alike_whoever_asks(known, mails):
    if known is not None:
        make_subscription(21, "reader@example.org", **known)

    answer = ask("reader@example.org", 21)

    assert (answer, OutboxMessage.objects.waiting().count()) == (None, mails)


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


def test_link_goes_to_the_address_we_know():
    Subscriber.objects.create(address="Reader@Example.org")

    ask("reader@example.org")

    assert [message.address for message in OutboxMessage.objects.all()] == ["Reader@Example.org"]


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


def test_same_address_asked_for_at_the_same_instant_is_stored_once(at_once):
    outcomes = at_once(4, ask)

    assert (outcomes, Subscriber.objects.count(), Subscription.objects.count()) == ([None] * 4, 1, 1)


# Confirming -----------------------------------------------------------------------


def test_unconfirmed_subscription_gets_nothing():
    ask()

    make_practice(announce=True)

    assert announced() == []


def test_confirmed_subscription_gets_news():
    ask()
    subscription = subscriptions.awaiting_confirmation(confirm_token())

    subscriptions.confirm(subscription, now=NOW)
    make_practice(announce=True)

    subscription.refresh_from_db()
    assert (subscription.confirmed_at, subscription.subscriber.confirmed_at) == (NOW, NOW)
    assert announced() == [("reader@example.org", [21], False)]


def test_confirming_twice_is_a_success_and_changes_nothing():
    ask()
    token = confirm_token()
    subscriptions.confirm(subscriptions.awaiting_confirmation(token), now=NOW)

    subscriptions.confirm(subscriptions.awaiting_confirmation(token), now=NOW + timedelta(days=1))

    assert list(Subscription.objects.values_list("confirmed_at", flat=True)) == [NOW]


def test_confirming_one_subscription_leaves_the_other_unconfirmed():
    ask(objective=19)
    ask(objective=21)

    subscriptions.confirm(subscriptions.awaiting_confirmation(confirm_token()))

    confirmed = Subscription.objects.confirmed().values_list("objective__number", flat=True)
    assert list(confirmed) == [21]


def test_link_to_confirm_is_good_for_a_week(clock):
    ask()
    clock.advance(timedelta(days=6, hours=23))

    assert subscriptions.awaiting_confirmation(confirm_token()) == Subscription.objects.get()


def test_link_to_confirm_expires(clock):
    ask()
    clock.advance(timedelta(days=7, seconds=1))

    with pytest.raises(LinkNotValid):
        subscriptions.awaiting_confirmation(confirm_token())


def test_link_to_confirm_survives_a_clock_set_back(clock):
    ask()
    clock.advance(-timedelta(hours=1))

    assert subscriptions.awaiting_confirmation(confirm_token()) == Subscription.objects.get()


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
        subscriptions.awaiting_confirmation(token)


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_altered_link_to_leave_is_not_valid(alter):
    make_subscription()
    make_practice(announce=True)
    token = alter(leave_token(announcement()))

    with pytest.raises(LinkNotValid):
        subscriptions.behind(token)


def test_link_to_leave_confirms_nothing():
    make_subscription()
    make_practice(announce=True)

    with pytest.raises(LinkNotValid):
        subscriptions.awaiting_confirmation(leave_token(announcement()))


def test_link_to_confirm_leaves_nothing():
    ask()

    with pytest.raises(LinkNotValid):
        subscriptions.behind(confirm_token())


# Leaving --------------------------------------------------------------------------


def test_leaving_ends_the_subscription_and_what_was_queued():
    subscription = make_subscription()
    make_practice(announce=True)

    subscriptions.leave([subscription], now=NOW)
    make_practice(announce=True, title="Another")

    assert list(Subscription.objects.all()) == []
    assert announced() == [("reader@example.org", [21], True)]
    assert announcement().cancelled_at == NOW


def test_leaving_reaches_a_message_a_sender_holds(monkeypatch):
    subscription = make_subscription()
    make_practice(announce=True)
    [held] = outbox.claim(1, now=announcement().due_at)

    subscriptions.leave([subscription])

    assert not outbox._hold(held)


def test_leaving_one_of_two_keeps_the_other_in_the_queued_message():
    leaving = make_subscription(21)
    staying = make_subscription(19)
    make_practice(announce=True, objectives=[21, 19])

    subscriptions.leave([leaving])

    message = announcement()
    assert announced() == [("reader@example.org", [19], False)]
    assert message.context["subscriptions"] == [staying.pk]
    assert subscriptions.behind(leave_token(message)) == [staying]


def test_leaving_both_one_after_the_other_ends_the_queued_message():
    first, second = make_subscription(21), make_subscription(19)
    make_practice(announce=True, objectives=[21, 19])

    subscriptions.leave([first])
    subscriptions.leave([second])

    assert [cancelled for _address, _objectives, cancelled in announced()] == [True]


def test_leaving_both_at_the_same_instant_ends_the_queued_message(at_once, monkeypatch):
    following = [make_subscription(21), make_subscription(19)]
    make_practice(announce=True, objectives=[21, 19])
    because_of = subscriptions._because_of
    both_are_here = threading.Barrier(2)

    def wait_for_the_other(remaining):
        with suppress(threading.BrokenBarrierError):
            both_are_here.wait(timeout=0.3)
        return because_of(remaining)

    monkeypatch.setattr(subscriptions, "_because_of", wait_for_the_other)

    outcomes = at_once(2, lambda: subscriptions.leave([following.pop()]))

    assert (outcomes, Subscription.objects.count()) == ([None, None], 0)
    assert [cancelled for _address, _objectives, cancelled in announced()] == [True]


def test_subscription_that_was_deleted_otherwise_is_not_named_in_the_queued_message():
    leaving, deleted = make_subscription(21), make_subscription(19)
    make_practice(announce=True, objectives=[21, 19])
    deleted.delete()

    subscriptions.leave([leaving])

    assert [cancelled for _address, _objectives, cancelled in announced()] == [True]


def test_leaving_does_not_touch_others():
    leaving = make_subscription(21, "leaving@example.org")
    staying = make_subscription(21, "staying@example.org")
    make_practice(announce=True)

    subscriptions.leave([leaving])

    assert list(Subscription.objects.all()) == [staying]
    assert announced() == [("leaving@example.org", [21], True), ("staying@example.org", [21], False)]


def test_leaving_does_not_touch_what_was_sent():
    subscription = make_subscription()
    make_message(kind="practice_published", subscriber=subscription.subscriber, sent_at=NOW)

    subscriptions.leave([subscription])

    assert OutboxMessage.objects.get(kind="practice_published").cancelled_at is None


def test_leaving_twice_is_a_success():
    make_subscription()
    make_practice(announce=True)
    token = leave_token(announcement())
    subscriptions.leave(subscriptions.behind(token))

    following = subscriptions.behind(token)
    subscriptions.leave(following)

    assert (following, Subscription.objects.count()) == ([], 0)


def test_link_to_leave_works_years_later(clock):
    subscription = make_subscription()
    make_practice(announce=True)
    token = leave_token(announcement())

    clock.advance(YEARS)

    assert subscriptions.behind(token) == [subscription]


def test_link_to_leave_ends_just_what_the_message_was_sent_for():
    make_subscription(19)
    matching = make_subscription(21)
    make_practice(announce=True, objectives=[21])

    assert subscriptions.behind(leave_token(announcement())) == [matching]


def test_old_link_to_confirm_cannot_undo_leaving():
    ask()
    token = confirm_token()
    subscription = subscriptions.awaiting_confirmation(token)
    subscriptions.confirm(subscription)
    subscriptions.leave([subscription])

    with pytest.raises(LinkNotValid):
        subscriptions.awaiting_confirmation(token)


def test_old_links_do_nothing_to_a_subscription_asked_for_anew():
    ask()
    old_confirm = confirm_token()
    old = subscriptions.awaiting_confirmation(old_confirm)
    subscriptions.confirm(old)
    make_practice(announce=True)
    old_leave = leave_token(announcement())
    subscriptions.leave([old])
    make_subscription(21, "reader@example.org")

    with pytest.raises(LinkNotValid):
        subscriptions.awaiting_confirmation(old_confirm)
    assert subscriptions.behind(old_leave) == []


def test_one_who_comes_back_hears_of_what_is_new_alone(moderator):
    subscription = make_subscription()
    heard_of = make_practice(announce=True)
    subscriptions.leave([subscription])
    make_subscription(21, "reader@example.org")

    workflow.publish_document(document(title="Revised"), to=heard_of)
    make_practice(announce=True, title="New")

    assert announced() == [("reader@example.org", [21], True), ("reader@example.org", [21], False)]


# Announcing -----------------------------------------------------------------------


def test_announcement_says_what_it_is_sent_for():
    first, second = make_subscription(21), make_subscription(3)
    practice = make_practice(announce=True, objectives=[21, 3])

    message = announcement()

    assert (message.practice, message.subscriber, message.language) == (practice, first.subscriber, "en")
    assert message.context == {
        "subscriptions": [second.pk, first.pk],
        "objectives": [3, 21],
        "leave_path": f"/subscriptions/leave/{leave_token(message)}/",
    }


@pytest.mark.parametrize("count", [1, 3])
def test_announcing_costs_a_fixed_number_of_queries(count, django_assert_num_queries):
    for number in range(count):
        make_subscription(21, f"reader{number}@example.org")
        make_subscription(3, f"reader{number}@example.org")
    practice = make_practice(objectives=[21, 3])

    with django_assert_num_queries(2):
        subscriptions.announce(practice)

    assert len(announced()) == count
