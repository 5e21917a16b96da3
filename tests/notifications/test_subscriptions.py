import uuid
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.db import connection
from django.urls import resolve
from django.utils import timezone

from practices import workflow
from practices.choices import NEWS, Kind, State
from practices.models import (
    Announcement,
    LimitBucket,
    OutboxMessage,
    Subscriber,
    Subscription,
    SuspendedAddress,
)
from practices.notifications import bounces, emails, outbox, sender, signed_links, subscriptions
from practices.notifications.outbox import delivery, news
from practices.notifications.subscriptions import LinkNotValid, signup
from practices.personal_data import links
from tests.support.addresses import sent
from tests.support.factories import (
    NOW,
    announced_to,
    confirm,
    document,
    make_message,
    make_practice,
    make_submission,
    make_submitter,
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
        "how_often": "at once",
        "confirm_path": f"/subscriptions/confirm/{confirm_token()}/",
        "days": 7,
    }


def test_link_holds_no_address():
    ask("reader@example.org")

    assert confirm_token().split(":")[0] == Subscription.objects.get().key


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

    confirm(subscription, now=NOW)
    make_practice(announce=True)

    subscription.refresh_from_db()
    assert (subscription.confirmed_at, subscription.subscriber.confirmed_at) == (NOW, NOW)
    assert told() == [("reader@example.org", ["objective=21"])]


def test_confirming_is_idempotent():
    ask()
    token = confirm_token()
    confirm(subscriptions.read_confirm_token(token), now=NOW)

    confirm(subscriptions.read_confirm_token(token), now=NOW + timedelta(days=1))

    assert list(Subscription.objects.values_list("confirmed_at", flat=True)) == [NOW]


def test_address_is_confirmed_once_for_all_its_subscriptions():
    ask(objective=19)
    ask(objective=21)

    confirm(subscriptions.read_confirm_token(confirm_token()))

    confirmed = Subscription.objects.confirmed().values_list("query", flat=True)
    assert list(confirmed) == ["objective=19", "objective=21"]


def test_confirmed_address_is_asked_before_a_request_adds_anything():
    make_subscription(19)

    ask(objective=21, cadence="weekly", now=NOW)
    make_practice(announce=True, objectives=[21])

    added = Subscription.objects.get(query="objective=21")
    message = OutboxMessage.objects.get(sent_at=None, kind=Kind.SUBSCRIPTION_CONFIRM)
    assert (added.confirmed_at, added.consent, message.context["queries"]) == (None, "", ["objective=21"])
    assert told() == []


def test_consent_is_recorded_when_the_owner_confirms():
    ask()
    before = Subscription.objects.get().consent

    confirm(Subscription.objects.get(), now=NOW)

    after = Subscription.objects.get()
    assert (before, after.consent, after.confirmed_at) == ("", signup.CONSENT, NOW)


def test_owner_confirms_only_what_the_page_showed():
    ask(objective=19)
    subscription = Subscription.objects.get()
    shown = [subscriptions.shown_code(subscription)]
    ask(objective=21)

    subscriptions.confirm(subscription, shown=shown)

    assert list(Subscription.objects.confirmed()) == [subscription]


def test_request_changed_since_it_was_shown_is_not_confirmed():
    ask(cadence="weekly")
    subscription = Subscription.objects.get()
    shown = [subscriptions.shown_code(subscription)]
    ask(cadence="at_once")

    subscriptions.confirm(subscription, shown=shown)

    assert not Subscription.objects.confirmed().exists()


def test_request_neither_resumes_nor_lifts_anything():
    subscription = make_subscription(now=NOW)
    subscriptions.pause(subscription, now=NOW)
    Subscriber.objects.update(suspended_at=NOW, suspended_because="complaint")
    before = list(Subscription.objects.values()), list(Subscriber.objects.values())

    ask(cadence="daily", time_zone="Asia/Manila")

    assert (list(Subscription.objects.values()), list(Subscriber.objects.values())) == before


def test_known_subscription_is_answered_with_the_link_to_change_it():
    make_subscription(21)

    ask(objective=21)

    message = OutboxMessage.objects.get(sent_at=None)
    assert (message.kind, set(message.context)) == (
        "subscription_added",
        {"queries", "how_often", "preferences_path", "is_paused"},
    )


def test_answer_to_a_request_that_its_owner_paused_says_so():
    subscriptions.pause(make_subscription(21), now=NOW)

    ask(objective=21)

    text = emails.compose(OutboxMessage.objects.get(sent_at=None)).body
    assert "You paused them, so you get no e-mails on them until you resume." in text


def test_address_has_a_limit_of_subscriptions(settings):
    settings.SUBSCRIPTIONS_PER_ADDRESS = 2
    for objective in (1, 2):
        make_subscription(objective)

    ask(objective=3)

    assert [one.query for one in Subscription.objects.all()] == ["objective=1", "objective=2"]


def test_request_takes_the_place_of_the_oldest_one_that_nobody_has_confirmed(settings):
    settings.SUBSCRIPTIONS_PER_ADDRESS = 2
    make_subscription(1)
    for objective in (2, 3):
        ask(objective=objective)

    assert [one.query for one in Subscription.objects.all()] == ["objective=1", "objective=3"]


def waiting_mails():
    return set(OutboxMessage.objects.waiting().values_list("kind", flat=True))


def test_end_of_the_last_subscription_keeps_mails_that_were_asked_for(moderator):
    subscription = make_subscription(21)
    make_submission(State.PUBLISHED, submitter=make_submitter(email="reader@example.org"))
    OutboxMessage.objects.all().delete()
    links.request_link("reader@example.org", language="en")
    workflow.mail_links("reader@example.org", language="en")

    subscriptions.unsubscribe([subscription])

    assert waiting_mails() == {Kind.PERSONAL_DATA_LINK, Kind.SUBMISSION_LINKS}


def test_end_of_the_last_subscription_drops_mails_that_are_not_true_any_more():
    subscription = make_subscription(21)
    ask()
    subscriptions.send_preferences_link("reader@example.org")

    subscriptions.unsubscribe([subscription])

    assert not waiting_mails()


@pytest.mark.parametrize("confirmed", [False, True])
def test_mail_that_answers_a_request_is_not_sent_once_the_subscription_has_ended(settings, confirmed):
    settings.SUBSCRIPTION_MAILS_PER_DAY = 4
    ended = make_subscription(21, confirmed=confirmed)
    make_subscription(3)
    ask()
    ask(objective=4)

    subscriptions.unsubscribe([ended])

    answers = OutboxMessage.objects.waiting()
    assert [message.context["queries"] for message in answers] == [["objective=4"]]


def test_mail_that_answers_a_request_is_not_sent_once_the_filter_was_changed():
    subscription = make_subscription(21)
    ask()

    seen = subscriptions.shown_code(subscription)
    subscriptions.change(subscription, seen=seen, query="objective=3", cadence="weekly")

    assert not waiting_mails()


def test_request_over_the_mail_limit_waits_without_an_e_mail():
    make_subscription(1, now=NOW)

    for objective in (2, 3, 4):
        ask(objective=objective, now=NOW)

    asked = OutboxMessage.objects.filter(sent_at=None)
    waiting = Subscription.objects.filter(confirmed_at=None).values_list("query", flat=True)
    assert [message.context["queries"] for message in asked.order_by("pk")] == [
        ["objective=2"],
        ["objective=3"],
    ]
    assert list(waiting) == ["objective=2", "objective=3", "objective=4"]


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
    confirm(subscription)
    subscriptions.unsubscribe([subscription])

    with pytest.raises(LinkNotValid):
        subscriptions.read_confirm_token(token)


def test_old_links_do_not_affect_a_renewed_subscription():
    ask()
    old_confirm = confirm_token()
    old = subscriptions.read_confirm_token(old_confirm)
    confirm(old)
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


@pytest.mark.parametrize(
    ("because", "answer"),
    [("bounces", ("subscription_link", False)), ("complaint", ("subscription_link", True))],
)
def test_suspended_address_stays_so_after_it_was_erased(because, answer):
    subscriber = make_subscription().subscriber
    subscriber.suspended_at, subscriber.suspended_because = NOW, because
    subscriber.save()

    subscriptions.erase(subscriber)
    ask("READER@example.org")

    [message] = OutboxMessage.objects.all()
    subscriber = Subscriber.objects.get()
    assert subscriber.suspended_because == because
    assert (message.kind, bool(message.cancelled_at)) == answer


@pytest.mark.parametrize("count", [1, 2, 60, 100, 299, 300, 301])
def test_leave_link_of_many_subscriptions_fits_into_a_line(count):
    subscriber = make_subscription().subscriber
    # Keys that stay the same, as two bytes of a hash sometimes name one subscription more.
    subscriber.subscriptions.update(key=str(uuid.uuid5(uuid.NAMESPACE_URL, "objective=21")))
    queries = [f"q={number}" for number in range(count)]
    rows = Subscription.objects.bulk_create(
        Subscription(subscriber=subscriber, query=query, key=str(uuid.uuid5(uuid.NAMESPACE_URL, query)))
        for query in queries
    )

    path = signed_links.unsubscribe_path(subscriber, rows)

    named = subscriptions.read_unsubscribe_token(resolve(path).kwargs["token"])
    assert len(f"List-Unsubscribe: <{settings.SITE_URL}{path}>") <= 998  # RFC 5322 §2.1.1
    assert {one.query for one in named} >= set(queries)
    assert ("objective=21" in {one.query for one in named}) == (count > signed_links.MAX_NAMED)


def test_link_to_leave_a_merged_subscription_ends_the_one_it_is_in():
    wide, narrow = make_subscription(21), make_subscription(query="country=ph&objective=21")
    tokens = [
        resolve(signed_links.unsubscribe_path(one.subscriber, [one])).kwargs["token"]
        for one in (wide, narrow)
    ]
    subscriptions.merge(wide, narrow)
    another = make_subscription(query="country=ge&objective=21")
    subscriptions.merge(another, Subscription.objects.get(pk=wide.pk))

    ended = [subscriptions.read_unsubscribe_token(token) for token in tokens]

    assert ended == [[another], [another]]


def test_subscription_that_is_merged_while_it_is_ended_ends_with_the_other():
    wide, narrow = make_subscription(21), make_subscription(query="country=ph&objective=21")
    subscriptions.merge(wide, narrow)

    subscriptions.unsubscribe([narrow])

    assert not Subscription.objects.exists()


# Links of earlier versions, which named row numbers ------------------------------------------


def numbered(salt, value, *, signed_at):
    with time_machine.travel(signed_at, tick=False):
        return signing.dumps(value, salt=f"practices.subscriptions.{salt}", compress=True)


def test_earlier_link_to_leave_ends_its_subscription():
    subscription = make_subscription(now=NOW)
    token = numbered("leave", [subscription.pk], signed_at=NOW + timedelta(days=1))

    assert subscriptions.read_unsubscribe_token(token) == [subscription]


def test_earlier_link_to_leave_never_ends_a_subscription_that_is_younger():
    """As after restoring a backup, when a row number comes to somebody else."""
    subscription = make_subscription(now=NOW)
    token = numbered("leave", [subscription.pk], signed_at=NOW - timedelta(days=1))

    assert subscriptions.read_unsubscribe_token(token) == []


def test_earlier_link_to_confirm_is_not_valid():
    ask(now=NOW)
    token = numbered("confirm", Subscription.objects.get().pk, signed_at=timezone.now())

    with pytest.raises(LinkNotValid):
        subscriptions.read_confirm_token(token)


def test_earlier_link_to_preferences_is_that_subscribers():
    subscriber = make_subscription(now=NOW).subscriber
    mine, others = (
        numbered("preferences", [subscriber.pk, int(created.timestamp())], signed_at=NOW)
        for created in (NOW, NOW - timedelta(seconds=1))
    )

    assert subscriptions.read_preferences_token(mine) == subscriber
    with pytest.raises(LinkNotValid):
        subscriptions.read_preferences_token(others)


@pytest.mark.parametrize("kind", ["confirm", "leave", "preferences"])
def test_link_never_acts_on_the_row_that_has_its_number_after_a_restore(kind):
    subscription = make_subscription(confirmed=kind != "confirm")
    subscriber = subscription.subscriber
    link = {
        "confirm": lambda: signed_links.confirm_path(subscription),
        "leave": lambda: signed_links.unsubscribe_path(subscriber, [subscription]),
        "preferences": lambda: signed_links.preferences_path(subscriber),
    }[kind]()
    token = resolve(link).kwargs["token"]
    read = {
        "confirm": subscriptions.read_confirm_token,
        "leave": subscriptions.read_unsubscribe_token,
        "preferences": subscriptions.read_preferences_token,
    }[kind]
    numbers = subscriber.pk, subscription.pk
    subscriber.delete()
    other = Subscriber.objects.create(pk=numbers[0], address="other@example.org")
    Subscription.objects.create(pk=numbers[1], subscriber=other, query="objective=21")

    try:
        reached = read(token)
    except LinkNotValid:
        reached = []

    assert reached == []


def test_rows_of_the_previous_version_get_keys_from_the_database():
    make_subscription()
    with connection.cursor() as cursor:
        columns = "language, time_zone, digest_weekday, digest_hour, created_at, bounces, suspended_because"
        for address in ("one@example.org", "two@example.org"):
            cursor.execute(
                f"INSERT INTO practices_subscriber (address, {columns}) "
                f"SELECT %s, {columns} FROM practices_subscriber LIMIT 1",
                [address],
            )

    keys = set(Subscriber.objects.values_list("key", flat=True))
    paths = [signed_links.preferences_path(subscriber) for subscriber in Subscriber.objects.order_by("pk")]

    read = [subscriptions.read_preferences_token(resolve(path).kwargs["token"]) for path in paths]
    assert (read, len(keys - {None})) == (list(Subscriber.objects.order_by("pk")), 3)


@pytest.mark.parametrize("kind", ["confirm", "leave", "preferences"])
def test_link_survives_a_new_secret_key(settings, kind):
    subscription = make_subscription()
    path = {
        "confirm": signed_links.confirm_path(subscription),
        "leave": signed_links.unsubscribe_path(subscription.subscriber, [subscription]),
        "preferences": signed_links.preferences_path(subscription.subscriber),
    }[kind]
    read = {
        "confirm": subscriptions.read_confirm_token,
        "leave": subscriptions.read_unsubscribe_token,
        "preferences": subscriptions.read_preferences_token,
    }[kind]

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    assert read(resolve(path).kwargs["token"]) in (subscription, [subscription], subscription.subscriber)


def test_complaint_is_remembered_after_a_new_secret_key(settings):
    subscriber = make_subscription().subscriber
    Subscriber.objects.update(suspended_at=NOW, suspended_because="complaint")
    subscriptions.erase(subscriber)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    ask("reader@example.org")
    again = Subscriber.objects.get()
    subscriptions.lift_suspension(again)

    assert again.suspended_because == "complaint"
    assert not SuspendedAddress.objects.exists()


# Suspension -------------------------------------------------------------------------------


def refused_after(*spans):
    """Record a refusal of the reader's e-mail after each span since NOW; return why it is suspended after each."""
    subscriber = make_subscription().subscriber
    reasons = []
    for span in spans:
        bounces.record_refusal(subscriber.pk, now=NOW + span)
        subscriber.refresh_from_db()
        reasons.append(subscriber.suspended_because)
    return reasons


def test_refusals_of_one_day_do_not_suspend():
    assert refused_after(*[timedelta(seconds=number) for number in range(10)]) == [""] * 10


def test_refusals_on_three_days_suspend():
    assert refused_after(timedelta(0), timedelta(days=1), timedelta(days=5)) == ["", "", "bounces"]


def test_day_that_is_reported_late_does_not_count_again():
    assert refused_after(timedelta(days=1), timedelta(0), timedelta(days=1), timedelta(days=2)) == [""] * 4


def test_accepted_mail_begins_the_count_anew():
    subscriber = make_subscription().subscriber
    for days in (0, 1):
        bounces.record_refusal(subscriber.pk, now=NOW + timedelta(days=days))

    bounces.reset(subscriber.pk)
    bounces.record_refusal(subscriber.pk, now=NOW + timedelta(days=2))

    subscriber.refresh_from_db()
    assert (subscriber.bounces, subscriber.suspended_at) == (1, None)


def test_complaint_outweighs_bounces():
    subscriber = make_subscription().subscriber
    Subscriber.objects.update(suspended_at=NOW, suspended_because="bounces")

    bounces.record_complaint(subscriber.address, now=NOW)

    subscriber.refresh_from_db()
    assert subscriber.suspended_because == "complaint"


def test_owner_of_a_suspended_address_is_told_in_answer_to_a_request():
    make_subscription()
    Subscriber.objects.update(suspended_at=NOW, suspended_because="bounces")

    ask(objective=3)

    mail = emails.compose(OutboxMessage.objects.waiting().get())
    assert "We stopped sending you updates" in mail.body
    assert signed_links.preferences_path(Subscriber.objects.get()) in mail.body


def test_expired_request_of_an_address_that_complained_leaves_the_complaint_behind(clock):
    ask()
    bounces.record_complaint("reader@example.org", now=timezone.now())
    clock.shift(timedelta(days=8))

    subscriptions.delete_expired_requests(now=timezone.now())
    ask()

    assert Subscriber.objects.get().suspended_because == "complaint"


# Complaints -------------------------------------------------------------------------------


def complain(address="Reader@Example.org"):
    bounces.record_complaint(address, now=timezone.now())


def name_in_drafts(address):
    submitter = make_submitter(email=address)
    submission = make_submission(submitter=submitter)
    workflow.mail_link(submission)
    return submission


def mailed(mailoutbox):
    sender.send_due()
    return [(to, mail.subject) for mail in mailoutbox for to in mail.to]


@pytest.mark.parametrize("replaced_key", [False, True])
def test_complaint_holds_for_an_address_that_is_no_subscriber(mailoutbox, settings, replaced_key):
    complain()
    if replaced_key:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    name_in_drafts("reader@example.org")
    links.request_link("reader@example.org", language="en")
    ask("reader@example.org")
    subscriptions.send_preferences_link("reader@example.org")

    assert mailed(mailoutbox) == []


def test_complaint_of_a_subscriber_stops_links_that_strangers_request(mailoutbox):
    make_subscription()
    complain()

    subscriptions.send_preferences_link("reader@example.org")
    links.request_link("reader@example.org", language="en")
    name_in_drafts("reader@example.org")

    assert mailed(mailoutbox) == []


def test_complaint_recorded_by_the_previous_release_holds_for_drafts(mailoutbox):
    make_subscription()
    Subscriber.objects.update(suspended_at=NOW, suspended_because="complaint")

    name_in_drafts("reader@example.org")

    assert mailed(mailoutbox) == []


def test_complaint_stops_messages_that_are_queued(mailoutbox):
    name_in_drafts("reader@example.org")
    complain()

    assert mailed(mailoutbox) == []
    assert not OutboxMessage.objects.waiting().exists()


def test_complaint_stops_no_message_to_staff(mailoutbox):
    summary = {"address": "reader@example.org", "language": "en"}
    complain()

    outbox.enqueue(Kind.MODERATION_SUMMARY, **summary)

    assert OutboxMessage.objects.get() in outbox.claim(1)


def test_complaint_stops_no_message_to_others(mailoutbox):
    complain("other@example.org")
    name_in_drafts("reader@example.org")

    assert {to for to, _subject in mailed(mailoutbox)} == {"reader@example.org"}


def test_owner_who_confirms_a_submission_after_a_complaint_hears_of_it(mailoutbox):
    submission = name_in_drafts("reader@example.org")
    complain()

    workflow.submit(submission, seen=submission.version)

    assert OutboxMessage.objects.waiting().filter(kind=Kind.SUBMISSION_RECEIVED).exists()
    assert "reader@example.org" in dict(mailed(mailoutbox))


def test_owner_who_confirms_a_subscription_after_a_complaint_gets_it(moderator):
    ask()
    token = confirm_token()
    complain()

    subscription = subscriptions.read_confirm_token(token)
    subscriptions.confirm(subscription, shown=[subscriptions.shown_code(subscription)])
    make_practice(announce=True, objectives=[21])

    assert told() == [("reader@example.org", ["objective=21"])]


def test_owner_who_turns_updates_on_again_gets_every_kind_of_message(mailoutbox):
    subscriber = make_subscription().subscriber
    complain()

    subscriptions.lift_suspension(subscriber)
    name_in_drafts("reader@example.org")

    assert "reader@example.org" in dict(mailed(mailoutbox))


def test_complaint_keeps_no_address():
    complain("reader@example.org")

    [row] = SuspendedAddress.objects.values()
    assert "reader" not in str(row)


@pytest.mark.parametrize("name", ["subscriptions-link-sent", "personal-data-link-sent"])
def test_page_after_a_request_does_not_promise_what_a_complaint_stops(client, name):
    assert "reported as spam" in client.get(sent(name)).text
