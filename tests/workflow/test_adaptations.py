"""Uses of practices elsewhere: moderated like any text, shown beside the practice, and what becomes of them later."""

import pytest
from django.core import mail

from practices import workflow
from practices.choices import Act, Actor, Kind, State
from practices.models import Adaptation, OutboxMessage, Practice, Submission
from practices.notifications import sender
from tests.support.factories import (
    NOW,
    USE,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    send_adaptation,
)

pytestmark = pytest.mark.django_db


def told(kind):
    return list(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def published(**more):
    """Publish a use of a new practice and return it."""
    send_adaptation(State.PUBLISHED, of=more.pop("of", None) or make_practice(), **more)
    return Adaptation.objects.latest("pk")


def count_of(practice):
    """Return the number of uses that lists know of."""
    return len(Practice.objects.with_versions().get(pk=practice.pk).used_as.split())


def test_accepted_report_is_published_beside_the_practice():
    practice = make_practice()

    submission = send_adaptation(State.PUBLISHED, of=practice, now=NOW)

    row = practice.adaptations.get()
    assert (row.country.code, row.area, row.organisations) == ("KE", "Mombasa", ["Port of Mombasa"])
    assert (row.start_year, row.end_year, row.link) == (2021, None, USE["source_url"])
    assert (row.changes, row.results, row.failures) == (USE["summary"], USE["results"], USE["hindsight"])
    assert (row.credit, row.language, row.published_at, row.submission) == (
        "Ana Reyes",
        "en",
        NOW,
        submission,
    )
    assert count_of(practice) == 1


def test_practice_has_no_new_revision_and_subscribers_are_told_nothing():
    practice = make_practice()

    send_adaptation(State.PUBLISHED, of=practice)

    practice.refresh_from_db()
    assert practice.revision_number == 1
    assert not told(Kind.PRACTICE_PUBLISHED)


def test_report_needs_no_criteria():
    send_adaptation(State.PUBLISHED, of=make_practice())

    assert not Submission.objects.get().ticks.exists()


def test_report_on_a_withdrawn_practice_cannot_be_published(moderator):
    practice = make_practice()
    submission = send_adaptation(of=practice)
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    with pytest.raises(workflow.PracticeWithdrawn):
        workflow.publish(Submission.objects.get(pk=submission.pk), by=moderator)

    assert not Adaptation.objects.exists()


def test_report_on_a_withdrawn_practice_cannot_be_begun():
    with pytest.raises(workflow.TransitionNotAllowed):
        send_adaptation(of=make_practice(withdrawn=True))


def test_whoever_reports_does_not_speak_for_the_practice():
    submission = send_adaptation(State.PUBLISHED, of=make_practice())

    assert not Submission.objects.of_owners().exists()
    steps = workflow.available(submission, by=Actor.SUBMITTER)
    assert not {"begin_update", "request_withdrawal", "attach"} & set(steps)


def test_same_form_sent_twice_is_one_report():
    practice = make_practice()

    for _time in range(2):
        send_adaptation(State.DRAFT, of=practice, form_key="one form")

    assert Submission.objects.count() == 1


def test_submitter_of_the_practice_hears_once_at_acceptance():
    original = make_submission(State.PUBLISHED, submitter=make_submitter(email="port@example.org"))

    submission = send_adaptation(of=original.practice)
    assert told(Kind.PRACTICE_REVISED) == []
    workflow.publish(submission, by=make_moderator())

    assert told(Kind.PRACTICE_REVISED) == ["port@example.org"]
    sender.send_due()
    message = next(each for each in mail.outbox if each.subject.startswith("Used elsewhere"))
    assert "was used elsewhere: Kenya, Mombasa." in message.body
    assert "If something in the report is wrong, write to the moderators" in message.body


def test_mail_to_confirm_a_report_names_the_practice():
    submission = send_adaptation(State.DRAFT, of=make_practice(title="Pension desks"))

    workflow.send(submission)
    sender.send_due()

    assert "Thank you for telling us that you used “Pension desks”." in mail.outbox[0].body


def test_submitter_who_reports_on_their_own_practice_is_not_told_of_it():
    original = make_submission(State.PUBLISHED)

    send_adaptation(State.PUBLISHED, of=original.practice)

    assert told(Kind.PRACTICE_REVISED) == []


def test_whoever_reports_hears_of_publication_with_the_address_of_the_report():
    send_adaptation(State.PUBLISHED, of=make_practice())

    sender.send_due()

    message = next(each for each in mail.outbox if each.subject.startswith("Report published"))
    assert Adaptation.objects.get().get_absolute_url() in message.body


def test_whoever_reports_withdraws_it_later():
    practice = make_practice()
    submission = send_adaptation(State.PUBLISHED, of=practice)

    workflow.retract_adaptation(submission)

    assert not Adaptation.objects.published().exists()
    assert count_of(practice) == 0
    with pytest.raises(workflow.TransitionNotAllowed):
        workflow.retract_adaptation(submission)


def test_moderators_do_not_restore_what_was_retracted(moderator):
    row = published()
    workflow.retract_adaptation(row.submission)

    was_made = workflow.restore_adaptation(row.practice, adaptation=row, by=moderator, reason="We liked it.")

    assert (was_made, count_of(row.practice), told(Kind.ADAPTATION_RESTORED)) == (False, 0, [])


def test_moderator_withdraws_a_report_and_restores_it(moderator):
    row = published()

    assert workflow.withdraw_adaptation(
        row.practice, adaptation=row, by=moderator, reason="The city denies it."
    )
    assert (count_of(row.practice), told(Kind.ADAPTATION_WITHDRAWN)) == (0, ["ana@example.org"])
    assert not workflow.withdraw_adaptation(
        row.practice, adaptation=row, by=moderator, reason="The city denies it."
    )
    assert workflow.restore_adaptation(
        row.practice, adaptation=row, by=moderator, reason="The city has confirmed it."
    )

    assert (count_of(row.practice), told(Kind.ADAPTATION_RESTORED)) == (1, ["ana@example.org"])
    notes = row.practice.events.filter(act=Act.CORRECTED).in_order().values_list("internal_note", flat=True)
    assert [note.partition(":")[0] for note in notes] == ["Use elsewhere withdrawn", "Use elsewhere restored"]


def test_moderator_corrects_a_small_mistake(moderator):
    row = published()

    changed = workflow.edit_adaptation(
        row.practice, USE | {"area": "Mombasa Island", "language": "en"}, adaptation=row, by=moderator
    )

    row.refresh_from_db()
    assert (changed, row.area, row.number, row.credit) == (["area"], "Mombasa Island", 2, "Ana Reyes")


def test_moderator_who_has_read_an_earlier_version_changes_nothing(moderator):
    row = published()
    workflow.edit_adaptation(
        row.practice, USE | {"area": "Mombasa Island", "language": "en"}, adaptation=row, by=moderator, seen=1
    )

    with pytest.raises(workflow.PracticeRevisedMeanwhile):
        workflow.withdraw_adaptation(
            row.practice, adaptation=row, by=moderator, reason="The city denies it.", seen=1
        )


def test_report_moves_with_a_merge_and_back(moderator):
    twice, kept = make_practice(title="Desks"), make_practice(title="Pension desks")
    own = published(of=kept)
    row = published(of=twice)

    workflow.merge(twice, into=kept, by=moderator)
    assert list(kept.adaptations.all()) == [own, row]
    assert (count_of(twice), count_of(kept)) == (0, 2)
    workflow.restore_practice(Practice.objects.get(pk=twice.pk), by=moderator)

    assert (list(twice.adaptations.all()), list(kept.adaptations.all())) == ([row], [own])
    assert (count_of(twice), count_of(kept)) == (1, 1)


def test_open_report_becomes_one_on_the_practice_that_is_kept(moderator):
    twice, kept = make_practice(title="Desks"), make_practice(title="Pension desks")
    submission = send_adaptation(of=twice)

    workflow.merge(twice, into=kept, by=moderator)
    workflow.publish(Submission.objects.get(pk=submission.pk), by=moderator)

    assert kept.adaptations.get().submission == submission
    assert not Submission.objects.original().exists()


@pytest.mark.parametrize("decided", [False, True])
def test_report_sent_before_a_merge_returns_when_that_is_reverted(moderator, decided):
    twice, kept = make_practice(title="Desks"), make_practice(title="Pension desks")
    submission = send_adaptation(of=twice)
    workflow.merge(twice, into=kept, by=moderator)
    if decided:
        workflow.publish(Submission.objects.get(pk=submission.pk), by=moderator)

    workflow.restore_practice(Practice.objects.get(pk=twice.pk), by=moderator)

    submission.refresh_from_db()
    assert submission.practice == twice
    assert [count_of(each) for each in (twice, kept)] == [int(decided), 0]
    assert submission.events.in_order().last().internal_note == f"#{kept.pk} → #{twice.pk}"


def test_withdrawn_practice_comes_back_with_its_reports(moderator):
    row = published()
    workflow.withdraw_practice(row.practice, by=moderator, reason="Its source is gone.")
    assert not Adaptation.objects.published().exists()

    workflow.restore_practice(row.practice, by=moderator)

    assert list(Adaptation.objects.published()) == [row]
