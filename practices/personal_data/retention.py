"""Retention: erasing data whose period is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from practices import clock, workflow
from practices.choices import UNDECIDED, QuestionState, State
from practices.core import audit, faults, isolation, sent_forms
from practices.models import (
    DataRequest,
    LimitBucket,
    OutboxMessage,
    Question,
    QuestionContact,
    Submission,
    Submitter,
    Subscription,
)
from practices.models.submission import UNCHECKED_SPAM
from practices.notifications import subscriptions
from practices.personal_data.erasure import RETENTION, delete_log_entries, erase
from practices.personal_data.held import Held


def apply_retention(*, now: datetime | None = None, dry_run: bool = False) -> dict[str, int]:
    """Erase data past its retention period. Returns category → number of rows. Idempotent."""
    now = now or clock.now()
    found: dict[str, QuerySet[Any]] = {
        "submissions not accepted": _older(
            Submission.objects.declined().exclude(UNCHECKED_SPAM),
            "decided_at",
            settings.RETENTION_REJECTED_DAYS,
            now,
        ),
        "spam that nobody checked": _older(
            Submission.objects.unchecked_spam(), "decided_at", settings.RETENTION_UNCHECKED_SPAM_DAYS, now
        ),
        "contacts of submitters": _contacts(now),
        "subscriptions never confirmed": subscriptions.expired_requests(now=now),
        "questions never confirmed": _older(
            Question.objects.filter(confirmed_at=None), "asked_at", settings.CONFIRMATION_DAYS, now
        ),
        "contacts for questions never confirmed": _older(
            QuestionContact.objects.filter(confirmed_at=None), "named_at", settings.CONFIRMATION_DAYS, now
        ),
        "questions that ended": _ended_questions(now).exclude(state=QuestionState.PUBLISHED),
        "askers of published questions": _ended_questions(now)
        .filter(state=QuestionState.PUBLISHED)
        .exclude(address="", name=""),
        "contents of messages": _contents(now),
        "addresses of messages": _older(
            OutboxMessage.objects.exclude(sent_at=None, failed_at=None, cancelled_at=None).exclude(
                address=""
            ),
            "created_at",
            settings.RETENTION_MESSAGE_DAYS,
            now,
        ),
        "requests for personal data": _older(
            DataRequest.objects.all(), "requested_at", settings.PERSONAL_DATA_LINK_DAYS, now
        ),
        "sign-ins of staff": _older(
            UserSession.objects.all(), "last_seen_at", settings.RETENTION_SIGN_IN_DAYS, now
        ),
        "sessions that ended": Session.objects.filter(expire_date__lte=now),
        "counters": LimitBucket.objects.filter(expires_at__lte=now),
        "forms that were sent": sent_forms.outdated(now=now),
        "counts of errors": faults.outdated(now=now),
        "audit log": audit.outdated(now=now),
    }
    if dry_run:
        return {category: rows.count() for category, rows in found.items()}
    return {
        category: isolation.one(partial(_ERASERS[category], now=now), rows, what=category)
        for category, rows in found.items()
    }


def _older[Rows: QuerySet[Any]](rows: Rows, field: str, days: int, now: datetime) -> Rows:
    return rows.filter(**{f"{field}__lte": now - timedelta(days=days)})


def _ended_questions(now: datetime) -> QuerySet[Question]:
    return _older(Question.objects.all(), "ended_at", settings.RETENTION_QUESTION_DAYS, now)


def _contents(now: datetime) -> QuerySet[OutboxMessage]:
    """Filter messages that were sent or cancelled long enough ago and still hold what they said, links included."""
    cutoff = now - timedelta(days=settings.RETENTION_MESSAGE_TEXT_DAYS)
    done = OutboxMessage.objects.filter(Q(sent_at__lte=cutoff) | Q(cancelled_at__lte=cutoff))
    return done.exclude(context={})


def _contacts(now: datetime) -> QuerySet[Submitter]:
    """Filter submitters whose submissions are all decided, the last one before the retention period."""
    submitters = Submitter.objects.filter(erased_at=None, submissions__isnull=False)
    decided = submitters.exclude(pk__in=Submission.objects.undecided().values("submitter"))
    return _older(
        decided.annotate(last=Max("submissions__decided_at")), "last", settings.RETENTION_CONTACT_DAYS, now
    )


@transaction.atomic
def delete_spam(submission: Submission) -> bool:
    """Delete a submission that is spam with all that came with it. Returns False if it is spam no longer, or gone."""
    if not Submission.objects.select_for_update().filter(pk=submission.pk, state=State.SPAM).exists():
        return False
    _delete_row(submission)
    return True


def _delete_row(submission: Submission) -> None:
    delete_log_entries(Submission, [submission])
    submission.delete()
    Submitter.objects.filter(pk=submission.submitter_id, submissions=None).delete()


def _delete_submissions(submissions: QuerySet[Submission], now: datetime) -> int:
    return isolation.each(submissions, _delete_submission, what="submission")


def _delete_submission(submission: Submission) -> int:
    """Delete a submission unless a moderator has reopened it meanwhile."""
    same = Submission.objects.select_for_update().filter(pk=submission.pk, decided_at=submission.decided_at)
    if not same.exists():
        return 0
    _delete_row(submission)
    return 1


def _anonymise_submitters(submitters: QuerySet[Submitter], now: datetime) -> int:
    return isolation.each(submitters, partial(_anonymise_submitter, now=now), what="contact of submitter")


def _anonymise_submitter(submitter: Submitter, *, now: datetime) -> int:
    """Erase the contact of a submitter unless a moderator has reopened one of the submissions meanwhile."""
    locked = submitter.submissions.select_for_update().order_by("pk")
    if any(submission.state in UNDECIDED for submission in locked):
        return 0
    erase(
        Held.of_submitters(Submitter.objects.filter(pk=submitter.pk)),
        keep_credit=True,
        by=RETENTION,
        now=now,
    )
    return 1


def _delete_requests(requests: QuerySet[Subscription], now: datetime) -> int:
    return subscriptions.delete_expired_requests(now=now)


def _delete(rows: QuerySet[Any], now: datetime) -> int:
    count = rows.count()
    rows.delete()
    return count


def _clear_addresses(messages: QuerySet[OutboxMessage], now: datetime) -> int:
    return messages.update(address="", context={}, error="")


_ERASERS: dict[str, Callable[..., int]] = {
    "submissions not accepted": _delete_submissions,
    "spam that nobody checked": _delete_submissions,
    "contacts of submitters": _anonymise_submitters,
    "subscriptions never confirmed": _delete_requests,
    "questions never confirmed": _delete,
    "contacts for questions never confirmed": lambda contacts, now: workflow.clear_contacts(contacts),
    "questions that ended": _delete,
    "askers of published questions": lambda questions, now: questions.update(address="", name=""),
    "addresses of messages": _clear_addresses,
    "contents of messages": lambda messages, now: messages.update(context={}),
    "requests for personal data": _delete,
    "sign-ins of staff": _delete,
    "sessions that ended": _delete,
    "counters": _delete,
    "forms that were sent": _delete,
    "counts of errors": _delete,
    "audit log": _delete,
}
