"""E-mails to the submitters of a practice about what others do with it, and their requests for withdrawal."""

import pytest
from django.utils import timezone

from practices import workflow
from practices.choices import Kind, State, Suspension
from practices.models import OutboxMessage, Submission, Submitter
from practices.models.submission import new_token
from practices.notifications import emails, suspensions
from practices.workflow import TransitionNotAllowed
from tests.support.factories import judged, make_practice, make_submission, make_submitter

pytestmark = pytest.mark.django_db

BO = {"name": "Bo Lindqvist", "email": "bo@example.org"}


@pytest.fixture
def published():
    """Create the published submission of Ana, whose e-mails so far are gone."""
    submission = make_submission(State.PUBLISHED)
    OutboxMessage.objects.all().delete()
    return submission


def publish_correction(practice, moderator, **changes):
    """Publish a reader's correction of a practice."""
    correction = workflow.begin_correction(
        practice,
        practice.document | changes,
        submitter=make_submitter(**BO),
        form_key=new_token(),
        language="en",
        based_on=practice.revision_number,
    )
    workflow.submit(correction, seen=correction.content_version)
    OutboxMessage.objects.all().delete()
    workflow.publish(judged(correction), by=moderator)
    return correction


def told():
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "address"))


def test_submitter_hears_of_a_correction_by_another_reader_and_not_who_that_was(published, moderator):
    publish_correction(published.practice, moderator, area="Batumi")

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.PRACTICE_REVISED))
    assert told() == [
        (Kind.PRACTICE_REVISED, "ana@example.org"),
        (Kind.SUBMISSION_PUBLISHED, "bo@example.org"),
    ]
    assert "Another reader suggested changes" in mail.body
    assert "- Area" in mail.body
    assert [word for word in ("Lindqvist", "bo@example.org", "moderator@") if word in mail.body] == []


def test_reader_whose_correction_is_published_hears_of_changes(published, moderator):
    publish_correction(published.practice, moderator, area="Batumi")

    mail = emails.compose(OutboxMessage.objects.get(kind=Kind.SUBMISSION_PUBLISHED))
    assert mail.subject.startswith("Changes published: ")


def test_own_update_is_not_reported_as_a_correction(published, moderator):
    update = workflow.begin_update(published, language="en")
    workflow.submit(update, seen=update.content_version)
    workflow.correct(update, update.document | {"area": "Batumi"}, by=moderator)
    OutboxMessage.objects.all().delete()

    workflow.publish(judged(update), by=moderator)

    message = OutboxMessage.objects.get()
    assert (message.kind, message.context["edited"]) == (Kind.SUBMISSION_PUBLISHED, ["Area"])


def test_accepted_changes_that_the_catalogue_had_already_are_said_to_change_nothing(published, moderator):
    publish_correction(published.practice, moderator)

    message = OutboxMessage.objects.get()
    assert (message.address, message.context) == ("bo@example.org", {"is_update": True, "is_same": True})


def test_address_that_is_not_confirmed_hears_nothing(published, moderator):
    Submitter.objects.update(verified_at=None)

    workflow.withdraw_practice(published.practice, by=moderator, reason="Its source is gone.")

    assert told() == []


def test_edit_that_changes_nothing_tells_nobody(published, moderator):
    workflow.edit_practice(published.practice, published.practice.document, by=moderator)

    assert told() == []


def test_merging_again_tells_nobody_twice(published, moderator):
    other = make_practice(title="Desks")

    for _attempt in range(2):
        workflow.merge(published.practice, into=other, by=moderator)

    assert told() == [(Kind.PRACTICE_MERGED, "ana@example.org")]


def test_proposal_of_a_moderator_is_told_as_an_edit(published, moderator, settings):
    settings.APPROVALS_NEEDED = 2
    practice = published.practice
    proposal = workflow.edit_practice(practice, practice.document | {"area": "Batumi"}, by=moderator)
    settings.APPROVALS_NEEDED = 1

    workflow.publish(judged(proposal), by=moderator)

    assert OutboxMessage.objects.get(kind=Kind.PRACTICE_REVISED).context["cause"] == "edited"


def test_withdrawal_that_was_asked_for_says_so_and_ends_the_request(published, moderator):
    workflow.request_withdrawal(published, reason="It names a colleague.")
    OutboxMessage.objects.all().delete()

    workflow.withdraw_practice(published.practice, by=moderator, reason="The submitter asked for it.")

    published.refresh_from_db()
    body = emails.compose(OutboxMessage.objects.get()).body
    assert ("As you asked, " in body, published.withdrawal_requested_at) == (True, None)


def waiting():
    return list(OutboxMessage.objects.waiting().order_by("pk").values_list("kind", flat=True))


def test_withdrawal_replaces_mails_that_it_makes_untrue(published, moderator):
    workflow.edit_practice(published.practice, published.practice.document | {"area": "Batumi"}, by=moderator)
    workflow.request_withdrawal(published, reason="It names a colleague.")

    workflow.withdraw_practice(published.practice, by=moderator, reason="The submitter asked for it.")

    assert waiting() == [Kind.PRACTICE_WITHDRAWN]


def sent():
    """Mark what waits as sent."""
    OutboxMessage.objects.waiting().update(sent_at=timezone.now())


def withdraw(practice, moderator):
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")


def merge(practice, moderator):
    workflow.merge(practice, into=make_practice(title="Pension desks"), by=moderator)


def withdraw_and_merge(practice, moderator):
    withdraw(practice, moderator)
    merge(practice, moderator)


LEAVES = pytest.mark.parametrize("leave", [withdraw, merge, withdraw_and_merge])


@LEAVES
def test_restoration_is_mailed_to_those_who_know_that_the_practice_had_left(leave, published, moderator):
    leave(published.practice, moderator)
    sent()

    workflow.restore_practice(published.practice, by=moderator)

    assert waiting() == [Kind.PRACTICE_RESTORED]


@LEAVES
def test_restoration_before_the_mail_about_the_end_was_sent_tells_nothing(leave, published, moderator):
    leave(published.practice, moderator)

    workflow.restore_practice(published.practice, by=moderator)

    assert waiting() == []


@LEAVES
def test_publication_that_nobody_was_told_of_is_mailed_as_such_after_a_restoration(leave, moderator):
    published = make_submission(State.PUBLISHED)
    OutboxMessage.objects.exclude(kind=Kind.SUBMISSION_PUBLISHED).delete()
    leave(published.practice, moderator)

    workflow.restore_practice(published.practice, by=moderator)

    assert waiting() == [Kind.SUBMISSION_PUBLISHED]


def test_second_restoration_is_mailed_to_those_who_know_of_the_first_withdrawal(published, moderator):
    withdraw(published.practice, moderator)
    sent()
    workflow.restore_practice(published.practice, by=moderator)
    withdraw(published.practice, moderator)

    workflow.restore_practice(published.practice, by=moderator)

    assert waiting() == [Kind.PRACTICE_RESTORED]


def test_restoration_is_mailed_to_those_who_asked_for_the_withdrawal(published, moderator):
    workflow.request_withdrawal(published, reason="It names a colleague.")
    sent()
    withdraw(published.practice, moderator)

    workflow.restore_practice(published.practice, by=moderator)

    assert waiting() == [Kind.PRACTICE_RESTORED]


def test_restoration_sends_nothing_to_an_address_that_complained(moderator):
    published = make_submission(State.PUBLISHED)
    withdraw(published.practice, moderator)
    suspensions.remember("ana@example.org", Suspension.COMPLAINT, at=timezone.now())

    workflow.restore_practice(published.practice, by=moderator)

    assert Kind.SUBMISSION_PUBLISHED not in waiting()


def test_merge_replaces_the_mail_about_a_withdrawal(published, moderator):
    withdraw_and_merge(published.practice, moderator)

    assert waiting() == [Kind.PRACTICE_MERGED]


def test_mail_about_a_request_that_was_cancelled_is_not_sent(published):
    workflow.request_withdrawal(published, reason="It names a colleague.")

    workflow.cancel_withdrawal_request(published)

    assert Kind.WITHDRAWAL_REQUESTED not in waiting()


def test_mails_of_other_owners_and_practices_stay(published, moderator):
    other = make_submission(State.PUBLISHED, submitter=make_submitter(**BO))
    workflow.request_withdrawal(other, reason="It names a colleague.")

    workflow.withdraw_practice(published.practice, by=moderator, reason="Its source is gone.")

    assert Kind.WITHDRAWAL_REQUESTED in waiting()


@pytest.mark.parametrize("asked", [False, True])
def test_mail_about_a_merge_says_what_became_of_a_request(published, moderator, asked):
    if asked:
        workflow.request_withdrawal(published, reason="It names a colleague.")

    workflow.merge(published.practice, into=make_practice(title="Desks"), by=moderator)

    body = emails.compose(OutboxMessage.objects.get(kind=Kind.PRACTICE_MERGED)).body
    assert ("With the merge, this request has ended." in " ".join(body.split())) == asked


def test_merge_ends_a_request_for_withdrawal(published, moderator):
    workflow.request_withdrawal(published, reason="It names a colleague.")
    workflow.merge(published.practice, into=make_practice(title="Desks"), by=moderator)

    workflow.restore_practice(published.practice, by=moderator)

    published.refresh_from_db()
    assert published.withdrawal_requested_at is None


def test_request_for_withdrawal_sent_twice_is_one(published):
    workflow.request_withdrawal(published, reason="It names a colleague.")
    again = Submission.objects.get(pk=published.pk)

    workflow.request_withdrawal(again, reason="It names a colleague.")

    assert (told(), again.thread.count()) == ([(Kind.WITHDRAWAL_REQUESTED, "ana@example.org")], 1)


def test_reader_who_sent_a_correction_cannot_ask_for_withdrawal(published, moderator):
    correction = publish_correction(published.practice, moderator)

    with pytest.raises(TransitionNotAllowed):
        workflow.request_withdrawal(correction, reason="It is ours.")


def test_request_of_a_practice_withdrawn_meanwhile_is_refused(published, moderator):
    workflow.withdraw_practice(published.practice, by=moderator, reason="Its source is gone.")

    with pytest.raises(TransitionNotAllowed):
        workflow.request_withdrawal(published, reason="It names a colleague.")


def test_update_of_a_confirmed_address_needs_confirmation_once_it_names_another(published):
    update = workflow.begin_update(published, language="en")
    was_confirmed = update.submitter.verified_at is not None

    workflow.save(
        update,
        typed={},
        seen=update.version,
        document=update.document,
        submitter={"email": "new@example.org"},
    )

    assert (was_confirmed, update.submitter.verified_at) == (True, None)
