"""Subscriptions to kits: e-mails when one of the practices chosen changes."""

import pytest
from django.utils import timezone

from practices import workflow
from practices.choices import NEWS_OF_STANDING, Kind
from practices.models import Announcement, Broadcast, OutboxMessage, Practice
from practices.notifications import emails, sender
from practices.notifications.outbox.news import attach
from tests.support.factories import document, make_moderator, make_practice, make_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def practices():
    return [make_practice(title=title) for title in ("Ports", "Desks", "Funds")]


@pytest.fixture
def subscription(practices):
    ports, desks, _funds = practices
    return make_subscription(query=f"practice={ports.pk}&practice={desks.pk}")


def update(practice, title):
    workflow.publish_document(document(title=title), to=practice, material=True, note="New results")
    sender.fan_out_all()


def news():
    return OutboxMessage.objects.filter(kind=Kind.PRACTICE_UPDATED)


def test_subscriber_of_a_kit_hears_of_changes_to_its_practices(practices, subscription):
    ports, _desks, funds = practices

    update(ports, "New ports")
    update(funds, "New funds")

    [message] = news()
    attach([message])
    sent = emails.compose(message)
    assert message.practice == ports
    assert sent.subject.startswith("Your kit: updated practice “New ports”")
    assert "you subscribed to a kit of 2 practices (“New ports” and “Desks”), at once" in sent.body
    assert "Unsubscribe from your kit" in sent.body


@pytest.fixture
def of_one(practices):
    return make_subscription(query=f"practice={practices[0].pk}")


def sent_now(kind):
    message = OutboxMessage.objects.filter(kind=kind).latest("pk")
    attach([message])
    return emails.compose(message)


def test_subscriber_of_one_practice_reads_of_that_practice(practices, of_one):
    update(practices[0], "New ports")

    sent = sent_now(Kind.PRACTICE_UPDATED)
    assert sent.subject.startswith("Updated practice: “New ports”")
    assert "you subscribed to the practice “New ports”, at once" in sent.body
    assert "Unsubscribe from the practice “New ports”" in sent.body


def test_subscriber_of_one_practice_reads_of_its_withdrawal_and_return(practices, of_one):
    number = practices[0].pk
    withdraw(practices[0])
    withdrawn = sent_now(Kind.FOLLOWED_WITHDRAWN)
    send()
    restore(practices[0])
    restored = sent_now(Kind.FOLLOWED_RESTORED)

    assert withdrawn.subject.startswith(f"Practice {number} was withdrawn")
    assert f"you subscribed to practice {number}, at once" in withdrawn.body
    assert restored.subject.startswith("“Ports” is in the catalogue again")
    assert "kit" not in withdrawn.body + restored.body


def test_subscriber_of_one_practice_reads_of_its_merge(practices, of_one):
    workflow.merge(practices[0], into=practices[2], by=make_moderator())
    sender.fan_out_all()

    sent = sent_now(Kind.FOLLOWED_WITHDRAWN)
    assert sent.subject.startswith(f"Practice {practices[0].pk} was merged with another one")


@pytest.mark.parametrize(
    ("named", "lead", "button"),
    [
        (1, "The practice “New ports”: 1 updated practice", "Read the practice"),
        (2, "Your kit: 1 updated practice", "See the practices of your kit"),
    ],
)
def test_digest_of_chosen_practices_leads_to_them(practices, named, lead, button):
    query = "&".join(f"practice={practice.pk}" for practice in practices[:named])
    make_subscription(query=query, cadence="daily")
    update(practices[0], "New ports")

    message = digest_now()

    attach([message])
    sent = emails.compose(message)
    assert sent.subject.startswith(lead)
    assert button in sent.body
    assert "practices on" not in sent.body


def test_title_of_one_practice_that_is_cut_in_a_subject_keeps_its_quotation_marks(practices):
    title = "Pension desks in the ports of Batumi and Poti for seafarers who come back from abroad"
    practice = make_practice(title=title)
    make_subscription(query=f"practice={practice.pk}", cadence="daily")
    update(practice, title + " at last")

    message = digest_now()

    attach([message])
    subject = emails.compose(message).subject
    assert subject.startswith("The practice “Pension desks…”: 1 updated practice")


def test_confirmation_of_a_kit_and_of_one_practice_name_them(practices):
    ports, desks, _funds = practices
    make_subscription(query=f"practice={ports.pk}", confirmed=False)
    one = emails.compose(OutboxMessage.objects.latest("pk"))
    make_subscription(
        query=f"practice={ports.pk}&practice={desks.pk}", confirmed=False, address="b@example.org"
    )
    several = emails.compose(OutboxMessage.objects.latest("pk"))

    assert one.subject.startswith("Confirm your subscription to the practice “Ports”")
    assert several.subject.startswith(
        "Confirm your subscription to a kit of 2 practices (“Ports” and “Desks”)"
    )


def test_subject_about_a_kit_of_long_titles_has_none_of_them():
    practices = [
        make_practice(title=f"Pension desks in the ports of the whole coast {number}") for number in range(3)
    ]
    make_subscription(query="&".join(f"practice={each.pk}" for each in practices), confirmed=False)

    sent = emails.compose(OutboxMessage.objects.latest("pk"))

    assert sent.subject.startswith("Confirm your subscription to a kit of 3 practices – ")
    assert "whole coast 0" in sent.body


def test_new_practices_are_no_news_of_a_kit(subscription):
    make_practice(announce=True)
    sender.fan_out_all()

    assert not OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).exists()


def withdraw(practice, reason="Asked by its organisation"):
    workflow.withdraw_practice(practice, by=make_moderator(), reason=reason)
    sender.fan_out_all()


def restore(practice):
    workflow.restore_practice(Practice.objects.get(pk=practice.pk), by=make_moderator())
    sender.fan_out_all()


def told():
    """Return (kind, address) of the news on standing that has been sent or would be."""
    messages = OutboxMessage.objects.filter(kind__in=NEWS_OF_STANDING, cancelled_at=None).order_by("pk")
    return list(messages.values_list("kind", "address"))


def send():
    OutboxMessage.objects.waiting().update(sent_at=timezone.now())


def test_only_those_who_named_a_practice_hear_of_its_withdrawal(practices, subscription):
    make_subscription(21, address="objective@example.org")
    make_subscription(query=f"practice={practices[2].pk}", address="funds@example.org")

    withdraw(practices[0])

    assert told() == [("followed_withdrawn", "reader@example.org")]


def test_news_of_a_withdrawal_says_no_more_than_the_page(practices, subscription):
    withdraw(practices[0])

    [message] = OutboxMessage.objects.filter(kind=Kind.FOLLOWED_WITHDRAWN)
    attach([message])
    sent = emails.compose(message)
    assert sent.subject.startswith(f"Your kit: practice {practices[0].pk} was withdrawn")
    assert "Asked by its organisation" in sent.body
    assert "Ports" not in sent.body
    assert "/subscribe/" not in sent.body  # the kit has it


def test_follower_of_a_merged_practice_is_offered_the_one_that_stays(practices):
    ports, desks, funds = practices
    make_subscription(query=f"practice={ports.pk}&practice={desks.pk}")

    workflow.merge(ports, into=funds, by=make_moderator())
    sender.fan_out_all()

    [message] = OutboxMessage.objects.filter(kind=Kind.FOLLOWED_WITHDRAWN)
    attach([message])
    assert f"/subscribe/?practice={funds.pk}\n" in emails.compose(message).body


def test_news_of_a_merge_leads_to_the_practice_that_stays(practices, subscription):
    ports, _desks, funds = practices

    workflow.merge(ports, into=funds, by=make_moderator())
    sender.fan_out_all()

    [message] = OutboxMessage.objects.filter(kind=Kind.FOLLOWED_WITHDRAWN)
    attach([message])
    sent = emails.compose(message)
    assert sent.subject.startswith(f"Your kit: practice {ports.pk} was merged with another one")
    assert "Funds" in sent.body
    assert "Ports" not in sent.body


def test_restoration_is_news_to_those_who_heard_of_the_withdrawal(practices, subscription):
    ports, desks, _funds = practices
    withdraw(ports)
    send()
    make_subscription(query=f"practice={ports.pk}&practice={desks.pk}", address="later@example.org")

    restore(ports)

    assert told() == [
        ("followed_withdrawn", "reader@example.org"),
        ("followed_restored", "reader@example.org"),
    ]


@pytest.mark.parametrize("fanned_out", [True, False])
def test_withdrawal_that_ends_before_it_is_told_is_no_news(practices, subscription, fanned_out):
    workflow.withdraw_practice(practices[0], by=make_moderator(), reason="By mistake")
    if fanned_out:
        sender.fan_out_all()

    restore(practices[0])

    assert told() == []
    assert not Broadcast.objects.awaiting_fan_out().exists()


def test_second_withdrawal_is_no_news_to_those_who_did_not_hear_of_the_restoration(practices, subscription):
    withdraw(practices[0])
    send()
    restore(practices[0])

    withdraw(practices[0])

    assert told() == [("followed_withdrawn", "reader@example.org")]


def test_each_change_of_standing_that_was_told_is_followed_by_the_next(practices, subscription):
    for step in (withdraw, restore, withdraw, restore):
        step(practices[0])
        send()

    kinds = [kind for kind, _address in told()]
    assert kinds == ["followed_withdrawn", "followed_restored"] * 2


def test_digest_tells_of_withdrawals_and_restorations(practices):
    ports, _desks, funds = practices
    make_subscription(query=f"practice={ports.pk}&practice={funds.pk}", cadence="daily")
    withdraw(ports)
    digest_now()
    send()
    restore(ports)
    withdraw(funds)

    message = digest_now()

    attach([message])
    sent = emails.compose(message)
    assert "1 restored practice, 1 withdrawn practice" in sent.subject
    assert "Ports" in sent.body
    assert f"Practice {funds.pk}" in sent.body
    assert "Funds" not in sent.body


def test_news_of_a_withdrawal_leads_to_no_empty_list(practices, subscription):
    ports, desks, _funds = practices

    links = []
    for practice in (ports, desks):
        withdraw(practice)
        message = OutboxMessage.objects.filter(kind=Kind.FOLLOWED_WITHDRAWN).latest("pk")
        attach([message])
        links.append("See the other practices" in emails.compose(message).body)

    assert links == [True, False]


def test_digest_of_withdrawals_does_not_call_them_published(practices):
    ports, _desks, _funds = practices
    make_subscription(query=f"practice={ports.pk}", cadence="weekly")
    withdraw(ports)

    message = digest_now()

    attach([message])
    body = emails.compose(message).body

    assert "1 withdrawn practice this week" in body
    assert ("Published" in body, "See all practices on" in body) == (False, False)


def test_digest_leaves_out_a_withdrawal_that_has_ended(practices):
    make_subscription(query=f"practice={practices[0].pk}", cadence="daily")
    withdraw(practices[0])
    digest_now()

    restore(practices[0])

    message = OutboxMessage.objects.get(kind=Kind.DIGEST)
    attach([message])
    assert message.news is None


def digest_now():
    Announcement.objects.filter(message=None).update(due_at=timezone.now())
    sender.fan_out_all()
    return OutboxMessage.objects.filter(kind=Kind.DIGEST).latest("pk")
