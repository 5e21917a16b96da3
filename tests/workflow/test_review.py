"""Actions of moderators other than steps: assignment, scheduling, corrections, approvals, checklists."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from practices import documents, workflow
from practices.choices import Actor, Kind, State
from practices.core.upload_checks import Upload
from practices.models import OutboxMessage, Practice, Revision, StaffProfile, Submission
from practices.workflow import (
    TRANSITIONS,
    ApprovalOfOwnText,
    ApprovalRefused,
    ApprovalsMissing,
    TransitionNotAllowed,
)
from tests.support.documents import FACTS, REQUIRED_CRITERIA
from tests.support.factories import (
    NOW,
    judged,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
    make_update,
)

pytestmark = pytest.mark.django_db


def acts(submission):
    """Return (action, by, internal note) of the recorded actions other than steps."""
    return list(submission.events.exclude(act="step").values_list("act", "by__username", "internal_note"))


# Assignment -----------------------------------------------------------------------


def sources(step):
    """Return the states from which staff may make a step."""
    [row] = [row for row in TRANSITIONS if row.name == step and row.actor is Actor.STAFF]
    return row.sources


OPEN = [state for state in State if state in sources("assign")]


@pytest.mark.parametrize("state", OPEN)
def test_open_submission_is_assigned_and_its_state_stays(state, moderator):
    submission, amina = make_submission(state), make_moderator("Amina")

    workflow.assign(submission, to=amina, by=moderator)

    submission.refresh_from_db()
    assert (submission.state, submission.assignee) == (state, amina)
    assert acts(submission) == [("assigned", "moderator", "to Amina")]


@pytest.mark.parametrize("state", [state for state in State if state not in OPEN])
def test_other_submission_stays_unassigned(state, moderator):
    submission = make_submission(state)

    with pytest.raises(TransitionNotAllowed):
        workflow.assign(submission, to=moderator, by=moderator)

    assert acts(submission) == []


def test_repeated_assignment_is_recorded_once(moderator):
    submission = make_submission(State.SUBMITTED)

    for _time in range(2):
        workflow.assign(submission, to=moderator, by=moderator)

    assert len(acts(submission)) == 1


def test_assignment_from_an_outdated_page_is_refused(moderator):
    submission, amina = make_submission(State.SUBMITTED), make_moderator("Amina")
    seen = Submission.objects.get()
    workflow.assign(submission, to=amina, by=amina)

    with pytest.raises(TransitionNotAllowed):
        workflow.assign(seen, to=moderator, by=moderator)

    assert (seen.assignee, acts(submission)) == (amina, [("assigned", "Amina", "to Amina")])


def test_concurrent_assignments_have_one_winner(at_once):
    submission = make_submission(State.SUBMITTED)
    people = [make_moderator(name) for name in ("Amina", "Bo", "Chen", "Dina")]
    waiting = list(people)

    def take():
        who = waiting.pop()
        workflow.assign(Submission.objects.get(pk=submission.pk), to=who, by=who)

    outcomes = at_once(4, take)

    # A moderator who loads the page after the winner may take over; each such change is recorded.
    refused = [outcome for outcome in outcomes if isinstance(outcome, TransitionNotAllowed)]
    submission.refresh_from_db()
    assert submission.assignee in people
    assert len(acts(submission)) == 4 - len(refused)
    assert acts(submission)[-1][1] == submission.assignee.username


# Scheduling -----------------------------------------------------------------------

TOMORROW = NOW + timedelta(days=1)


def scheduled(moderator, **changes):
    submission = make_submission(State.SUBMITTED, **changes)
    workflow.schedule(judged(submission), by=moderator, at=TOMORROW, note="For the forum", now=NOW)
    return submission


def test_scheduled_submission_is_published_when_its_time_has_come(moderator):
    submission = scheduled(moderator, title="Desks")

    early = workflow.publish_due(now=TOMORROW - timedelta(seconds=1))
    in_time = workflow.publish_due(now=TOMORROW)
    again = workflow.publish_due(now=TOMORROW)

    submission.refresh_from_db()
    assert (early, in_time, again) == (0, 1, 0)
    assert (submission.state, submission.publish_at, submission.practice.title) == (
        "published",
        None,
        "Desks",
    )
    assert list(submission.practice.revisions.values_list("by", "note", "published_at")) == [
        (moderator.pk, "For the forum", TOMORROW)
    ]


def test_publication_is_moved_to_another_date(moderator):
    submission, later = scheduled(moderator), TOMORROW + timedelta(days=3)
    OutboxMessage.objects.update(sent_at=NOW)
    stale = Submission.objects.get(pk=submission.pk)

    workflow.schedule(submission, by=moderator, at=later, note="For the forum", now=NOW)

    published = [workflow.publish_due(now=at) for at in (TOMORROW, later)]
    with pytest.raises(workflow.TransitionNotAllowed):
        workflow.publish(stale, by=None, now=TOMORROW)
    days = [context["day"] for context in told_of_the_date()]
    assert (published, days) == ([0, 1], ["3 November 2026", "6 November 2026"])
    assert told_of_the_date()[-1]["told_day"] == "3 November 2026"


def test_another_hour_of_the_same_day_is_not_told(moderator):
    submission = scheduled(moderator)

    workflow.schedule(submission, by=moderator, at=TOMORROW + timedelta(hours=1), now=NOW)

    assert len(told_of_the_date()) == 1


def told_of_the_date():
    mails = OutboxMessage.objects.filter(kind=Kind.SUBMISSION_SCHEDULED).order_by("pk")
    return list(mails.values_list("context", flat=True))


def test_submission_returned_from_spam_keeps_its_moderator(moderator):
    submission = make_submission(State.IN_REVIEW)
    workflow.mark_spam(submission, by=moderator)

    workflow.return_to_queue(submission, by=make_moderator("Amina"))

    submission.refresh_from_db()
    assert (submission.state, submission.assignee) == (State.SUBMITTED, moderator)


@pytest.mark.parametrize("step", ["cancel_publication", "withdraw"])
def test_cancelled_publication_does_not_happen(step, moderator):
    submission = scheduled(moderator)
    who = {} if step == "withdraw" else {"by": moderator}
    getattr(workflow, step)(submission, **who)

    published = workflow.publish_due(now=TOMORROW)

    submission.refresh_from_db()
    assert (published, submission.practice, submission.publish_at) == (0, None, None)


def test_one_that_cannot_be_published_stops_no_other(moderator, monkeypatch, caplog):
    faulty, sound = scheduled(moderator, title="Faulty"), scheduled(moderator, title="Sound")
    apply = documents.apply

    def fail(document, **kwargs):
        if document["title"] == "Faulty":
            raise RuntimeError("the disk is full")
        return apply(document, **kwargs)

    monkeypatch.setattr(documents, "apply", fail)

    published = workflow.publish_due(now=TOMORROW)

    states = Submission.objects.order_by("pk").values_list("pk", "state")
    assert (published, list(states)) == (1, [(faulty.pk, "scheduled"), (sound.pk, "published")])
    assert [record.message for record in caplog.records] == [
        f"publication of submission {faulty.pk} failed, the others go on"
    ]


def test_one_that_is_erased_meanwhile_stops_no_other(moderator, monkeypatch, caplog):
    first, erased, last = (scheduled(moderator, title=title) for title in ("First", "Erased", "Last"))
    apply = documents.apply

    def erase_and_apply(document, **kwargs):
        Submission.objects.filter(pk=erased.pk).delete()
        return apply(document, **kwargs)

    monkeypatch.setattr(documents, "apply", erase_and_apply)

    published = workflow.publish_due(now=TOMORROW)

    states = Submission.objects.order_by("pk").values_list("pk", "state")
    assert (published, list(states)) == (2, [(first.pk, "published"), (last.pk, "published")])
    assert caplog.records == []


def test_one_without_its_decision_stops_no_other(moderator, caplog):
    faulty, sound = scheduled(moderator, title="Faulty"), scheduled(moderator, title="Sound")
    faulty.events.all().delete()

    published = workflow.publish_due(now=TOMORROW)

    states = Submission.objects.order_by("pk").values_list("pk", "state")
    assert (published, list(states)) == (1, [(faulty.pk, "scheduled"), (sound.pk, "published")])
    assert len(caplog.records) == 1


def test_of_processes_that_publish_at_the_same_instant_each_date_is_kept_once(at_once):
    scheduled(make_moderator())

    outcomes = at_once(4, lambda: workflow.publish_due(now=TOMORROW))

    assert (sorted(outcomes), Practice.objects.count(), Revision.objects.count()) == ([0, 0, 0, 1], 1, 1)


def test_command_publishes_due_submissions(moderator, capsys):
    workflow.schedule(judged(make_submission(State.SUBMITTED)), by=moderator, at=NOW, now=NOW)

    call_command("publish_scheduled")

    assert (capsys.readouterr().out, Practice.objects.count()) == ("1 published.\n", 1)


# Corrections ----------------------------------------------------------------------


def test_correction_is_recorded_as_the_moderators_and_named_in_the_revision(moderator):
    submission = make_submission(State.SUBMITTED, title="Pensoin desks", area="Batumi", now=NOW)

    fields = workflow.correct(
        submission, submission.document | {"title": "Pension desks", "area": ""}, by=moderator
    )
    practice = workflow.publish(judged(submission), by=moderator, note="Welcome")

    event = submission.events.get(act="corrected")
    assert fields == ["title", "area"]
    assert (event.by, event.changes) == (
        moderator,
        {"title": ["Pensoin desks", "Pension desks"], "area": ["Batumi", ""]},
    )
    revision = practice.revisions.get()
    assert (revision.document["title"], revision.note) == (
        "Pension desks",
        "Welcome Edited by the moderators: Title, Area.",
    )


def test_correction_that_changes_nothing_is_none(moderator):
    submission = make_submission(State.SUBMITTED)

    fields = workflow.correct(submission, submission.document, by=moderator)

    assert (fields, acts(submission)) == ([], [])


@pytest.mark.parametrize("state", [state for state in State if state not in sources("correct")])
def test_submission_that_is_not_with_the_moderators_is_not_corrected(state, moderator):
    submission = make_submission(state)

    with pytest.raises(TransitionNotAllowed):
        workflow.correct(submission, submission.document | {"title": "Other"}, by=moderator)

    submission.refresh_from_db()
    assert submission.title == "Pension desks in two ports"


@pytest.mark.parametrize("step", ["publish", "correct", "approve"])
def test_step_on_an_outdated_document_is_refused(step, moderator):
    submission = make_submission(State.SUBMITTED)
    seen = Submission.objects.get()
    workflow.correct(submission, submission.document | {"title": "Corrected"}, by=make_moderator("Amina"))
    arguments = [seen.document | {"area": "Batumi"}] if step == "correct" else []

    with pytest.raises(TransitionNotAllowed):
        getattr(workflow, step)(seen, *arguments, by=moderator)

    assert (seen.title, Practice.objects.count()) == ("Corrected", 0)


def test_of_a_correction_and_a_publication_at_the_same_instant_both_or_one_holds(at_once):
    submission, moderator = make_submission(State.SUBMITTED), make_moderator()
    turns = [
        lambda seen: workflow.publish(judged(seen), by=moderator),
        lambda seen: workflow.correct(seen, seen.document | {"title": "Corrected"}, by=moderator),
    ]
    seen = [Submission.objects.get(), Submission.objects.get()]

    outcomes = at_once(2, lambda: turns.pop()(seen.pop()))

    # The second moderator has not read the correction of the first.
    refused = [outcome for outcome in outcomes if isinstance(outcome, TransitionNotAllowed)]
    submission.refresh_from_db()
    assert len(refused) == 1
    assert [revision.document["title"] for revision in Revision.objects.all()] in ([], [submission.title])


# Two approvals --------------------------------------------------------------------


@pytest.fixture
def two_persons(settings):
    settings.APPROVALS_NEEDED = 2


def colleague(name, *, organisation="", email=""):
    user = make_moderator(name)
    StaffProfile.objects.create(user=user, organisation=organisation)
    user.email = email
    user.save()
    return user


def test_one_moderator_decides_by_default(moderator):
    submission = make_submission(State.SUBMITTED)

    workflow.publish(judged(submission), by=moderator)

    assert (submission.state, submission.approvals.count()) == ("published", 0)


@pytest.mark.usefixtures("two_persons")
@pytest.mark.parametrize("step", ["publish", "schedule"])
def test_submission_needs_the_approvals_of_two(step, moderator):
    submission = judged(make_submission(State.SUBMITTED))
    more = {"at": TOMORROW} if step == "schedule" else {}
    missing = []
    for name in ("Amina", "Bo"):
        with pytest.raises(ApprovalsMissing) as refusal:
            getattr(workflow, step)(submission, by=moderator, **more)
        missing.append(refusal.value.missing)
        workflow.approve(submission, by=colleague(name))
        workflow.approve(submission, by=User.objects.get(username=name))

    getattr(workflow, step)(submission, by=moderator, **more)

    assert missing == [2, 1]
    assert acts(submission) == [("approved", "Amina", ""), ("approved", "Bo", "")]
    assert submission.state == {"publish": "published", "schedule": "scheduled"}[step]


@pytest.mark.usefixtures("two_persons")
@pytest.mark.parametrize(
    "person", [{"organisation": " port of  BATUMI "}, {"email": "Ana@Example.org"}], ids=str
)
def test_approval_of_ones_own_submission_is_refused(person):
    submitter = make_submitter(organisation="Port of Batumi", email="ana@example.org")
    submission = make_submission(State.SUBMITTED, submitter=submitter)

    with pytest.raises(ApprovalRefused):
        workflow.approve(submission, by=colleague("Amina", **person))

    assert acts(submission) == []


@pytest.mark.usefixtures("two_persons")
@pytest.mark.parametrize(
    ("organisation", "other", "is_refused"),
    [
        ("Ministère de l’Intérieur", "Ministere de l'Interieur", True),
        ("IOM", "International Organization for Migration (IOM)", True),
        ("International Organization for Migration (IOM)", "International Organization for Migration", True),
        ("Ministry of Labour (Georgia)", "Port of Batumi (Georgia)", False),
        ("", "…", False),
    ],
)
def test_colleague_is_recognised_by_another_spelling_of_the_organisation(organisation, other, is_refused):
    submission = make_submission(State.SUBMITTED, submitter=make_submitter(organisation=organisation))

    offered = workflow.available(submission, by=colleague("Amina", organisation=other))

    assert ("approve" in offered) != is_refused


@pytest.mark.usefixtures("two_persons")
def test_moderator_with_a_conflict_of_interest_cannot_approve_or_publish(moderator):
    submission, amina = make_submission(State.SUBMITTED), colleague("Amina")
    workflow.declare_conflict(submission, by=amina, conflict="My brother runs it.")
    for name in ("Bo", "Chen"):
        workflow.approve(submission, by=colleague(name))

    with pytest.raises(ApprovalRefused):
        workflow.publish(judged(submission), by=amina)
    workflow.publish(judged(submission), by=moderator)

    assert acts(submission)[0] == ("conflict", "Amina", "My brother runs it.")
    assert workflow.judgement(submission).declarations[0].conflict == "My brother runs it."


@pytest.mark.usefixtures("two_persons")
def test_approval_is_of_the_document_as_it_stood(moderator):
    submission = make_submission(State.SUBMITTED)
    for name in ("Amina", "Bo"):
        workflow.approve(submission, by=colleague(name))

    workflow.correct(submission, submission.document | {"title": "Quite another thing"}, by=moderator)

    assert workflow.judgement(submission).missing == 2


@pytest.mark.usefixtures("two_persons")
def test_approval_of_an_organisation_that_turned_out_to_be_the_submitters_counts_no_more():
    submission = make_submission(State.SUBMITTED, submitter=make_submitter(organisation="Port of Batumi"))
    amina = colleague("Amina")
    workflow.approve(submission, by=amina)

    StaffProfile.objects.filter(user=amina).update(organisation="Port of Batumi")

    assert workflow.judgement(submission).missing == 2


def rewrite(submission, *, by):
    workflow.correct(submission, submission.document | {"title": f"As {by} wrote it"}, by=by)


@pytest.mark.usefixtures("two_persons")
def test_moderator_who_rewrote_the_text_cannot_approve_it():
    submission, amina = make_submission(State.SUBMITTED), colleague("Amina")
    rewrite(submission, by=amina)

    with pytest.raises(ApprovalOfOwnText):
        workflow.approve(submission, by=amina)
    workflow.approve(submission, by=colleague("Bo"))
    workflow.approve(submission, by=colleague("Chen"))

    assert workflow.judgement(submission).missing == 0


@pytest.mark.usefixtures("two_persons")
def test_moderator_whose_rewriting_another_has_touched_up_cannot_approve_it_either():
    submission, amina = make_submission(State.SUBMITTED), colleague("Amina")
    for author in (amina, colleague("Bo")):
        rewrite(submission, by=author)

    with pytest.raises(ApprovalOfOwnText):
        workflow.approve(submission, by=amina)

    assert [str(author) for author in workflow.judgement(submission).authors] == ["Amina", "Bo"]


@pytest.mark.usefixtures("two_persons")
def test_approval_counts_no_more_once_its_giver_has_rewritten_the_text_and_changed_it_back():
    submission, amina = make_submission(State.SUBMITTED), colleague("Amina")
    title = submission.title
    workflow.approve(submission, by=amina)

    rewrite(submission, by=amina)
    workflow.correct(submission, submission.document | {"title": title}, by=amina)

    assert workflow.judgement(submission).missing == 2


@pytest.mark.usefixtures("two_persons")
def test_moderator_may_approve_what_the_submitter_has_sent_again_since(moderator):
    submission, amina = make_submission(State.SUBMITTED), colleague("Amina")
    rewrite(submission, by=amina)
    workflow.request_changes(submission, by=moderator, reason="Is it so?", now=TOMORROW)
    sent = submission.document | {"summary": "A desk in a port."}
    workflow.resubmit(submission, sent, seen=submission.content_version)  # by a clock that was set back

    workflow.approve(submission, by=amina)

    assert workflow.judgement(submission).missing == 1


# Checklist ------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["publish", "schedule"])
def test_practice_whose_required_criteria_nobody_ticked_is_not_published(step, moderator):
    submission = make_submission(State.SUBMITTED, **FACTS)
    more = {"at": TOMORROW} if step == "schedule" else {}
    workflow.tick_criteria(submission, REQUIRED_CRITERIA[1:], by=make_moderator("Amina"))

    with pytest.raises(workflow.CriteriaMissing) as refusal:
        getattr(workflow, step)(submission, by=moderator, **more)

    assert [criterion.slug for criterion in refusal.value.missing] == REQUIRED_CRITERIA[:1]
    assert Submission.objects.get().state == State.SUBMITTED
    workflow.tick_criteria(submission, REQUIRED_CRITERIA[:1], by=moderator)
    getattr(workflow, step)(submission, by=moderator, **more)
    assert Submission.objects.get().state != State.SUBMITTED


def test_criteria_ticked_for_an_earlier_text_do_not_count(moderator):
    submission = make_submission(State.SUBMITTED, **FACTS)
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=moderator)
    workflow.request_changes(submission, by=moderator, reason="Which years?")
    changed = submission.document | {"start_year": 2019}
    workflow.resubmit(submission, changed, seen=submission.content_version)

    with pytest.raises(workflow.CriteriaMissing):
        workflow.publish(submission, by=moderator)

    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=moderator)
    workflow.publish(submission, by=moderator)
    assert Practice.objects.get().start_year == 2019


@pytest.mark.parametrize("again", [0, 1])
def test_ticks_count_by_the_order_of_steps_though_the_clock_was_set_back(again, moderator):
    submission = make_submission(State.SUBMITTED, now=NOW, **FACTS)
    ahead, changed = NOW + timedelta(days=1), submission.document | {"lessons": "Open on Sundays."}
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=moderator, now=ahead)
    workflow.request_changes(submission, by=moderator, reason="Which days?", now=ahead)

    workflow.resubmit(submission, changed, seen=submission.content_version, now=NOW)
    for _time in range(again):
        workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=moderator, now=NOW - timedelta(hours=1))

    assert workflow.ticks(submission).filter(criterion="safe").count() == again


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, []),
        ({"start_year": 2019}, ["tried", "safe"]),
        ({"area": "Batumi"}, ["whom-to-ask", "safe"]),
        ({"lessons": "Open on Sundays."}, ["safe"]),
    ],
)
def test_ticks_last_while_what_they_are_about_is_not_changed(change, missing, moderator):
    submission = make_submission(State.SUBMITTED, **FACTS)
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=moderator)
    workflow.request_changes(submission, by=moderator, reason="Which years?")

    workflow.resubmit(submission, submission.document | change, seen=submission.content_version)

    ticked = set(workflow.ticks(submission).values_list("criterion", flat=True))
    assert [slug for slug in REQUIRED_CRITERIA if slug not in ticked] == missing


def test_new_file_ends_the_tick_that_nobody_is_put_at_risk(moderator):
    submission = make_submission(State.SUBMITTED, **FACTS)
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=moderator)
    workflow.request_changes(submission, by=moderator, reason="Which years?")
    report = Upload("report.pdf", b"%PDF-1.7", "application/pdf", "0" * 64)
    workflow.attach(submission, report, description="Report")
    submission.refresh_from_db()

    workflow.resubmit(submission, submission.document, seen=submission.content_version)

    assert not workflow.ticks(submission).filter(criterion="safe").exists()
    assert workflow.ticks(submission).filter(criterion="tried").exists()


@pytest.mark.parametrize("year", [None, 2100])
def test_required_facts_are_stated_or_waived(year, moderator):
    submission = make_submission(State.SUBMITTED, **FACTS | {"start_year": year})
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=moderator)

    with pytest.raises(workflow.CriteriaMissing) as refusal:
        workflow.publish(submission, by=moderator)

    assert [criterion.slug for criterion in refusal.value.missing] == ["tried"]
    workflow.tick_criteria(
        submission, REQUIRED_CRITERIA, waivers={"tried": "It begins in January."}, by=moderator
    )
    workflow.publish(submission, by=moderator)
    assert Practice.objects.count() == 1


UNTOLD = {"start_year": None, "implementers": []}
"""Facts that older practices do not state."""


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"lessons": "Open on Sundays."}, []),
        ({"area": "Batumi"}, ["whom-to-ask"]),
        ({"start_year": 2100}, ["tried"]),
    ],
)
def test_update_is_asked_for_facts_only_if_it_changes_what_they_are_about(change, missing):
    practice = make_practice(**FACTS | UNTOLD)
    update = make_update(practice, **FACTS | UNTOLD | change)

    found = workflow.required_missing(update, ticked=["objective", "summary", "safe"], waived=[])

    assert [criterion.slug for criterion in found] == missing


def test_update_of_a_practice_without_facts_is_published(moderator):
    practice = make_practice(**FACTS | UNTOLD)
    update = make_update(practice, **FACTS | UNTOLD | {"lessons": "Open on Sundays."})
    workflow.tick_criteria(update, ["objective", "summary", "safe"], by=moderator)

    workflow.publish(update, by=moderator)

    practice.refresh_from_db()
    assert (practice.revision_number, practice.lessons) == (2, "Open on Sundays.")


def test_update_that_removes_facts_is_asked_for_them(moderator):
    practice = make_practice(**FACTS)
    update = make_update(practice, **FACTS | {"start_year": None})
    workflow.tick_criteria(update, REQUIRED_CRITERIA, by=moderator)

    with pytest.raises(workflow.CriteriaMissing) as refusal:
        workflow.publish(update, by=moderator)

    assert [criterion.slug for criterion in refusal.value.missing] == ["tried"]


def test_checklist_is_stored_per_moderator(moderator):
    submission, amina = make_submission(State.SUBMITTED, **FACTS), make_moderator("Amina")
    workflow.tick_criteria(submission, ["tried", "safe", "unknown", "\x00"], by=moderator)
    workflow.tick_criteria(submission, ["safe"], by=amina)

    workflow.tick_criteria(submission, ["tried", "source"], by=moderator)

    ticks = submission.ticks.order_by("by__username", "criterion").values_list("by__username", "criterion")
    assert list(ticks) == [("Amina", "safe"), ("moderator", "source"), ("moderator", "tried")]
