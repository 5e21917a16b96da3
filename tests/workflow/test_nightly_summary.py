"""The nightly e-mail to moderators who want one."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command

from practices import workflow
from practices.choices import Kind, QuestionState, State
from practices.models import OutboxMessage, StaffProfile
from practices.notifications import emails
from tests.support.factories import NOW, make_moderator, make_question, make_submission, make_summarised

pytestmark = pytest.mark.django_db


def queued():
    messages = OutboxMessage.objects.filter(kind=Kind.MODERATION_SUMMARY).order_by("pk")
    return list(messages.values_list("address", flat=True))


def test_summary_lists_submissions_awaiting_a_decision():
    amina = make_summarised("Amina")
    make_moderator("Bo")
    make_submission(State.SUBMITTED, title="Old <desk>", now=NOW - timedelta(days=20))
    make_submission(State.CHANGES_REQUESTED, title="Not our turn", now=NOW)
    mine = make_submission(State.SUBMITTED, title="Mine", now=NOW)
    workflow.assign(mine, to=amina.user, by=amina.user)

    workflow.send_summaries(now=NOW)

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.MODERATION_SUMMARY))
    assert queued() == ["amina@moderators.example.org"]
    assert mail.subject == "2 submissions are waiting for a decision – Migration Good Practices"
    assert re.findall(r"^- (.*: \d+)$", mail.body, re.MULTILINE) == [
        "New since yesterday: 1",
        "Assigned to you: 1",
        "Not assigned: 1",
        "Waiting for more than 14 days: 1",
    ]
    assert re.search(r"^- Old <desk> <http\S+>, 20 days$", mail.body, re.MULTILINE)
    assert ("Old &lt;desk&gt;" in mail.alternatives[0].content, "Not our turn" in mail.body) == (True, False)


def test_summary_names_possible_spam_with_the_reason(moderator):
    make_summarised("Amina")
    make_submission(trapped=True, title="Pills")
    checked = make_submission(trapped=True, title="Checked")
    workflow.confirm_spam(checked, by=moderator)

    workflow.send_summaries(now=NOW)

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.MODERATION_SUMMARY))
    assert mail.subject == "1 submission looks like spam: please check – Migration Good Practices"
    assert re.search(
        r"^- Pills <http\S+>: A field that only programs see was filled in\.$", mail.body, re.MULTILINE
    )
    assert "Checked" not in mail.body


def test_nothing_to_decide_sends_nothing():
    make_summarised("Amina")
    make_submission(State.CHANGES_REQUESTED)

    workflow.send_summaries(now=NOW)

    assert (queued(), StaffProfile.objects.get().summarised_on) == ([], None)


def test_summary_goes_once_a_night_and_again_the_next():
    make_summarised("Amina")
    make_submission(State.SUBMITTED, now=NOW)

    sent = [workflow.send_summaries(now=NOW + timedelta(hours=hours)) for hours in (0, 1, 24)]

    assert sent == [1, 0, 1]


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"is_staff": False}, {"email": ""}, {"groups": []}], ids=str
)
def test_former_moderator_gets_no_summary(change):
    user = make_summarised("Amina").user
    make_submission(State.SUBMITTED)
    if "groups" in change:
        user.groups.clear()
    else:
        type(user).objects.filter(pk=user.pk).update(**change)

    workflow.send_summaries()

    assert queued() == []


def test_of_commands_at_the_same_instant_one_sends(at_once):
    make_summarised("Amina")
    make_submission(State.SUBMITTED)

    outcomes = at_once(4, workflow.send_summaries)

    assert (sorted(outcomes), queued()) == ([0, 0, 0, 1], ["amina@moderators.example.org"])


def test_command_says_how_many(capsys):
    make_summarised("Amina")
    make_submission(State.SUBMITTED)

    call_command("send_summaries")

    assert capsys.readouterr().out == "1 queued.\n"


def test_summary_counts_requests_for_withdrawal():
    make_summarised("Amina")
    submission = make_submission(State.PUBLISHED, title="Desks")
    workflow.request_withdrawal(submission, reason="It names a colleague.")

    workflow.send_summaries(now=NOW)

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.MODERATION_SUMMARY))
    assert mail.subject == "1 submitter asks to have a practice withdrawn – Migration Good Practices"
    assert ("- Desks" in mail.body, "?pile=withdrawal" in mail.body) == (True, True)


@pytest.mark.parametrize("trapped", [True, False])
def test_summary_has_no_live_address_of_what_nobody_has_checked(trapped):
    make_summarised("Amina")
    make_submission(
        State.DRAFT if trapped else State.SUBMITTED,
        trapped=trapped,
        title="Pills: https://shop.example/now or www.Pills.example, 2.5 U.S.",
    )

    workflow.send_summaries(now=NOW)

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.MODERATION_SUMMARY))
    assert "Pills: https[://]shop[.]example/now or www[.]Pills[.]example, 2.5 U.S." in mail.body
    assert "shop.example" not in mail.body + mail.alternatives[0].content


@pytest.mark.parametrize(("state", "count"), [(QuestionState.HELD, 1), (QuestionState.SENT, 0)])
def test_summary_counts_questions_that_need_a_decision(state, count):
    make_summarised()
    make_question(state)

    workflow.send_summaries()

    mails = [
        emails.compose(message) for message in OutboxMessage.objects.filter(kind=Kind.MODERATION_SUMMARY)
    ]
    assert [mail.subject.partition(" – ")[0] for mail in mails] == [
        "1 question of a reader needs a decision"
    ] * count
