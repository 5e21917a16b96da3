"""Notifications of messages between submitters and moderators."""

import pytest
from django.utils.translation import override

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage, StaffProfile, Submission
from practices.notifications import emails
from tests.support.factories import document, make_submission, make_summarised

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


def test_moderator_reads_in_the_chosen_language_and_is_led_to_pages_in_it(amina):
    StaffProfile.objects.filter(user=amina).update(language="fr")
    submission = given_to(amina)

    with override("ar"):  # the language of the page on which the submitter writes
        workflow.write(submission, "From 2016 on.")

    message = OutboxMessage.objects.get(kind=Kind.MODERATION_ANSWER)
    mail = emails.compose(message)
    assert message.language == "fr"
    assert f"/fr/admin/practices/submission/{submission.pk}/change/" in mail.body
    assert "/ar/" not in mail.body


def test_moderator_whose_language_is_no_longer_offered_reads_in_that_of_the_site(amina):
    StaffProfile.objects.filter(user=amina).update(language="nl")

    workflow.write(given_to(amina), "From 2016 on.")

    assert OutboxMessage.objects.get(kind=Kind.MODERATION_ANSWER).language == "en"


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


def test_request_for_changes_is_not_mailed_once_the_submission_is_withdrawn():
    submission = make_submission(State.CHANGES_REQUESTED)

    workflow.withdraw(submission)

    waiting = OutboxMessage.objects.waiting().values_list("kind", flat=True)
    assert Kind.SUBMISSION_CHANGES_REQUESTED not in waiting


def test_mail_about_a_message_is_not_sent_once_the_submission_is_withdrawn(amina):
    submission = given_to(amina)
    workflow.write(submission, "We had second thoughts.")

    workflow.withdraw(submission)

    assert not OutboxMessage.objects.waiting().filter(kind=Kind.MODERATION_ANSWER).exists()


def test_moderator_is_not_notified_of_their_own_messages(amina):
    workflow.write(given_to(amina), "Which years?", by=amina)

    assert told() == []


def test_other_moderators_are_not_notified(amina):
    make_summarised("Bo")

    workflow.write(given_to(amina), "From 2016 on.")

    assert told() == ["amina@moderators.example.org"]


def turn_off(amina):
    StaffProfile.objects.filter(user=amina).update(answers=False, nightly_summary=False)


def lose_the_address(amina):
    type(amina).objects.filter(pk=amina.pk).update(email="")


def leave(amina):
    type(amina).objects.filter(pk=amina.pk).update(is_active=False)


def change_job(amina):
    amina.groups.clear()


def hand_over(amina):
    Submission.objects.update(assignee=None)


@pytest.mark.parametrize("happens", [turn_off, lose_the_address, leave, change_job, hand_over])
def test_answer_reaches_who_wants_the_summary_if_not_the_assignee(amina, happens):
    make_summarised("Bo")
    submission = given_to(amina)
    happens(amina)
    submission.refresh_from_db()
    StaffProfile.objects.filter(user=amina).update(nightly_summary=False)

    workflow.write(submission, "From 2016 on.")

    assert told() == ["bo@moderators.example.org"]


def test_answer_reaches_every_moderator_if_nobody_wants_the_summary(amina):
    make_summarised("Bo")
    StaffProfile.objects.update(nightly_summary=False)

    workflow.write(make_submission(State.REJECTED), "From 2016 on.")

    assert told() == ["amina@moderators.example.org", "bo@moderators.example.org"]


def test_answer_about_spam_reaches_its_assignee_only(amina):
    workflow.write(make_submission(State.SPAM), "Cheap watches.")

    assert told() == []


def test_note_of_a_new_submission_is_no_answer(amina):
    submission = make_submission()
    submission.typed = {"note": ["Ask me about the port."]}
    submission.save()

    workflow.submit(submission, seen=submission.content_version)

    assert (submission.thread.count(), told()) == (1, [])


def test_request_for_changes_assigns_the_submission_to_who_asked(amina):
    submission = given_to(amina)
    bo = make_summarised("Bo").user

    workflow.request_changes(submission, by=bo, reason="Which years?")
    workflow.resubmit(submission, document(start_year=2016), seen=submission.content_version)

    assert told() == ["bo@moderators.example.org"]


def test_mail_to_a_moderator_says_what_the_submitter_did(amina):
    asked = given_to(amina, State.CHANGES_REQUESTED)
    published = make_submission(State.PUBLISHED, title="Remittance desks")

    workflow.resubmit(asked, document(start_year=2016), seen=asked.content_version)
    workflow.request_withdrawal(published, reason="Its funding ended.")

    messages = OutboxMessage.objects.filter(kind=Kind.MODERATION_ANSWER).order_by("pk")
    assert [emails.compose(message).subject.split(" – ")[0] for message in messages] == [
        "Sent again: Pension desks in two ports",
        "Withdrawal requested: Remittance desks",
    ]


def test_resubmission_records_what_changed():
    submission = make_submission(State.CHANGES_REQUESTED)

    workflow.resubmit(submission, document(start_year=2016), seen=submission.content_version)

    assert submission.events.latest("pk").changes == {"start_year": [None, 2016]}


def test_mail_to_a_moderator_does_not_hold_the_private_link(amina):
    submission = given_to(amina)

    workflow.write(submission, "From 2016 on.")

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.MODERATION_ANSWER))
    assert submission.token not in mail.body + mail.alternatives[0].content
