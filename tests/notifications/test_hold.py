"""Sending after a restore: nothing goes out until somebody decides, and nothing that was told is told again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from practices import workflow
from practices.choices import State
from practices.models import (
    Announcement,
    Broadcast,
    HubPing,
    OutboxMessage,
    Practice,
    SendingHold,
    Submission,
)
from practices.notifications import emails, hold, sender, websub
from tests.support.factories import (
    make_message,
    make_practice,
    make_submission,
    make_submitter,
    make_subscription,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def restored(clock):
    """Return restored(), after which sending is held as after a restore: 2 hours after the backup, 1 after the loss.

    It is a Tuesday, so that no weekly digest is due in between.
    """
    clock.move_to(datetime(2026, 12, 1, 9, tzinfo=UTC))

    def place():
        taken = timezone.now()
        clock.shift(2 * HOUR)
        hold.place(backup_at=taken, sent_until=taken + HOUR)
        return SendingHold.objects.get()

    return place


def send():
    """Run the sender and return the addresses that are sent something."""
    already = set(OutboxMessage.objects.exclude(sent_at=None).values_list("pk", flat=True))
    sender.send_due()
    return sorted(
        OutboxMessage.objects.exclude(sent_at=None).exclude(pk__in=already).values_list("address", flat=True)
    )


def test_nothing_is_sent_or_published_while_sending_is_held(restored, settings):
    settings.WEBSUB_HUBS = ["https://hub.example.org/"]
    make_subscription()
    make_practice(announce=True)
    make_message()
    scheduled = make_submission(State.SCHEDULED, now=timezone.now() - timedelta(days=8))
    restored()

    assert (send(), websub.deliver_due(), workflow.publish_due()) == ([], 0, 0)
    assert Submission.objects.get(pk=scheduled.pk).state == State.SCHEDULED


def test_nothing_is_sent_or_published_during_maintenance(settings):
    settings.WEBSUB_HUBS = ["https://hub.example.org/"]
    settings.MAINTENANCE = True
    make_practice(announce=True)
    make_message()
    make_submission(State.SCHEDULED, now=timezone.now() - timedelta(days=8))

    assert (send(), websub.deliver_due(), workflow.publish_due()) == ([], 0, 0)


def test_sender_stops_when_maintenance_begins(settings, monkeypatch, tmp_path):
    for number in range(3):
        make_message(address=f"reader{number}@example.org")
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    compose = emails.compose

    def compose_and_begin(message):
        settings.MAINTENANCE_FILE.touch()
        return compose(message)

    monkeypatch.setattr(emails, "compose", compose_and_begin)

    assert len(send()) == 1


@pytest.mark.parametrize(
    "job",
    ["ask_if_still_true", "close_unanswered", "expire_drafts", "follow_up_questions", "send_summaries"],
)
def test_jobs_that_write_to_people_wait_for_the_end_of_maintenance(job, settings):
    settings.MAINTENANCE = True

    with pytest.raises(CommandError, match="under maintenance, so nothing was done"):
        call_command(job)


def test_released_mail_is_sent(restored):
    make_message()
    restored()

    assert (hold.release(), send(), hold.release()) == (True, ["ana@example.org"], False)


def test_dropped_mail_is_what_was_due_before_the_loss(restored, clock):
    make_message(address="due@example.org")
    make_message(address="later@example.org", due_at=timezone.now() + 90 * HOUR / 60)
    restored()
    make_message(address="since@example.org")

    assert workflow.drop_probably_sent()

    assert send() == ["later@example.org", "since@example.org"]
    assert not workflow.drop_probably_sent()


def test_news_is_dropped_for_who_was_told_at_once_and_kept_for_digests_to_come(restored, clock):
    make_subscription(address="now@example.org")
    make_subscription(address="weekly@example.org", cadence="weekly")
    make_practice(announce=True)
    restored()

    workflow.drop_probably_sent()

    assert send() == []
    clock.shift(timedelta(days=8))
    assert send() == ["weekly@example.org"]


def test_digest_that_was_due_before_the_loss_is_dropped(restored, clock):
    make_subscription(address="daily@example.org", cadence="daily")
    make_practice(announce=True)
    sender.fan_out_all()
    Announcement.objects.update(due_at=timezone.now() + HOUR / 2)
    restored()

    workflow.drop_probably_sent()

    clock.shift(timedelta(days=2))
    assert send() == []


def test_pings_of_hubs_in_the_backup_are_dropped(restored, settings):
    settings.WEBSUB_HUBS = ["https://hub.example.org/"]
    make_practice(announce=True)
    restored()
    make_practice(title="Since", announce=True)

    workflow.drop_probably_sent()

    assert [ping.practice.title for ping in HubPing.objects.all()] == ["Since"]


def test_publication_scheduled_before_the_loss_is_repeated_in_silence(restored, clock):
    make_subscription(address="now@example.org")
    scheduled = make_submission(State.SCHEDULED, now=timezone.now() - timedelta(days=7) + HOUR / 2)
    OutboxMessage.objects.update(sent_at=timezone.now())
    restored()

    workflow.drop_probably_sent()

    assert Practice.objects.get().pk == Submission.objects.get(pk=scheduled.pk).practice_id
    assert not Broadcast.objects.awaiting_fan_out().exists()
    assert send() == []


def test_repeated_publication_is_not_told_to_the_owners_of_its_practice_either(restored):
    practice = make_submission(State.PUBLISHED).practice
    reader = make_submitter(email="reader@example.org")
    at = timezone.now() - timedelta(days=7) + HOUR / 2
    make_submission(State.SCHEDULED, practice=practice, submitter=reader, title="Corrected", now=at)
    OutboxMessage.objects.update(sent_at=timezone.now())
    restored()

    workflow.drop_probably_sent()

    assert Practice.objects.get().title == "Corrected"
    assert send() == []


def test_drop_that_is_killed_half_way_can_be_run_again_in_silence(restored, monkeypatch):
    make_submission(State.SCHEDULED, now=timezone.now() - timedelta(days=7) + HOUR / 2)
    OutboxMessage.objects.update(sent_at=timezone.now())
    restored()

    with monkeypatch.context() as patched:
        patched.setattr(hold, "drop", lambda *_arguments, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            workflow.drop_probably_sent()
    workflow.drop_probably_sent()

    assert Practice.objects.count() == 1
    assert send() == []


def test_news_since_the_restore_is_sent_beside_a_repeated_publication(restored, settings):
    settings.WEBSUB_HUBS = ["https://hub.example.org/"]
    make_subscription(address="now@example.org")
    practice = make_submission(State.PUBLISHED).practice
    sender.fan_out_all()
    at = timezone.now() - timedelta(days=7) + HOUR / 2
    make_submission(State.SCHEDULED, practice=practice, title="Later", now=at)
    OutboxMessage.objects.update(sent_at=timezone.now())
    restored()
    workflow.publish_document(practice.document | {"results": ["Twice as many."]}, to=practice, material=True)

    workflow.drop_probably_sent()

    assert Broadcast.objects.awaiting_fan_out().count() == HubPing.objects.count() == 1
    assert send() == ["now@example.org"]


def test_publication_scheduled_for_later_is_announced(restored, clock):
    make_subscription(address="now@example.org")
    make_submission(State.SCHEDULED)
    OutboxMessage.objects.update(sent_at=timezone.now())
    restored()

    workflow.drop_probably_sent()
    clock.shift(timedelta(days=8))
    workflow.publish_due()

    assert send() == ["ana@example.org", "now@example.org"]


def test_command_says_what_waits_before_anybody_decides(restored, capsys):
    make_message()
    make_subscription()
    make_practice(announce=True)
    restored()

    call_command("held_mail")

    said = capsys.readouterr().out
    assert "publications with e-mails to subscribers who want them at once: 1" in said
    assert "Nothing is sent until you run held_mail" in said
    assert SendingHold.objects.exists()


def test_command_says_that_nothing_is_held(capsys):
    call_command("held_mail", drop=True)

    assert capsys.readouterr().out.startswith("Sending is not held")
