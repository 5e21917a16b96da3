from datetime import timedelta

import pytest

from practices import documents, workflow
from practices.choices import Kind, State
from practices.models import (
    Broadcast,
    ModerationEvent,
    OutboxMessage,
    Practice,
    Revision,
    Submission,
    Submitter,
)
from practices.notifications import outbox, sender, subscriptions
from practices.notifications.outbox import news
from practices.workflow import TransitionNotAllowed
from tests.support.factories import (
    NOW,
    document,
    judged,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    make_subscription,
)

pytestmark = pytest.mark.django_db


def queued(**fields):
    """Return (kind, address) of the matching messages, oldest first."""
    messages = OutboxMessage.objects.filter(**fields).order_by("pk")
    return list(messages.values_list("kind", "address"))


def events(submission):
    return list(submission.events.values_list("from_state", "to_state"))


# Concurrency ----------------------------------------------------------------------


def test_second_of_two_moderators_is_told():
    ana, ben = make_moderator("ana"), make_moderator("ben")
    seen_by_ana = make_submission(State.SUBMITTED)
    seen_by_ben = Submission.objects.get(pk=seen_by_ana.pk)
    workflow.reject(seen_by_ana, by=ana, reason="Not about migration.")

    with pytest.raises(TransitionNotAllowed) as refusal:
        workflow.publish(judged(seen_by_ben), by=ben)

    assert str(refusal.value) == "rejected → published"
    assert seen_by_ben.state == State.REJECTED
    assert list(seen_by_ana.events.values_list("to_state", "by__username")) == [
        ("submitted", None),
        ("rejected", "ana"),
    ]
    assert list(Practice.objects.all()) == []


def test_of_moderators_at_the_same_instant_one_publishes(at_once, moderator):
    submission = make_submission(State.SUBMITTED)

    outcomes = at_once(
        4, lambda: workflow.publish(judged(Submission.objects.get(pk=submission.pk)), by=moderator)
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, TransitionNotAllowed)]
    assert (len(refused), Practice.objects.count(), Revision.objects.count()) == (3, 1, 1)
    assert events(submission) == [("draft", "submitted"), ("submitted", "published")]


def test_moderator_who_saw_an_older_document_cannot_withdraw_a_decision(moderator):
    stale = make_submission(State.IN_REVIEW)
    workflow.publish(judged(Submission.objects.get(pk=stale.pk)), by=moderator)

    with pytest.raises(TransitionNotAllowed):
        workflow.return_to_queue(stale, by=moderator)

    assert Submission.objects.get(pk=stale.pk).state == State.PUBLISHED


# The submitter's steps ------------------------------------------------------------


def test_draft_is_kept_as_a_whole_document():
    submission = workflow.begin(
        {"title": "Desks", "summary": "Desks help.", "objectives": [21]},
        submitter=make_submitter(),
        form_key="form-1",
        language="en",
        now=NOW,
    )

    submission.refresh_from_db()
    assert submission.document == document(title="Desks", summary="Desks help.", language="")
    assert (submission.state, submission.created_at, submission.submitted_at) == (State.DRAFT, NOW, None)


def test_sending_a_draft_asks_the_submitter_to_confirm():
    submission = make_submission(submitter=make_submitter(email="ana@example.org"))

    messages = OutboxMessage.objects.values("kind", "address", "language", "submission", "context")
    assert list(messages) == [
        {
            "kind": "submission_confirm",
            "address": "ana@example.org",
            "language": "en",
            "submission": submission.pk,
            "context": {"confirm_path": workflow.confirm_path(submission)},
        }
    ]


def test_form_sent_twice_is_stored_once():
    first = make_submission(form_key="form-1")

    second = make_submission(form_key="form-1", title="Sent again")

    assert second == first
    assert (Submission.objects.count(), Submitter.objects.count()) == (1, 1)
    assert queued() == [("submission_confirm", "ana@example.org")]


def test_form_sent_several_times_at_the_same_instant_is_stored_once(at_once):
    make_moderator()

    def begin():
        return workflow.begin(document(), submitter=make_submitter(), form_key="form-1", language="en")

    assert at_once(4, begin) == [Submission.objects.get()] * 4
    assert Submitter.objects.count() == 1


def test_trapped_draft_becomes_spam_and_sends_nothing():
    submission = make_submission(State.SPAM, trapped=True)

    assert events(submission) == [("draft", "spam")]
    assert queued() == []


def test_submit_dates_the_document(moderator):
    submission = make_submission()

    workflow.submit(submission, seen=submission.version, now=NOW)

    submission.refresh_from_db()
    assert submission.document == document(submitted_on="2026-11-02")
    assert submission.submitted_at == NOW


def test_submit_shows_that_the_address_is_theirs():
    submission = make_submission()

    workflow.submit(submission, seen=submission.version, now=NOW)

    submission.submitter.refresh_from_db()
    assert submission.submitter.verified_at == NOW


def test_answer_keeps_credit_date_and_place_in_the_queue():
    asked = make_submission(State.CHANGES_REQUESTED, credit="Ana Reyes", now=NOW)

    again = document(title="With years", start_year=2019)
    workflow.resubmit(asked, again, seen=asked.content_version, now=NOW + timedelta(days=3))

    asked.refresh_from_db()
    assert asked.document == document(
        title="With years", start_year=2019, credit="Ana Reyes", submitted_on="2026-11-02"
    )
    assert (asked.state, asked.submitted_at) == (State.SUBMITTED, NOW)


# The moderators' steps ------------------------------------------------------------


def test_reason_reaches_the_submitter_and_the_note_does_not(moderator):
    submission = make_submission(State.SUBMITTED)

    workflow.reject(submission, by=moderator, reason="Too short.", internal_note="Sent before?", now=NOW)

    message = OutboxMessage.objects.get(kind=Kind.SUBMISSION_REJECTED)
    assert message.context == {"reason": "Too short."}
    event = ModerationEvent.objects.values("by", "reason", "internal_note", "at").get(to_state="rejected")
    assert event == {"by": moderator.pk, "reason": "Too short.", "internal_note": "Sent before?", "at": NOW}


def test_start_review_names_the_moderator(moderator):
    submission = make_submission(State.SUBMITTED)

    workflow.start_review(submission, by=moderator)

    submission.refresh_from_db()
    assert submission.assignee == moderator


def test_return_to_queue_frees_the_submission(moderator):
    submission = make_submission(State.IN_REVIEW, now=NOW)

    workflow.return_to_queue(submission, by=moderator)

    submission.refresh_from_db()
    assert (submission.assignee, submission.submitted_at) == (None, NOW)


def test_return_from_spam_makes_up_for_the_submitting(moderator):
    submission = make_submission(State.SPAM, trapped=True)

    workflow.return_to_queue(submission, by=moderator, now=NOW)

    submission.refresh_from_db()
    assert (submission.submitted_at, submission.decided_at) == (NOW, None)
    assert submission.document == document(submitted_on="2026-11-02")


@pytest.mark.parametrize("gap", [{"title": ""}, {"summary": ""}, {"objectives": []}])
def test_incomplete_spam_cannot_return_to_the_queue(moderator, gap):
    submission = make_submission(State.SPAM, trapped=True, **gap)

    with pytest.raises(TransitionNotAllowed):
        workflow.return_to_queue(submission, by=moderator)

    assert events(submission) == [("draft", "spam")]


def test_decision_is_dated_and_its_reopening_undated(moderator):
    submission = make_submission(State.SUBMITTED)

    workflow.reject(submission, by=moderator, reason="Too short.", now=NOW)
    decided_at = Submission.objects.get().decided_at
    workflow.reopen(submission, by=moderator)

    assert (decided_at, Submission.objects.get().decided_at) == (NOW, None)


def test_publish_makes_practice_revision_and_messages(moderator):
    make_subscription(21, "reader@example.org")
    submission = make_submission(State.SUBMITTED, title="Pension desks", now=NOW)
    OutboxMessage.objects.all().delete()

    practice = workflow.publish(judged(submission), by=moderator, note="Welcome", now=NOW)

    submission.refresh_from_db()
    assert (submission.practice, submission.decided_at) == (practice, NOW)
    assert list(Practice.objects.values("title", "published_at", "revised_at", "withdrawn_at")) == [
        {"title": "Pension desks", "published_at": NOW, "revised_at": NOW, "withdrawn_at": None}
    ]
    assert list(practice.revisions.values("number", "document", "note", "published_at", "by")) == [
        {
            "number": 1,
            "document": document(title="Pension desks", submitted_on="2026-11-02"),
            "note": "Welcome",
            "published_at": NOW,
            "by": moderator.pk,
        }
    ]
    assert queued() == [("submission_published", "ana@example.org")]
    assert list(Broadcast.objects.values_list("practice", "revision", "fanned_out_at")) == [
        (practice.pk, 1, None)
    ]


@pytest.mark.parametrize(
    ("module", "broken"), [(documents, "apply"), (subscriptions, "announce"), (outbox, "enqueue")]
)
def test_publish_that_fails_leaves_nothing_behind(module, broken, moderator, monkeypatch):
    make_subscription(21, "reader@example.org")
    submission = make_submission(State.SUBMITTED)
    recorded, messages = events(submission), queued()

    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(module, broken, fail)

    with pytest.raises(RuntimeError):
        workflow.publish(judged(submission), by=moderator)

    submission.refresh_from_db()
    assert (submission.state, submission.practice) == (State.SUBMITTED, None)
    assert (events(submission), queued()) == (recorded, messages)
    assert (Practice.objects.count(), Revision.objects.count()) == (0, 0)


def test_publish_of_an_update_makes_revision_2_and_no_announcement(moderator):
    practice = make_practice(title="First", now=NOW)
    make_subscription(21, "reader@example.org")
    update = make_submission(State.SUBMITTED, practice=practice, title="Second")
    later = NOW + timedelta(days=30)

    workflow.publish(judged(update), by=moderator, note="New figures", now=later)

    assert list(Practice.objects.values_list("title", "published_at", "revised_at")) == [
        ("Second", NOW, later)
    ]
    assert list(practice.revisions.values_list("number", "document__title", "note")) == [
        (2, "Second", "New figures"),
        (1, "First", "First published"),
    ]
    assert queued(kind=Kind.PRACTICE_PUBLISHED) == []


def test_update_by_a_clock_set_back_is_published_all_the_same():
    practice = make_practice(title="First", now=NOW)

    workflow.publish_document(document(title="Second"), to=practice, now=NOW - timedelta(hours=1))

    practice = Practice.objects.get()
    assert (practice.title, practice.published_at, practice.revised_at) == ("Second", NOW, NOW)


def test_update_does_not_restore_a_withdrawn_practice(moderator):
    practice = make_practice(title="First")
    seen_before = Practice.objects.get()
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.", now=NOW)

    workflow.publish_document(document(title="Second"), to=seen_before)

    assert list(Practice.objects.values_list("title", "withdrawn_at", "withdrawal_reason")) == [
        ("Second", NOW, "Its source is gone.")
    ]


# Announcements --------------------------------------------------------------------


def test_reader_of_two_objectives_hears_once(moderator):
    make_subscription(22, "reader@example.org")
    make_subscription(21, "reader@example.org")

    practice = make_practice(announce=True, objectives=[22, 21])
    sender.fan_out_all()

    announced = OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED)
    news.attach([message := announced.get()])
    assert (message.address, message.practice) == ("reader@example.org", practice)
    assert message.news.items[0].queries == ("objective=22", "objective=21")


def test_only_confirmed_readers_of_its_objectives_hear_of_a_practice():
    make_subscription(21, "reader@example.org")
    make_subscription(21, "unconfirmed@example.org", confirmed=False)
    make_subscription(20, "elsewhere@example.org")

    make_practice(announce=True, objectives=[21, 19])
    sender.fan_out_all()

    assert queued(kind=Kind.PRACTICE_PUBLISHED) == [("practice_published", "reader@example.org")]


def test_only_material_revisions_are_announced():
    make_subscription(21, "reader@example.org")
    practice = make_practice(announce=True)
    sender.fan_out_all()
    OutboxMessage.objects.update(sent_at=NOW)

    workflow.publish_document(document(title="Typing error"), to=practice)
    workflow.publish_document(document(title="New results"), to=practice, material=True, note="New results")
    sender.fan_out_all()

    told = OutboxMessage.objects.waiting()
    assert [message.kind for message in told] == ["practice_updated"]
    assert list(Broadcast.objects.order_by("revision").values_list("revision", "note")) == [
        (1, "First published"),
        (3, "New results"),
    ]


# Practices ------------------------------------------------------------------------


def test_updates_at_the_same_instant_each_get_a_number(at_once):
    practice = make_practice()
    areas = ["Batumi", "Manila", "Tanger", "Suva"]

    at_once(4, lambda: workflow.publish_document(document(area=areas.pop()), to=practice))

    assert list(practice.revisions.values_list("number", flat=True)) == [5, 4, 3, 2, 1]


def test_subscription_of_an_objective_that_is_not_its_main_one_counts():
    make_subscription(19, "reader@example.org")

    make_practice(announce=True, objectives=[21, 19])
    sender.fan_out_all()

    assert queued(kind=Kind.PRACTICE_PUBLISHED) == [("practice_published", "reader@example.org")]


def test_submit_beside_a_save_never_loses_the_save(at_once):
    submission = make_submission(State.DRAFT)

    def save():
        mine = Submission.objects.select_related("submitter").get(pk=submission.pk)
        workflow.save(mine, typed={}, seen=1, document=document(title="Saved"), submitter={})
        return "saved"

    def submit():
        mine = Submission.objects.select_related("submitter").get(pk=submission.pk)
        workflow.submit(mine, seen=1)
        return "submitted"

    steps = [save, submit]

    def next_step():
        return steps.pop()()

    outcomes = at_once(2, next_step)

    submission.refresh_from_db()
    won = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert (won, submission.title, submission.state) in [
        (["saved"], "Saved", State.DRAFT),
        (["submitted"], "Pension desks in two ports", State.SUBMITTED),
    ]


# Updates --------------------------------------------------------------------------


def test_update_never_opens_a_draft_of_somebody_else():
    published = make_submission(State.PUBLISHED)
    stranger = make_submission(State.DRAFT, practice=published.practice, title="Trap")

    update = workflow.begin_update(published, language="en")

    assert (update.pk == stranger.pk, update.begun_from, update.title) == (False, published, published.title)


def test_update_opens_the_draft_begun_by_the_same_link():
    published = make_submission(State.PUBLISHED)

    updates = [workflow.begin_update(published, language="en") for _time in range(2)]

    assert updates[0] == updates[1]


def test_update_by_the_link_of_a_correction_opens_no_draft_of_its_owner(moderator):
    published = make_submission(State.PUBLISHED)
    mine = workflow.begin_update(published, language="en")
    correction = make_submission(State.SUBMITTED, practice=published.practice)
    workflow.publish(judged(correction), by=moderator)

    assert workflow.begin_update(correction, language="en").pk != mine.pk


def test_update_begun_twice_at_once_is_one_draft(at_once):
    published = make_submission(State.PUBLISHED)

    drafts = at_once(4, lambda: workflow.begin_update(published, language="en").pk)

    assert len(set(drafts)) == 1


def test_answer_beside_a_save_never_loses_the_save(at_once):
    submission = make_submission(State.CHANGES_REQUESTED)

    def save():
        mine = Submission.objects.select_related("submitter").get(pk=submission.pk)
        workflow.save(mine, typed={"title": ["Saved"]}, seen=1, document=document(), submitter={})
        return "saved"

    def answer():
        mine = Submission.objects.select_related("submitter").get(pk=submission.pk)
        workflow.resubmit(mine, mine.document, seen=1)
        return "answered"

    steps = [save, answer]

    def next_step():
        return steps.pop()()

    outcomes = at_once(2, next_step)

    submission.refresh_from_db()
    won = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert (won, submission.typed, submission.state) in [
        (["saved"], {"title": ["Saved"]}, State.CHANGES_REQUESTED),
        (["answered"], {}, State.SUBMITTED),
    ]


def test_key_of_a_form_is_stored_as_a_hash():
    submission = make_submission(form_key="form-1")

    assert "form-1" not in submission.form_key
