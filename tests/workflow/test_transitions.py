"""Contract of the tables of states and steps, checked for every row."""

import ast
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

import practices
from practices import personal_data, workflow
from practices.choices import STATES, Actor, Kind, PracticeState, QueueTab, State
from practices.core.upload_checks import Upload
from practices.models import Adaptation, OutboxMessage, Practice, StaffProfile, Submission
from practices.workflow import StepRefused, TransitionNotAllowed, publishing, transitions
from tests.support.factories import (
    NOW,
    USE,
    document,
    judged,
    make_moderator,
    make_outdated_update,
    make_practice,
    make_submission,
    make_submitter,
    send_adaptation,
    send_translation,
)
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def events(submission):
    return list(submission.events.values_list("from_state", "to_state"))


def queued(**fields):
    """Return (kind, address) of the matching messages, oldest first."""
    messages = OutboxMessage.objects.filter(**fields).order_by("pk")
    return list(messages.values_list("kind", "address"))


# The table of steps ---------------------------------------------------------------

ALLOWED = {
    (before, after)
    for before, afters in {
        "draft": "submitted spam",
        "submitted": "in_review changes_requested scheduled published rejected withdrawn spam",
        "in_review": "submitted changes_requested scheduled published rejected withdrawn spam",
        "changes_requested": "submitted rejected withdrawn",
        "scheduled": "in_review scheduled published withdrawn",
        "published": "",
        "rejected": "in_review",
        "withdrawn": "",
        "spam": "submitted withdrawn",
    }.items()
    for after in afters.split()
}
PAIRS = set(product(State.values, repeat=2))
ROWS = [row for row in workflow.TRANSITIONS if row.of is Submission]
MOVES = [row for row in ROWS if row.target]


def actor(row, moderator):
    return moderator if row.actor is Actor.STAFF else None


def test_table_leads_from_each_state_exactly_where_it_should():
    assert {(source.value, row.target.value) for row in MOVES for source in row.sources} == ALLOWED


@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
def test_allowed_step_is_made_and_recorded(before, after, moderator):
    row = next(row for row in MOVES if before in row.sources and row.target == after)
    submission = make_submission(State(before), now=NOW)
    recorded = len(events(submission))

    publish_at = NOW if after == "scheduled" else None
    transitions.move(
        submission, row.name, by=actor(row, moderator), at=NOW, submitted_at=NOW, publish_at=publish_at
    )

    submission.refresh_from_db()
    assert (submission.state, events(submission)[recorded:]) == (after, [(before, after)])


@pytest.mark.parametrize("before", State.values)
def test_every_other_step_is_refused_and_changes_nothing(before, moderator):
    submission = make_submission(State(before))
    recorded = events(submission)
    others = [row for row in MOVES if (before, row.target.value) in PAIRS - ALLOWED]

    for row in others:
        with pytest.raises(TransitionNotAllowed):
            transitions.move(submission, row.name, by=actor(row, moderator), at=NOW)

    submission.refresh_from_db()
    assert (bool(others), submission.state, events(submission)) == (True, before, recorded)


def test_step_that_keeps_the_state_does_not_move(moderator):
    submission = make_submission(State.SUBMITTED)

    with pytest.raises(ValueError, match="assign keeps the state"):
        transitions.move(submission, "assign", by=moderator, at=NOW)


STEPS = {
    ("save", Actor.SUBMITTER): "draft changes_requested",
    ("attach", Actor.SUBMITTER): "draft changes_requested",
    ("detach", Actor.SUBMITTER): "draft changes_requested",
    ("put_first", Actor.SUBMITTER): "draft changes_requested",
    ("mail_link", Actor.SUBMITTER): "draft",
    ("send", Actor.SUBMITTER): "draft",
    ("submit", Actor.SUBMITTER): "draft",
    ("resubmit", Actor.SUBMITTER): "changes_requested",
    ("discard", Actor.SUBMITTER): "draft",
    ("withdraw", Actor.SUBMITTER): "submitted in_review changes_requested scheduled spam",
    ("write", Actor.SUBMITTER): "submitted in_review changes_requested scheduled published rejected spam",
    ("begin_update", Actor.SUBMITTER): "published",
    ("request_withdrawal", Actor.SUBMITTER): "published",
    ("cancel_withdrawal_request", Actor.SUBMITTER): "published",
    ("retract_adaptation", Actor.SUBMITTER): "published",
    ("publish", Actor.STAFF): "submitted in_review scheduled",
    ("schedule", Actor.STAFF): "submitted in_review scheduled",
    ("request_changes", Actor.STAFF): "submitted in_review",
    ("reject", Actor.STAFF): "submitted in_review changes_requested",
    ("start_review", Actor.STAFF): "submitted",
    ("reopen", Actor.STAFF): "rejected",
    ("cancel_publication", Actor.STAFF): "scheduled",
    ("return_to_queue", Actor.STAFF): "in_review spam",
    ("mark_spam", Actor.STAFF): "draft submitted in_review",
    ("confirm_spam", Actor.STAFF): "spam",
    ("approve", Actor.STAFF): "submitted in_review",
    ("declare_conflict", Actor.STAFF): "submitted in_review",
    ("write", Actor.STAFF): "submitted in_review changes_requested",
    ("assign", Actor.STAFF): "submitted in_review changes_requested scheduled",
    ("correct", Actor.STAFF): "submitted in_review",
    ("rebase", Actor.STAFF): "submitted in_review",
    ("tick_criteria", Actor.STAFF): "submitted in_review changes_requested scheduled",
    ("dismiss_duplicate", Actor.STAFF): "submitted in_review changes_requested scheduled",
    ("restore_duplicate", Actor.STAFF): "submitted in_review changes_requested scheduled",
    ("mark_spam", Actor.SYSTEM): "draft",
    ("publish", Actor.SYSTEM): "scheduled",
    ("cancel_publication", Actor.SYSTEM): "scheduled",
    ("close", Actor.SYSTEM): "changes_requested",
}
"""(Step, role) → states it is allowed from."""


def test_steps_start_exactly_where_they_should():
    found = {(row.name, row.actor): set(map(str, row.sources)) for row in ROWS}

    assert found == {key: set(sources.split()) for key, sources in STEPS.items()}


# Steps ----------------------------------------------------------------------------

REPORT = Upload("report.pdf", b"%PDF-1.7", "application/pdf", "0" * 64)
ARGUMENTS = {
    "save": lambda submission: {
        "typed": {"title": ["Desks"]}, "seen": submission.version, "document": document(), "submitter": {},
    },
    "attach": lambda submission: {"upload": REPORT, "description": "Report"},
    "detach": lambda submission: {"pk": 1},
    "put_first": lambda submission: {"pk": 1},
    "submit": lambda submission: {"seen": submission.content_version},
    "resubmit": lambda submission: {
        "document": document(area="Batumi"), "seen": submission.content_version,
    },
    "write": lambda submission: {"text": "Which years?"},
    "begin_update": lambda submission: {"language": "en"},
    "request_withdrawal": lambda submission: {"reason": "It names a colleague."},
    "schedule": lambda submission: {"at": NOW + timedelta(days=7)},
    "request_changes": lambda submission: {"reason": "Which years?"},
    "reject": lambda submission: {"reason": "Not about migration."},
    "declare_conflict": lambda submission: {"conflict": "My brother runs it."},
    "assign": lambda submission: {"to": make_moderator("Bo")},
    "correct": lambda submission: {"document": submission.document | {"area": "Batumi"}},
    "rebase": lambda submission: {"to": submission.practice.revisions.first().number},
    "tick_criteria": lambda submission: {"criteria": ["tried"]},
    "dismiss_duplicate": lambda submission: {"of": make_practice()},
    "restore_duplicate": lambda submission: {"of": make_practice()},
}  # fmt: skip
"""Step → arguments other than the submission and `by`."""


def make(row, submission, moderator):
    """Run the step of a row."""
    options = ARGUMENTS.get(row.name, lambda submission: {})(submission)
    is_shared = any(each.name == row.name and each.actor is Actor.STAFF for each in workflow.TRANSITIONS)
    if row.actor is not Actor.SUBMITTER and is_shared:
        options["by"] = actor(row, moderator)
    return getattr(workflow, row.name)(submission, **options)


def prepare(submission):
    """Let the submission pass all guards, assigned to a moderator with notifications on."""
    amina = make_moderator("Amina")
    amina.email = "amina@moderators.example.org"
    amina.save()
    StaffProfile.objects.get_or_create(user=amina, answers=True)
    Submission.objects.filter(pk=submission.pk).update(assignee=amina, spam_checked_at=None)
    judged(submission)
    OutboxMessage.objects.all().delete()


def trace(submission):
    """Return everything that a step could change."""
    submission = Submission.objects.get(pk=submission.pk)
    acts = list(submission.events.order_by("pk").values_list("act", "to_state"))
    kept = (submission.version, submission.document, submission.assignee, submission.based_on)
    rows = (
        submission.thread,
        submission.attachments,
        submission.approvals,
        submission.ticks,
        submission.dismissed_duplicates,
    )
    counts = [each.count() for each in rows]
    return submission.state, acts, kept, counts, OutboxMessage.objects.count(), Submission.objects.count()


@pytest.mark.parametrize("state", State)
def test_step_is_offered_where_it_can_be_made_and_refused_elsewhere(
    state, settings, moderator, undone, subtests
):
    made = make_submission(state)
    prepare(made)

    for row in ROWS:
        with subtests.test(step=row.name, by=row.actor.value), undone():
            submission = Submission.objects.get(pk=made.pk)
            if row.name == "rebase":
                submission = make_outdated_update(state, since={"area": "Batumi"}, summary="Two desks.")
                prepare(submission)
                submission.refresh_from_db()
            if row.name == "cancel_withdrawal_request" and state == State.PUBLISHED:
                workflow.request_withdrawal(submission, reason="It names a colleague.")
                OutboxMessage.objects.all().delete()
            if row.name == "retract_adaptation" and state == State.PUBLISHED:
                submission = send_adaptation(State.PUBLISHED, of=submission.practice)
                prepare(submission)
                submission.refresh_from_db()
            settings.APPROVALS_NEEDED = 2 if row.name in ("approve", "declare_conflict") else 1
            offers_or_refuses(row, submission, moderator)


def offers_or_refuses(row, submission, moderator):
    """Check that the step is offered and made in the states of its row, and neither in the others."""
    before, state = trace(submission), submission.state
    by = moderator if row.actor is Actor.STAFF else row.actor
    assert (row.name in workflow.available(submission, by=by)) == (state in row.sources)
    if state not in row.sources:
        with pytest.raises(StepRefused):
            make(row, submission, moderator)
        assert trace(submission) == before
        return
    make(row, submission, moderator)

    if row.name == "discard":
        assert not Submission.objects.filter(pk=submission.pk).exists()
        return
    recorded = [] if row.act is None else [(row.act, row.target or state)]
    assert trace(submission)[:2] == (row.target or state, before[1] + recorded)
    assert {kind for kind, _address in queued()} == set(row.mails) - {
        Kind.PRACTICE_REVISED
    }  # has no owner yet


def test_steps_are_functions_of_the_workflow():
    names = {row.name for row in workflow.TRANSITIONS}

    assert names <= set(workflow.__all__)
    assert [name for name in names if not callable(getattr(workflow, name))] == []


def test_refusal_names_the_current_state():
    submission = make_submission(State.PUBLISHED)

    with pytest.raises(TransitionNotAllowed) as refusal:
        workflow.withdraw(submission)

    assert str(refusal.value) == "published → withdrawn"


@pytest.mark.parametrize("make_subject", [partial(make_submission, State.SUBMITTED), make_practice])
def test_member_of_staff_without_the_permission_is_offered_nothing(make_subject):
    reader = get_user_model().objects.create_user("reader", is_staff=True)

    assert workflow.available(make_subject(), by=reader) == {}


# Steps of practices ---------------------------------------------------------------

PRACTICE_ROWS = [row for row in workflow.TRANSITIONS if row.of is Practice]
PRACTICE_STEPS = {
    ("edit_practice", Actor.STAFF): ("published withdrawn merged", None),
    ("withdraw_practice", Actor.STAFF): ("published", "withdrawn"),
    ("restore_practice", Actor.STAFF): ("withdrawn merged", "published"),
    ("decline_withdrawal", Actor.STAFF): ("published", None),
    ("merge", Actor.STAFF): ("published withdrawn merged", "merged"),
    ("absorb", Actor.STAFF): ("published", None),
    ("remove_file", Actor.STAFF): ("published withdrawn merged", None),
    ("withdraw_translation", Actor.STAFF): ("published", None),
    ("restore_translation", Actor.STAFF): ("published", None),
    ("edit_adaptation", Actor.STAFF): ("published", None),
    ("withdraw_adaptation", Actor.STAFF): ("published", None),
    ("restore_adaptation", Actor.STAFF): ("published", None),
    ("redact_revision", Actor.STAFF): ("published withdrawn merged", None),
    ("send_check", Actor.SYSTEM): ("published", None),
    ("begin_correction", Actor.SUBMITTER): ("published", None),
    ("begin_translation", Actor.SUBMITTER): ("published", None),
    ("begin_adaptation", Actor.SUBMITTER): ("published", None),
    ("confirm_still_true", Actor.SUBMITTER): ("published", None),
    ("mark_ended", Actor.SUBMITTER): ("published", None),
    ("mark_outdated", Actor.SUBMITTER): ("published", None),
}
"""(Step, role) → states it is allowed from, and the state it leads to."""


def other_practice():
    return make_practice(title="Offices")


PRACTICE_ARGUMENTS = {
    "edit_practice": lambda practice: {"document": practice.document | {"area": "Batumi"}},
    "withdraw_practice": lambda practice: {"reason": "Its source is gone."},
    "restore_practice": lambda practice: {"reason": "Its source is back."},
    "decline_withdrawal": lambda practice: {"reason": "It helps others."},
    "merge": lambda practice: {"into": other_practice()},
    "absorb": lambda practice: {"others": [other_practice()]},
    "remove_file": lambda practice: {"sha256": REPORT.sha256, "reason": "It shows faces."},
    "redact_revision": lambda practice: {"number": 1, "fields": ["summary"], "reason": "It named a person."},
    "begin_correction": lambda practice: {
        "document": practice.document, "submitter": make_submitter(), "form_key": "c", "language": "en",
    },
    "begin_translation": lambda practice: {
        "document": practice.document | {"language": "fr"}, "submitter": make_submitter(), "form_key": "t",
        "language": "en", "based_on": 1,
    },
    "withdraw_translation": lambda practice: {"language": "fr", "reason": "It is wrong."},
    "restore_translation": lambda practice: {"language": "fr", "reason": "It is right."},
    "begin_adaptation": lambda practice: {
        "document": practice.document | USE, "submitter": make_submitter(), "form_key": "u", "language": "en",
    },
    "edit_adaptation": lambda practice: {
        "adaptation": Adaptation.objects.get(), "document": USE | {"area": "Kisumu", "language": "en"},
    },
    "withdraw_adaptation": lambda practice: {
        "adaptation": Adaptation.objects.get(), "reason": "The city denies it.",
    },
    "restore_adaptation": lambda practice: {
        "adaptation": Adaptation.objects.get(), "reason": "The city has confirmed it.",
    },
    "mark_ended": lambda practice: {"year": 2024},
}  # fmt: skip
"""Step → arguments other than the practice and `by`."""
ANSWERS = {"confirm_still_true", "mark_ended", "mark_outdated"}
"""Steps of the Check of a practice."""


def make_practice_in(state, *, checked=False, asked=False, edited=False, beside="", restores=False):
    """Create a practice in this state that was sent in with a file.

    It has what shall stand `beside` it, a translation or an adaptation, withdrawn if `restores`. If `edited`, it has
    an earlier revision with another summary; if `checked`, its submitter was asked whether it is still true; if
    `asked`, they have requested its withdrawal.
    """
    submission = make_submission()
    workflow.attach(submission, REPORT, description="Report")
    workflow.submit(submission, seen=submission.content_version)
    practice = workflow.publish(judged(submission), by=make_moderator())
    if edited:
        workflow.edit_practice(
            practice, practice.document | {"summary": "Advice on pensions."}, by=make_moderator()
        )
    if checked:
        workflow.send_check(practice)
    if beside == "translation":
        send_translation(State.PUBLISHED, of=practice)
        if restores:
            workflow.withdraw_translation(practice, language="fr", by=make_moderator(), reason="It is wrong.")
    if beside == "adaptation":
        send_adaptation(State.PUBLISHED, of=practice)
        if restores:
            row = practice.adaptations.get()
            workflow.withdraw_adaptation(
                practice, adaptation=row, by=make_moderator(), reason="The city denies it."
            )
    if asked:
        workflow.request_withdrawal(submission, reason="It names a colleague.")
    match state:
        case PracticeState.WITHDRAWN:
            workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.")
        case PracticeState.MERGED:
            workflow.merge(practice, into=make_practice(title="Desks"), by=make_moderator())
    OutboxMessage.objects.all().delete()
    return Practice.objects.get(pk=practice.pk)


def make_practice_for(row, state):
    """Create a practice in this state of which the step could be made, as far as the state is concerned."""
    return make_practice_in(
        state,
        checked=row.name != "send_check",
        asked=row.name == "decline_withdrawal",
        edited=row.name == "redact_revision",
        beside=kind if (kind := row.name.partition("_")[2]) in ("translation", "adaptation") else "",
        restores=row.name in ("restore_translation", "restore_adaptation"),
    )


def seen_by_readers(practice):
    """Return when a practice changed, and what of it readers would notice."""
    row = Practice.objects.get(pk=practice.pk)
    redacted = row.revisions.exclude(redacted_at=None).count()
    used = list(row.adaptations.published().values_list("pk", "number"))
    parts = (redacted, row.translations.published().count(), used)
    return row.changed_at, (row.revision_number, row.state, row.merged_into_id, row.checked_on, parts)


def make_practice_step(row, practice, moderator):
    options = PRACTICE_ARGUMENTS.get(row.name, lambda practice: {})(practice)
    if row.actor is Actor.STAFF:
        options["by"] = moderator
    subject = practice.checks.get() if row.name in ANSWERS else practice
    getattr(workflow, row.name)(subject, **options)


def practice_trace(practice):
    """Return everything that a step of a practice could change."""
    practice = Practice.objects.get(pk=practice.pk)
    acts = list(practice.events.order_by("pk").values_list("act", "from_state", "to_state"))
    kept = (practice.revision_number, practice.withdrawn_at, practice.withdrawal_reason, practice.merged_into)
    answers = list(practice.checks.values_list("answer", "answered_at"))
    counts = [practice.submissions.count(), OutboxMessage.objects.count()]
    return practice.state, acts, kept, practice.checked_on, answers, counts


def test_steps_of_practices_lead_exactly_where_they_should():
    found = {(row.name, row.actor): (set(row.sources), row.target) for row in PRACTICE_ROWS}

    assert found == {key: (set(sources.split()), to) for key, (sources, to) in PRACTICE_STEPS.items()}


@pytest.mark.parametrize("row", PRACTICE_ROWS, ids=lambda row: f"{row.name}-{row.actor.value}")
@pytest.mark.parametrize("state", PracticeState)
def test_step_of_a_practice_is_offered_where_it_can_be_made_and_refused_elsewhere(state, row, moderator):
    practice = make_practice_for(row, state)
    moderator.groups.add(Group.objects.get(name="Administrators"))
    before = practice_trace(practice)

    by = moderator if row.actor is Actor.STAFF else row.actor
    assert (row.name in workflow.available(practice, by=by)) == (state in row.sources)
    if state not in row.sources:
        with pytest.raises(StepRefused):
            make_practice_step(row, practice, moderator)
        assert practice_trace(practice) == before
        return
    make_practice_step(row, practice, moderator)

    after = row.target or state
    recorded = [] if row.act is None else [(row.act, state.recorded_as, after.recorded_as)]
    assert practice_trace(practice)[:2] == (after, before[1] + recorded)
    is_seen = state == PracticeState.PUBLISHED or row.target
    assert queued() == [(kind, "ana@example.org") for kind in row.mails if is_seen]


@pytest.mark.parametrize("row", PRACTICE_ROWS, ids=lambda row: f"{row.name}-{row.actor.value}")
def test_step_renews_the_change_of_a_practice_where_readers_see_one(row, moderator):
    practice = make_practice_for(row, min(row.sources))
    moderator.groups.add(Group.objects.get(name="Administrators"))
    Practice.objects.filter(pk=practice.pk).update(checked_on=None)
    before, seen_before = seen_by_readers(practice)

    make_practice_step(row, practice, moderator)

    after, seen_after = seen_by_readers(practice)
    assert (after > before) == (seen_after != seen_before)


@pytest.mark.parametrize("row", PRACTICE_ROWS, ids=lambda row: f"{row.name}-{row.actor.value}")
def test_step_of_a_practice_tells_its_submitters_or_says_why_not(row):
    assert bool(row.mails) != bool(row.untold)


@pytest.mark.parametrize("state", PracticeState)
def test_state_of_a_practice_is_left_by_a_step(state):
    assert {row.target for row in PRACTICE_ROWS if state in row.sources} - {state, None}


@pytest.mark.parametrize("state", PracticeState)
def test_state_of_a_practice_is_a_list_in_the_admin(client, moderator, state):
    client.force_login(moderator)
    for each in PracticeState:
        make_practice_in(each)

    page = read(client.get("/admin/practices/practice/", {"state": state}))

    listed = Practice.objects.in_state(state)
    assert page.texts("th", "field-title") == [practice.title for practice in listed]
    assert {practice.state for practice in listed} == {state}


def test_refusal_names_the_state_of_a_practice(moderator):
    practice = make_practice(withdrawn=True)

    with pytest.raises(TransitionNotAllowed) as refusal:
        workflow.withdraw_practice(practice, by=moderator, reason="Again.")

    assert str(refusal.value) == "withdrawn → withdrawn"


def test_step_that_leaves_no_event_is_not_recorded(moderator):
    practice = make_practice()

    with pytest.raises(ValueError, match="edit_practice records no event"):
        publishing.record_step(practice, "edit_practice", before=practice.state, by=moderator, at=NOW)


# Guards ---------------------------------------------------------------------------


def refused(name, submission, moderator):
    """Return whether a staff step is not offered, is refused, and changes nothing."""
    row = next(row for row in workflow.TRANSITIONS if (row.name, row.actor) == (name, Actor.STAFF))
    before, offered = trace(submission), name in workflow.available(submission, by=moderator)
    with pytest.raises(StepRefused):
        make(row, submission, moderator)
    return not offered and trace(submission) == before


def test_incomplete_spam_does_not_return_to_the_queue(moderator):
    assert refused("return_to_queue", make_submission(State.SPAM, trapped=True, title=""), moderator)


@pytest.mark.parametrize("name", ["publish", "schedule", "correct"])
def test_update_in_conflict_with_a_newer_revision_is_neither_published_nor_corrected(name, moderator):
    update = make_outdated_update(State.SUBMITTED, since={"area": "Batumi"}, area="Manila")

    assert refused(name, update, moderator)


def test_current_update_is_not_rebased(moderator):
    submission = make_submission(State.SUBMITTED)

    assert "rebase" not in workflow.available(submission, by=moderator)


@pytest.mark.parametrize("name", ["publish", "schedule"])
def test_submission_without_enough_approvals_is_not_published(name, moderator, settings):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED)
    workflow.approve(submission, by=moderator)

    assert refused(name, submission, moderator)


@pytest.mark.parametrize("name", ["publish", "schedule"])
def test_moderator_with_a_conflict_of_interest_does_not_publish(name, moderator, settings):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED)
    workflow.declare_conflict(submission, by=moderator, conflict="My brother runs it.")
    for colleague in ("Amina", "Bo"):
        workflow.approve(submission, by=make_moderator(colleague))

    assert refused(name, submission, moderator)
    assert name in workflow.available(submission, by=make_moderator("Chen"))


def test_submitter_on_the_staff_declares_a_conflict_and_does_not_approve(moderator, settings):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED, submitter=make_submitter(email="ana@example.org"))
    moderator.email = "ana@example.org"
    moderator.save()

    assert refused("approve", submission, moderator)
    assert "declare_conflict" in workflow.available(submission, by=moderator)


@pytest.mark.parametrize("name", ["approve", "declare_conflict"])
def test_approval_is_refused_if_one_moderator_decides(name, moderator):
    assert refused(name, make_submission(State.SUBMITTED), moderator)


@pytest.mark.parametrize("name", ["approve", "declare_conflict"])
def test_declaration_is_required_once(name, moderator, settings):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED)
    workflow.approve(submission, by=moderator)

    assert name not in workflow.available(submission, by=moderator)


def test_update_of_a_withdrawn_practice_is_not_begun(moderator):
    submission = make_submission(State.PUBLISHED)
    workflow.withdraw_practice(submission.practice, by=moderator, reason="Its source is gone.")

    with pytest.raises(TransitionNotAllowed):
        workflow.begin_update(submission, language="en")

    assert "begin_update" not in workflow.available(submission, by=Actor.SUBMITTER)


@pytest.mark.parametrize(
    ("name", "more"), [("publish", {}), ("schedule", {"at": NOW + timedelta(days=7), "now": NOW})]
)
def test_update_of_a_withdrawn_practice_is_not_published(name, more, moderator):
    step = partial(getattr(workflow, name), by=moderator, **more)
    update = judged(
        make_submission(State.SUBMITTED, practice=make_practice(title="Desks"), title="Two desks")
    )
    workflow.withdraw_practice(update.practice, by=moderator, reason="Its source is gone.")

    with pytest.raises(workflow.PracticeWithdrawn):
        step(update)

    assert name not in workflow.available(Submission.objects.get(), by=moderator)
    workflow.restore_practice(update.practice, by=moderator)
    step(update)
    assert update.state != State.SUBMITTED


def test_scheduled_update_of_a_practice_withdrawn_since_goes_back_to_the_moderators(moderator):
    update = make_submission(
        State.SCHEDULED, practice=make_practice(title="Desks"), title="Two desks", now=NOW
    )
    workflow.withdraw_practice(update.practice, by=moderator, reason="Its source is gone.")

    done = workflow.publish_due(now=NOW + timedelta(days=7))

    update.refresh_from_db()
    assert (done, update.state, update.events.latest("pk").internal_note) == (
        0,
        State.IN_REVIEW,
        "Not published as scheduled: the practice has been withdrawn since.",
    )
    assert queued(kind=Kind.SUBMISSION_PUBLISHED) == []


def test_update_of_an_erased_submission_is_not_begun():
    submission = make_submission(State.PUBLISHED)
    read_before = Submission.objects.get()
    submission.delete()

    with pytest.raises(workflow.SubmissionErased):
        workflow.begin_update(read_before, language="en")


@pytest.mark.parametrize(
    "step",
    [
        partial(workflow.write, text="Ask Ana Reyes."),
        partial(workflow.begin_update, language="en"),
        partial(workflow.request_withdrawal, reason="Ask Ana Reyes."),
    ],
)
def test_step_with_a_publication_whose_submitter_is_erased_meanwhile_is_refused(step):
    read_before = make_submission(State.PUBLISHED)
    personal_data.erase(personal_data.Held.in_submission(read_before), keep_credit=False)

    with pytest.raises(workflow.SubmissionErased):
        step(read_before)


# States ---------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_state_says_who_acts_next_or_who_decided(state):
    traits = STATES[state]

    assert (traits.turn is None) != (traits.decided_by is None)


@pytest.mark.parametrize("state", State)
def test_state_has_a_word_on_the_status_page(state):
    assert str(state.for_submitter.traits.headline)


@pytest.mark.parametrize("state", State)
def test_state_tells_no_submitter_of_a_report_about_a_practice(state):
    told = state.traits.told(is_change=False, is_translation=False, is_adaptation=True)

    assert "practice" not in " ".join(map(str, told))


@pytest.mark.parametrize("state", State)
def test_state_has_a_next_step_or_is_final(state):
    turn = STATES[state].turn

    ways = {row.target for row in MOVES if row.actor is turn and state in row.sources} - {state}
    assert ways or turn is None


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_state_is_reached_by_a_step(state):
    assert any(row.target == state for row in MOVES)


NOT_LISTED = {State.DRAFT}
"""Nobody but its submitter sees a draft."""


def test_state_has_a_place_in_the_lists_of_moderators(client, moderator):
    client.force_login(moderator)
    for state in State:
        make_submission(state, title=state.name)

    listed = {
        title: tab
        for tab in QueueTab
        for title in read(client.get("/admin/practices/submission/", {"pile": tab})).texts(
            "th", "field-title"
        )
    }

    assert listed == {state.name: STATES[state].tab for state in State if state not in NOT_LISTED}


# States are listed in one module --------------------------------------------------

PACKAGE = Path(practices.__file__).parent
TABLES = {PACKAGE / "choices.py", PACKAGE / "workflow" / "transitions.py"}
TEMPLATES = PACKAGE.parent / "templates"


def states_named(node):
    """Count the states that a piece of code names, apart from arguments of calls."""
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id in ("State", "PracticeState")
    if isinstance(node, ast.Call):
        return 0
    return sum(states_named(part) for part in ast.iter_child_nodes(node))


def test_no_other_module_lists_states():
    lists = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.BoolOp, ast.MatchOr)
    modules = [
        path for path in PACKAGE.rglob("*.py") if path not in TABLES and "migrations" not in path.parts
    ]

    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, lists) and states_named(node) > 1
    ]

    assert found == []


def test_no_page_asks_a_practice_for_the_column_that_its_state_follows_from():
    modules = [path for room in ("admin", "web") for path in (PACKAGE / room).rglob("*.py")]

    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "withdrawn_at"
    ]
    found += [str(path.name) for path in TEMPLATES.rglob("*.html") if ".withdrawn_at" in path.read_text()]

    assert found == []
