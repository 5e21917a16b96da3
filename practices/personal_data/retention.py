"""Retention: erasing data whose period is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, QuerySet

from practices import clock
from practices.core import sent_forms
from practices.models import DataRequest, LimitBucket, OutboxMessage, Submission, Submitter
from practices.notifications import subscriptions
from practices.personal_data.erasure import delete_log_entries, erase
from practices.personal_data.held import Held


def apply_retention(*, now: datetime | None = None, dry_run: bool = False) -> dict[str, int]:
    """Erase data past its retention period. Returns category → number of rows. Idempotent."""
    now = now or clock.now()
    found: dict[str, QuerySet[Any]] = {
        "submissions not taken": _older(
            Submission.objects.declined(),
            "decided_at",
            settings.RETENTION_REJECTED_DAYS,
            now,
        ),
        "contacts of submitters": _contacts(now),
        "subscriptions never confirmed": subscriptions.expired_requests(now=now),
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
    }
    if dry_run:
        return {category: rows.count() for category, rows in found.items()}
    return {category: _ERASERS[category](rows, now) for category, rows in found.items()}


def _older[Rows: QuerySet[Any]](rows: Rows, field: str, days: int, now: datetime) -> Rows:
    return rows.filter(**{f"{field}__lte": now - timedelta(days=days)})


def _contacts(now: datetime) -> QuerySet[Submitter]:
    """Filter submitters whose submissions are all decided, the last one before the retention period."""
    submitters = Submitter.objects.filter(erased_at=None, submissions__isnull=False)
    decided = submitters.exclude(pk__in=Submission.objects.undecided().values("submitter"))
    return _older(
        decided.annotate(last=Max("submissions__decided_at")), "last", settings.RETENTION_CONTACT_DAYS, now
    )


@transaction.atomic
def _delete_submissions(submissions: QuerySet[Submission], now: datetime) -> int:
    rows = list(submissions.select_for_update())
    delete_log_entries(Submission, rows)
    submitters = {submission.submitter_id for submission in rows}
    Submission.objects.filter(pk__in=[submission.pk for submission in rows]).delete()
    Submitter.objects.filter(pk__in=submitters, submissions=None).delete()
    return len(rows)


def _anonymise_submitters(submitters: QuerySet[Submitter], now: datetime) -> int:
    rows = list(submitters)
    for submitter in rows:
        erase(Held.of_submitters(Submitter.objects.filter(pk=submitter.pk)), keep_credit=True, now=now)
    return len(rows)


def _delete(rows: QuerySet[Any], now: datetime) -> int:
    count = rows.count()
    rows.delete()
    return count


def _clear_addresses(messages: QuerySet[OutboxMessage], now: datetime) -> int:
    return messages.update(address="", context={}, error="")


_ERASERS: dict[str, Callable[[QuerySet[Any], datetime], int]] = {
    "submissions not taken": _delete_submissions,
    "contacts of submitters": _anonymise_submitters,
    "subscriptions never confirmed": lambda requests, now: subscriptions.delete_expired_requests(now=now),
    "addresses of messages": _clear_addresses,
    "requests for personal data": _delete,
    "sign-ins of staff": _delete,
    "sessions that ended": _delete,
    "counters": _delete,
    "forms that were sent": _delete,
}
