"""Factories for test objects, which use the same workflow steps as the catalogue."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Max
from django.test import override_settings
from django.utils import timezone

from practices import documents, workflow
from practices.choices import NEWS, Kind, QuestionState, State
from practices.core import catalogue_version, stored_files
from practices.discovery import indexing, reindexing
from practices.documents import adaptations
from practices.documents.criteria import CRITERIA
from practices.models import (
    Check,
    CriterionTick,
    OutboxMessage,
    Practice,
    RevisionFile,
    StaffProfile,
    Submission,
    Submitter,
    Subscription,
    Translation,
)
from practices.models.submission import new_token
from practices.notifications import sender, subscriptions

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""Fixed instant for steps that take `now`."""


def document(**changes):
    """Return a valid document with only the required fields and `changes` filled in."""
    return documents.complete(
        {
            "title": "Pension desks in two ports",
            "summary": "Desks in two ports help returning workers claim the pensions they earned abroad.",
            "objectives": [21],
            "language": "en",
            **changes,
        }
    )


def make_practice(*, withdrawn=False, announce=False, now=None, **changes):
    """Create a published practice, or one `withdrawn` since. `changes` go into its document."""
    practice = workflow.publish_document(document(**changes), announce=announce, now=now)
    if withdrawn:
        workflow.withdraw_practice(practice, by=make_moderator(), reason="Its source is gone.", now=now)
    return practice


def make_translation(
    practice, language="fr", *, translator="Léa Martin", machine="", outdated=False, **texts
):
    """Create a public translation of the latest revision of a practice, or publish its next version."""
    translation, _is_new = Translation.objects.update_or_create(
        practice=practice,
        language=language,
        defaults={
            "texts": {"title": "Guichets des pensions", "summary": "Des guichets dans deux ports.", **texts},
            "translator": translator,
            "machine": machine,
            "of_revision": practice.revision_number,
            "is_outdated": outdated,
            "number": 1 + Translation.objects.filter(practice=practice, language=language).count(),
            "published_at": NOW,
            "revised_at": NOW,
        },
    )
    reindex(practice)
    return translation


def withdraw_translation(translation):
    """Withdraw a translation, so that nobody reads it any more."""
    Translation.objects.filter(pk=translation.pk).update(withdrawn_at=NOW)
    reindex(translation.practice)


@transaction.atomic
def reindex(practice):
    """Index a practice anew, as publication does."""
    catalogue_version.bump()
    practice = Practice.objects.get(pk=practice.pk)
    indexing.index_practice(practice, documents.complete(practice.document))


def make_file(name, content, *, description="A report"):
    """Store a file and return its unsaved row, as `publish_document` takes it."""
    return RevisionFile(
        file=stored_files.store(content, name=name),
        name=name,
        description=description,
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def empty_catalogue():
    """Delete every practice, as if none had ever been published."""
    Practice.objects.all().delete()
    reindexing.rebuild()


def make_three_that_differ():
    """Create three practices that differ in every facet."""
    make_practice(
        title="Ports",
        objectives=[21],
        countries=["PH"],
        type="service",
        tags=["Decent work"],
        start_year=2016,
        end_year=2018,
    )
    make_practice(
        title="Remittances",
        objectives=[20, 21],
        countries=["GE", "PH"],
        type="campaign",
        tags=["diaspora"],
        start_year=2018,
    )
    make_practice(title="Skills", objectives=[18], countries=["KE"], tags=["diaspora", "عمل"], end_year=2012)


def make_moderator(username="moderator"):
    """Return the member of staff of that name in the group Moderators, creating it if needed."""
    users = get_user_model().objects
    user = users.filter(username=username).first()
    if user is None:
        user = users.create_user(username, password="correct horse", is_staff=True)
        user.groups.add(Group.objects.get(name="Moderators"))
    return user


def make_administrator(username="administrator"):
    """Create a member of staff in the group Administrators, and in no other."""
    user = get_user_model().objects.create_user(username, password="correct horse", is_staff=True)
    user.groups.add(Group.objects.get(name="Administrators"))
    return user


def make_summarised(username="moderator", **wishes):
    """Create the profile of a moderator with the nightly summary turned on, and set `wishes`."""
    user = make_moderator(username)
    user.email = f"{username}@moderators.example.org"
    user.save()
    return StaffProfile.objects.create(user=user, nightly_summary=True, **wishes)


def make_submitter(**changes):
    """Build an unsaved submitter, as a form passes it to the workflow."""
    return Submitter(**{"name": "Ana Reyes", "email": "ana@example.org", **changes})


def make_submission(
    state=State.DRAFT, *, practice=None, submitter=None, form_key=None, trapped=False, now=None, **changes
):
    """Create a submission and take it through the steps to `state`. `changes` go into its document."""
    submission = workflow.begin(
        document(**changes),
        submitter=submitter or make_submitter(),
        form_key=form_key or new_token(),
        language="en",
        practice=practice,
        trapped=trapped,
        now=now,
    )
    if not trapped and submission.sent_at is None:
        workflow.send(submission, now=now)
    if state != State.DRAFT and not trapped:
        workflow.submit(submission, seen=submission.version, now=now)
    by = make_moderator() if state not in (State.DRAFT, State.SUBMITTED, State.WITHDRAWN) else None
    match state:
        case State.IN_REVIEW:
            workflow.start_review(submission, by=by, now=now)
        case State.CHANGES_REQUESTED:
            workflow.request_changes(submission, by=by, reason="Which years?", now=now)
        case State.SCHEDULED:
            workflow.schedule(
                judged(submission), by=by, at=(now or timezone.now()) + timedelta(days=7), now=now
            )
        case State.PUBLISHED:
            workflow.publish(judged(submission), by=by, now=now)
        case State.REJECTED:
            workflow.reject(submission, by=by, reason="Not about migration.", now=now)
        case State.WITHDRAWN:
            workflow.withdraw(submission, now=now)
        case State.SPAM if not trapped:
            workflow.mark_spam(submission, by=by, now=now)
        case State.DRAFT | State.SUBMITTED | State.SPAM:
            pass
        case _:
            raise ValueError(f"make_submission has no steps to {state}")
    return Submission.objects.get(pk=submission.pk)


FRENCH = {
    "title": "Guichets de pension dans deux ports",
    "summary": "Des guichets dans deux ports aident les travailleurs de retour à toucher leur pension.",
}
"""Texts of a translation of `document()`."""


USE = {
    "countries": ["KE"],
    "area": "Mombasa",
    "implementers": ["Port of Mombasa"],
    "start_year": 2021,
    "summary": "One desk at the harbour gate, open on Saturdays, with a nurse who speaks Swahili.",
    "results": "900 seafarers claimed their pensions in two years.",
    "hindsight": "The first desk was too far from the gate.",
    "source_url": "https://mombasa.example.org/desk",
}
"""Values of a report on a use of `document()` elsewhere."""


def send_translation(
    state=State.SUBMITTED,
    *,
    of,
    into="fr",
    credit="Ana Reyes",
    machine="",
    submitter=None,
    now=None,
    **texts,
):
    """Create a submission that translates the practice `of`, and take it to `state`. `texts` are those translated."""
    original = of.document
    submission = workflow.begin_translation(
        of,
        documents.complete(original) | FRENCH | texts | {"language": into, "credit": credit},
        submitter=submitter or make_submitter(),
        form_key=new_token(),
        language="en",
        based_on=of.revision_number,
        machine=machine,
        now=now,
    )
    if state != State.DRAFT:
        workflow.send(submission, now=now)
        workflow.submit(submission, seen=submission.version, now=now)
    if state == State.PUBLISHED:
        workflow.publish(submission, by=make_moderator(), now=now)
    return Submission.objects.get(pk=submission.pk)


def send_adaptation(
    state=State.SUBMITTED, *, of, credit="Ana Reyes", submitter=None, now=None, form_key=None, **told
):
    """Create a submission that tells of the use of the practice `of` in Kenya, and take it to `state`."""
    blank = adaptations.blank(of.document, language="en")
    submission = workflow.begin_adaptation(
        of,
        blank | USE | told | {"credit": credit},
        submitter=submitter or make_submitter(),
        form_key=form_key or new_token(),
        language="en",
        now=now,
    )
    if state != State.DRAFT:
        workflow.send(submission, now=now)
        workflow.submit(submission, seen=submission.version, now=now)
    if state == State.PUBLISHED:
        workflow.publish(submission, by=make_moderator(), now=now)
    return Submission.objects.get(pk=submission.pk)


def judged(submission):
    """Tick the required criteria of a submission, or waive those without facts, as moderators do, and return it."""
    by = make_moderator()
    at = submission.events.aggregate(last=Max("at"))["last"] or timezone.now()
    ticks = [
        CriterionTick(submission=submission, by=by, criterion=criterion.slug, waiver=waiver, at=at)
        for criterion in CRITERIA
        if criterion.essential
        for waiver in ["It is known." if criterion.is_unstated(submission.document) else ""]
    ]
    CriterionTick.objects.bulk_create(ticks, ignore_conflicts=True)
    return submission


def make_outdated_update(state=State.DRAFT, *, since, **changes):
    """Create an update with `changes` of a practice that was then revised with the changes in `since`."""
    practice = make_practice(title="Desks", now=NOW)
    update = make_submission(state, practice=practice, **{"title": "Desks", **changes})
    workflow.publish_document(document(**{"title": "Desks", **since}), to=practice)
    Submission.objects.filter(pk=update.pk).update(based_on=1)
    return Submission.objects.get(pk=update.pk)


def make_update(practice, state=State.SUBMITTED, **changes):
    """Create an update of a practice, made from its newest revision, with this document."""
    update = make_submission(state, practice=practice, **changes)
    Submission.objects.filter(pk=update.pk).update(based_on=practice.revision_number)
    return Submission.objects.get(pk=update.pk)


def make_check(**changes):
    """Create the check, sent now, of a practice published two years ago."""
    make_submission(State.PUBLISHED, now=timezone.now() - timedelta(days=730), **changes)
    workflow.ask_if_still_true()
    return Check.objects.latest("pk")


def make_subscription(
    objective=21, address="reader@example.org", *, query=None, confirmed=True, cadence="at_once", now=None
):
    """Create a subscription to the objective of that number, or to `query`. Its confirmation e-mail is sent."""
    query = f"objective={objective}" if query is None else query
    subscriptions.subscribe(address, query=query, cadence=cadence, language="en", now=now)
    subscription = Subscription.objects.get(subscriber__address=address, query=query)
    asked = OutboxMessage.objects.filter(subscriber=subscription.subscriber, sent_at=None)
    asked.exclude(kind__in=NEWS).update(sent_at=timezone.now())
    if confirmed:
        confirm(subscription, now=now)
    return Subscription.objects.get(pk=subscription.pk)


def confirm(subscription, *, now=None):
    """Confirm all that is requested for the address, as its owner does on the page of a mailed link."""
    shown = [subscriptions.shown_code(each) for each in subscriptions.unconfirmed_with(subscription)]
    subscriptions.confirm(subscription, shown=shown, now=now)


def announced_to(subscription, **changes):
    """Return the announcement to this subscriber of a new practice, by default of Objective 21."""
    practice = make_practice(announce=True, **changes)
    sender.fan_out_all()
    return OutboxMessage.objects.get(subscriber=subscription.subscriber, practice=practice)


def make_message(**changes):
    """Create a due message in the outbox."""
    now = timezone.now()
    return OutboxMessage.objects.create(
        **{
            "kind": Kind.SUBMISSION_RECEIVED,
            "address": "ana@example.org",
            "created_at": now,
            "due_at": now,
            **changes,
        }
    )


def make_question(
    state=QuestionState.SENT, *, practice=None, now=None, text="How many people work there?", **more
):
    """Create a question in a state, by the steps that lead there, about a practice whose submitter can be asked."""
    if practice is None:
        practice = make_submission(State.PUBLISHED, now=now).practice
    question = workflow.ask_question(
        practice, text=text, language="en", now=now, **{"address": "reader@example.org", **more}
    )
    if state != QuestionState.ASKED:
        with override_settings(QUESTIONS_HELD=state == QuestionState.HELD):
            workflow.confirm_question(question, now=now)
        _lead(question, state, now=now)
    question.refresh_from_db()
    return question


def _lead(question, state, *, now):
    """Make the steps that lead a question which was sent to a state."""
    by = make_moderator()
    match state:
        case QuestionState.ANSWERED:
            workflow.answer_question(question, "Two at each desk.", consents=True, now=now)
        case QuestionState.PUBLISHED:
            _lead(question, QuestionState.ANSWERED, now=now)
            workflow.set_question_consent(question, consents=True, of_asker=True)
            workflow.publish_question(
                question, by=by, text=question.text, answer="Two at each desk.", now=now
            )
        case QuestionState.PRIVATE:
            _lead(question, QuestionState.ANSWERED, now=now)
            workflow.keep_question_private(question, by=by, now=now)
        case QuestionState.DECLINED:
            workflow.decline_question(question, now=now)
        case QuestionState.STOPPED:
            workflow.stop_question(question, by=by, now=now)
        case QuestionState.EXPIRED:
            at = now or timezone.now()
            for days in (14, 30):
                workflow.follow_up_questions(now=at + timedelta(days=days))
        case QuestionState.CLOSED:
            workflow.turn_questions(question.practice, on=False, now=now)
