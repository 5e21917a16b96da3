"""Two steps on one subscriber at once: the second sees what the first has done, and neither fails."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from practices import personal_data
from practices.models import (
    Announcement,
    Broadcast,
    OutboxMessage,
    Subscriber,
    Subscription,
    SuspendedAddress,
)
from practices.notifications import bounces, sender, subscriptions
from practices.notifications.subscriptions import LinkNotValid
from tests.support.factories import confirm, make_practice, make_subscription

pytestmark = pytest.mark.usefixtures("database_file")

ADDRESS = "reader@example.org"


def subscribe(rows):
    subscriptions.subscribe(ADDRESS, query="objective=5", language="en")


def ask_for_link(rows):
    subscriptions.send_preferences_link(ADDRESS)


def confirm_request(rows):
    with suppress(LinkNotValid):  # the page says so
        confirm(rows["pending"])


def add(rows):
    with suppress(subscriptions.LinkNotValid):  # the subscriber has just ended everything
        subscriptions.add(rows["first"].subscriber, query="objective=6")


def change(rows):
    subscriptions.change_cadence(rows["first"], "weekly")


def change_schedule(rows):
    subscriptions.change_schedule(rows["first"].subscriber, digest_hour=9)


def pause(rows):
    subscriptions.pause(rows["first"])


def resume(rows):
    subscriptions.resume(rows["first"])


def merge(rows):
    subscriptions.merge(rows["first"], rows["second"])


def leave_one(rows):
    subscriptions.unsubscribe([rows["second"]])


def leave_all(rows):
    subscriptions.unsubscribe(list(rows.values()))


def erase(rows):
    subscriptions.erase(rows["first"].subscriber)


def erase_person(rows):
    personal_data.erase(personal_data.Held.on_address(ADDRESS), keep_credit=True)


def expire(rows):
    subscriptions.delete_expired_requests(now=timezone.now() + timedelta(days=8))


def bounce(rows):
    bounces.record_bounce(ADDRESS, now=timezone.now())


def complain(rows):
    bounces.record_complaint(ADDRESS, now=timezone.now())


def lift(rows):
    subscriptions.lift_suspension(rows["first"].subscriber)


def send_news(rows):
    sender.fan_out_all()


STEPS = [
    subscribe,
    ask_for_link,
    confirm_request,
    add,
    change,
    change_schedule,
    pause,
    resume,
    merge,
    leave_one,
    leave_all,
    erase,
    erase_person,
    expire,
    bounce,
    complain,
    lift,
    send_news,
]
ENDING = {leave_all, erase, erase_person}


TABLES = [Subscriber, SuspendedAddress, Subscription, Broadcast, OutboxMessage]
"""Models that steps change, besides announcements, of which there are none at first."""


def make_rows():
    """Create three subscriptions and news; return {name: key} of the subscriptions, and all rows of each table."""
    made = {
        "first": make_subscription(1, ADDRESS, cadence="daily"),
        "second": make_subscription(2, ADDRESS),
        "pending": make_subscription(3, ADDRESS, confirmed=False),
    }
    Subscription.objects.filter(pk=made["pending"].pk).update(requested_at=timezone.now() - timedelta(days=1))
    make_practice(announce=True, objectives=[1, 2])
    keys = {name: subscription.pk for name, subscription in made.items()}
    return keys, {model: list(model.objects.all()) for model in TABLES}


def restore(rows):
    for model in [Announcement, *reversed(TABLES)]:
        model.objects.all().delete()
    for model, objects in rows.items():
        model.objects.bulk_create(objects)


def meet(at_once, keys, *pair):
    """Run two steps at once on these subscriptions; return the filters followed after that."""
    subscribed = Subscription.objects.select_related("subscriber")
    rows, steps = {name: subscribed.get(pk=key) for name, key in keys.items()}, list(pair)

    outcomes = at_once(2, lambda: steps.pop()(rows))

    assert (outcomes, pair) == ([None, None], pair)
    return set(Subscription.objects.filter(subscriber__address=ADDRESS).values_list("query", flat=True))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_step_succeeds_beside_every_other(at_once, step):
    keys, rows = make_rows()

    for other in STEPS[STEPS.index(step) :]:
        restore(rows)
        followed = meet(at_once, keys, step, other)

        if {step, other} & ENDING:  # whichever comes second
            begun = {"objective=5"} if subscribe in (step, other) else set()
            if {step, other} == {add, leave_all}:  # which ends what its page listed
                begun.add("objective=6")
            assert followed <= begun
