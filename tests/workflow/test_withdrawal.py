from datetime import timedelta

import pytest
from django.utils import timezone

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage, Practice
from practices.notifications import sender, subscriptions
from practices.workflow import TransitionNotAllowed
from tests.support.factories import (
    NOW,
    document,
    judged,
    make_moderator,
    make_practice,
    make_submission,
    make_subscription,
)

pytestmark = pytest.mark.django_db


def test_withdraw_practice_cancels_its_queued_announcements(moderator):
    make_subscription(21, "told@example.org")
    make_subscription(21, "waiting@example.org")
    practice = make_practice(announce=True)
    other = make_practice(announce=True, title="Another")
    sender.fan_out_all()
    OutboxMessage.objects.filter(address="told@example.org").update(sent_at=NOW)

    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.", now=NOW)

    news = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).order_by("practice", "address")
    assert list(news.values_list("practice", "address", "cancelled_at")) == [
        (practice.pk, "told@example.org", None),
        (practice.pk, "waiting@example.org", NOW),
        (other.pk, "told@example.org", None),
        (other.pk, "waiting@example.org", None),
    ]


def test_withdraw_practice_twice_keeps_the_first_reason(moderator):
    practice = make_practice(withdrawn=True, now=NOW)

    with pytest.raises(TransitionNotAllowed):
        workflow.withdraw_practice(practice, by=moderator, reason="Another reason.")

    practice.refresh_from_db()
    assert (practice.withdrawn_at, practice.withdrawal_reason) == (NOW, "Its source is gone.")
    assert practice.events.count() == 1


def test_restore_practice_brings_it_back_to_its_old_place(moderator):
    practice = make_practice(withdrawn=True, now=NOW)

    workflow.restore_practice(practice, by=moderator, now=NOW + timedelta(days=1))

    published = Practice.objects.published().values("pk", "published_at", "withdrawal_reason")
    assert list(published) == [{"pk": practice.pk, "published_at": NOW, "withdrawal_reason": ""}]
    assert list(practice.events.values_list("from_state", "to_state")) == [
        ("published", "withdrawn"),
        ("withdrawn", "published"),
    ]


def test_restore_practice_that_is_public_changes_nothing(moderator):
    practice = make_practice()

    with pytest.raises(TransitionNotAllowed):
        workflow.restore_practice(practice, by=moderator)

    assert list(practice.events.all()) == []


def restored_by(practice, *names, now):
    return [workflow.restore_practice(practice, by=make_moderator(name), now=now) for name in names]


def test_practice_is_restored_by_two_people_whose_clock_was_set_back(moderator, settings):
    settings.APPROVALS_NEEDED = 2
    practice = make_practice(now=NOW)
    workflow.withdraw_practice(practice, by=moderator, reason="A mistake.", now=NOW + timedelta(hours=1))

    restored = restored_by(practice, "Amina", "Bo", now=NOW)

    assert restored == [False, True]


def test_restoration_before_the_last_withdrawal_counts_no_more_by_any_clock(moderator, settings):
    settings.APPROVALS_NEEDED = 2
    practice = make_practice(now=NOW)
    workflow.withdraw_practice(practice, by=moderator, reason="A mistake.", now=NOW)
    restored_by(practice, "Amina", "Bo", now=NOW + timedelta(hours=1))
    workflow.withdraw_practice(practice, by=moderator, reason="Another one.", now=NOW)

    restored = restored_by(practice, "Amina", now=NOW)

    assert (restored, workflow.restorations_missing(practice)) == ([False], 1)


def test_restoration_of_an_earlier_revision_counts_no_more_by_any_clock(moderator, settings):
    settings.APPROVALS_NEEDED = 2
    practice = make_practice(now=NOW)
    workflow.withdraw_practice(practice, by=moderator, reason="A mistake.", now=NOW)
    restored_by(practice, "Amina", now=NOW + timedelta(hours=1))
    workflow.publish_document(document(title="Quite another thing"), to=practice, now=NOW)

    restored = restored_by(practice, "Bo", now=NOW + timedelta(hours=2))

    assert (restored, workflow.restorations_missing(practice)) == ([False], 1)


def test_restored_practice_is_announced_where_its_withdrawal_was_quicker_than_the_sender(moderator):
    stayed = make_subscription(objective=21, address="stayed@example.org")
    left = make_subscription(objective=21, address="left@example.org")
    practice = make_practice(objectives=[21], announce=True)
    sender.fan_out_all()
    workflow.withdraw_practice(practice, by=moderator, reason="Too early.")
    subscriptions.unsubscribe([left])

    workflow.restore_practice(practice, by=moderator)

    waiting = OutboxMessage.objects.waiting().filter(kind=Kind.PRACTICE_PUBLISHED)
    assert [message.subscriber for message in waiting] == [stayed.subscriber]


def test_practice_withdrawn_before_the_sender_saw_it_waits_until_it_is_restored(moderator):
    make_subscription(21, "reader@example.org")
    practice = make_practice(announce=True)
    workflow.withdraw_practice(practice, by=moderator, reason="Too early.")
    sender.fan_out_all()
    before = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).count()

    workflow.restore_practice(practice, by=moderator)
    sender.fan_out_all()

    assert (before, OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).count()) == (0, 1)


def test_withdrawn_and_restored_practice_is_announced_once(moderator):
    make_subscription(21, "reader@example.org")
    practice = make_practice(announce=True)
    sender.fan_out_all()
    OutboxMessage.objects.update(sent_at=NOW)

    workflow.withdraw_practice(practice, by=moderator, reason="A mistake.")
    workflow.restore_practice(practice, by=moderator)
    workflow.publish(judged(make_submission(State.SUBMITTED, practice=practice)), by=moderator)
    subscriptions.announce(practice.revisions.get(number=1))
    sender.fan_out_all()

    announced = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED)
    assert list(announced.values_list("address", "sent_at")) == [("reader@example.org", NOW)]


def test_news_of_a_practice_restored_late_is_tried_for_three_days_from_then_on(moderator, clock):
    make_subscription(21, "reader@example.org")
    practice = make_practice(announce=True)
    sender.fan_out_all()
    OutboxMessage.objects.update(attempts=1, give_up_at=NOW)
    workflow.withdraw_practice(practice, by=moderator, reason="A mistake.")

    workflow.restore_practice(practice, by=moderator)

    message = OutboxMessage.objects.get(kind=Kind.PRACTICE_PUBLISHED)
    assert message.give_up_at == timezone.now() + timedelta(hours=72)
