"""Personal data of submitters and subscribers: export, erasure and retention.

Erasing a submitter deletes everything unpublished. An anonymous row stays behind published practices, so that
decisions on them stay on record. None of this needs a member of staff.
"""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext

from practices import clock, workflow
from practices.choices import State
from practices.core import catalogue_version
from practices.core.addresses import canonical
from practices.discovery import search
from practices.models import LimitBucket, OutboxMessage, Practice, Revision, Submission, Submitter, Subscriber
from practices.models.submission import new_token
from practices.notifications import subscriptions


@dataclasses.dataclass(frozen=True)
class Person:
    """The person whose data is meant: rows of a submitter, and the address if it is confirmed as theirs."""

    submitters: QuerySet[Submitter]
    address: str = ""

    @property
    def submissions(self) -> QuerySet[Submission]:
        return Submission.objects.filter(submitter__in=self.submitters).order_by("created_at", "pk")

    @property
    def messages(self) -> QuerySet[OutboxMessage]:
        theirs = Q(submission__submitter__in=self.submitters)
        if self.address:
            theirs |= Q(address=self.address)
        return OutboxMessage.objects.filter(theirs).order_by("created_at", "pk")

    @property
    def subscribers(self) -> QuerySet[Subscriber]:
        if not self.address:
            return Subscriber.objects.none()
        return Subscriber.objects.filter(address=self.address)

    @property
    def public_credits(self) -> list[str]:
        """Return the credits under which their practices are published."""
        practices = Practice.objects.filter(submissions__in=self.submissions.filter(state=State.PUBLISHED))
        return sorted(set(practices.exclude(credit="").values_list("credit", flat=True)))


def person_of_address(address: str) -> Person:
    """Return the person behind an address."""
    address = canonical(address)
    if not address:
        return Person(Submitter.objects.none())
    return Person(Submitter.objects.filter(email=address), address)


def person_of_submission(submission: Submission) -> Person:
    """Return the person with the private link of a submission; with all data of its address once that is confirmed."""
    if submission.submitter.verified_at and submission.submitter.email:
        return person_of_address(submission.submitter.email)
    return Person(Submitter.objects.filter(pk=submission.submitter_id))


def export(person: Person) -> dict[str, Any]:
    """Return all personal data, ready for JSON. Internal notes of moderators are about the practice and left out."""
    return {
        "address": person.address or None,
        "submitters": [
            {
                "form_of_address": submitter.honorific,
                "name": submitter.name,
                "organisation": submitter.organisation,
                "address": submitter.email,
                "address_confirmed_at": submitter.verified_at,
                "submissions": [_submission(submission) for submission in submitter.submissions.all()],
            }
            for submitter in person.submitters.order_by("pk")
        ],
        "messages": list(person.messages.values("kind", "address", "created_at", "sent_at", "context")),
        "subscribers": [
            _columns(subscriber)
            | {"subscriptions": [_columns(subscription) for subscription in subscriber.subscriptions.all()]}
            for subscriber in person.subscribers
        ],
    }


def _submission(submission: Submission) -> dict[str, Any]:
    state = State(submission.state).told_as
    return {
        "private_page": settings.SITE_URL + submission.get_private_url(),
        "state": state,
        "language": submission.language,
        "created_at": submission.created_at,
        "saved_at": submission.saved_at,
        "submitted_at": submission.submitted_at,
        "decided_at": submission.decided_at if state.traits.decided_by else None,
        "practice": submission.practice and settings.SITE_URL + submission.practice.get_absolute_url(),
        "document": submission.document,
        "typed": submission.typed,
        "steps": list(submission.events.told().values("at", "from_state", "to_state", "reason")),
        "attachments": list(submission.attachments.values("name", "description", "size")),
        "checks": list(submission.checks.values("year", "asked_at", "answer", "answered_at")),
        "thread": list(submission.thread.values("at", "from_staff", "text")),
    }


def _columns(row) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@transaction.atomic
def erase(person: Person, *, keep_credit: bool, now: datetime | None = None) -> None:
    """Erase all personal data. Idempotent.

    Published practices stay. Unless `keep_credit`, the public credit is removed from every revision.
    """
    if not keep_credit:
        catalogue_version.bump()
    now = now or clock.now()
    submitters = list(person.submitters)
    submissions = list(person.submissions.select_for_update(of=["self"]).select_related("practice"))
    person.messages.delete()
    for subscriber in person.subscribers:
        subscriptions.erase(subscriber, now=now)
    _delete_log_entries(Submitter, submitters)
    _delete_log_entries(Submission, submissions)
    for submission in submissions:
        if submission.state != State.PUBLISHED:
            submission.delete()
            continue
        if not keep_credit and submission.practice:
            _remove_credit(submission.practice, submission.document["credit"], now=now)
        _anonymise_submission(submission, keep_credit=keep_credit)
    for submitter in submitters:
        _anonymise_submitter(submitter, now=now)


def _delete_log_entries(model: type[Any], rows: Iterable[Any]) -> None:
    """Delete the admin's log of these rows, which names them by their title or name."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=[str(row.pk) for row in rows]).delete()


def _remove_credit(practice: Practice, credit: str, *, now: datetime) -> None:
    """Remove a credit from a practice and all its revisions. The removal is a new revision."""
    if not credit:
        return
    if practice.document["credit"] == credit:
        workflow.publish_document(
            practice.document | {"credit": ""},
            to=practice,
            note=gettext("Its submitter asked not to be named"),
            now=now,
        )
    for revision in Revision.objects.filter(practice=practice):
        if revision.document["credit"] == credit:
            Revision.objects.filter(pk=revision.pk).update(document=revision.document | {"credit": ""})
    for update in practice.submissions.filter(document__credit=credit):  # also in corrections by readers
        Submission.objects.filter(pk=update.pk).update(document=update.document | {"credit": ""})
    search.remove_unused_words(credit)


def _anonymise_submission(submission: Submission, *, keep_credit: bool) -> None:
    """Reduce a published submission to the decisions and their dates; its private link ends."""
    submission.events.update(reason="", internal_note="", field_reasons={}, changes={})
    submission.thread.all().delete()
    submission.checks.all().delete()
    submission.attachments.filter(practice=None).delete()
    document = submission.document if keep_credit else submission.document | {"credit": ""}
    Submission.objects.filter(pk=submission.pk).update(
        token=new_token(), form_key=new_token(), typed={}, document=document
    )


def _anonymise_submitter(submitter: Submitter, *, now: datetime) -> None:
    if submitter.submissions.exists():
        nothing = {"honorific": "", "name": "", "organisation": "", "email": "", "verified_at": None}
        Submitter.objects.filter(pk=submitter.pk).update(erased_at=now, **nothing)
    else:
        submitter.delete()


# Retention -----------------------------------------------------------------------------------


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
        "counters": LimitBucket.objects.filter(expires_at__lte=now),
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
    _delete_log_entries(Submission, rows)
    submitters = {submission.submitter_id for submission in rows}
    Submission.objects.filter(pk__in=[submission.pk for submission in rows]).delete()
    Submitter.objects.filter(pk__in=submitters, submissions=None).delete()
    return len(rows)


def _anonymise_submitters(submitters: QuerySet[Submitter], now: datetime) -> int:
    rows = list(submitters)
    for submitter in rows:
        erase(Person(Submitter.objects.filter(pk=submitter.pk)), keep_credit=True, now=now)
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
    "counters": _delete,
}
