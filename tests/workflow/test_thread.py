"""Notifications of messages between submitters and moderators."""

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage, StaffProfile
from practices.notifications import emails
from tests.support.factories import document, make_moderator, make_submission, make_summarised

pytestmark = pytest.mark.django_db


def told():
    """Return the addresses notified of a submitter's answer."""
    messages = OutboxMessage.objects.filter(kind=Kind.MODERATION_ANSWER).order_by("pk")
    return list(messages.values_list("address", flat=True))


@pytest.fixture
def amina():
    """Create a moderator who wants to be notified of answers."""
    return make_summarised("Amina", answers=True).user


def given_to(moderator, state=State.SUBMITTED):
    submission = make_submission(state)
    workflow.assign(submission, to=moderator, by=moderator)
    return submission


def test_assigned_moderator_is_notified_of_messages(amina):
    submission = given_to(amina)

    workflow.write(submission, "From 2016 on.")

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.MODERATION_ANSWER))
    said = [
        part in mail.body
        for part in ("From 2016 on.", f"/admin/practices/submission/{submission.pk}/change/")
    ]
    assert (told(), said) == (["amina@moderators.example.org"], [True, True])


def test_assigned_moderator_is_notified_of_a_resubmission(amina):
    submission = given_to(amina, State.CHANGES_REQUESTED)

    workflow.resubmit(submission, document(start_year=2016), seen=submission.content_version)

    assert told() == ["amina@moderators.example.org"]


def test_moderator_is_not_notified_of_their_own_messages(amina):
    workflow.write(given_to(amina), "Which years?", by=amina)

    assert told() == []


def test_other_moderators_are_not_notified(amina):
    workflow.write(given_to(make_moderator("Bo")), "From 2016 on.")

    assert told() == []


@pytest.mark.parametrize("change", [{"answers": False}, {"user__email": ""}, {"user__is_active": False}])
def test_moderator_without_notifications_or_access_is_not_notified(amina, change):
    [(name, value)] = change.items()
    changed = amina if name.startswith("user__") else StaffProfile.objects.get()
    setattr(changed, name.removeprefix("user__"), value)
    changed.save()

    workflow.write(given_to(amina), "From 2016 on.")

    assert told() == []


def test_assignee_who_is_no_moderator_any_more_is_not_notified(amina):
    submission = given_to(amina)
    amina.groups.clear()

    workflow.write(submission, "From 2016 on.")

    assert told() == []


def test_mail_to_a_moderator_does_not_hold_the_private_link(amina):
    submission = given_to(amina)

    workflow.write(submission, "From 2016 on.")

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.MODERATION_ANSWER))
    assert submission.token not in mail.body + mail.alternatives[0].content
