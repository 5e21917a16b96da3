"""Registrations: every change of a practice that the public sees is sent to DataCite, and retried after a failure.

Steps of practices queue nothing, as `changed_at` tells which have changed since the last one that was noticed.
"""

import logging
from collections.abc import Callable, Container, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max, QuerySet

from practices import clock
from practices.core import catalogue_version, isolation
from practices.core.http import outgoing
from practices.exchange.dois import datacite, metadata
from practices.exchange.exports.records import records
from practices.models import DoiRegistration, Practice
from practices.notifications import hold, outbox

logger = logging.getLogger(__name__)

NOTICED_AT_ONCE = 500


def deliver_due(*, stopped: Callable[[], bool] = lambda: False) -> int:
    """Send due registrations to DataCite, and return the number of requests. 0 where there is no account.

    The catalogue version is renewed once at the end, also after an error, as each new one empties the caches. If the
    process is killed before that, pages that are kept show their DOI after the next publication.
    """
    if not settings.DATACITE_PREFIX or hold.is_held():
        return 0
    notice_changes()
    requests, new = 0, 0
    try:
        while not stopped() and (claimed := _claim(clock.now())):
            new += _deliver(claimed)
            requests += len(claimed)
    finally:
        if new:
            catalogue_version.bump()
    return requests


def notice_changes() -> int:
    """Queue the practices that have changed since the last change that was noticed; return how many."""
    noticed = 0
    while changed := _changed()[:NOTICED_AT_ONCE]:
        now = clock.now()
        rows = [DoiRegistration(practice_id=pk, noticed_at=at, due_at=now) for pk, at in changed]
        DoiRegistration.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["practice"],
            update_fields=["noticed_at", "due_at", "attempts", "error"],
        )
        noticed += len(rows)
    return noticed


def _changed() -> QuerySet[Practice, tuple[int, datetime]]:
    """Filter to practices whose last change nobody has noticed, first those that changed first.

    Changes get later instants in the order in which they are committed, so all after the last one noticed are new.
    """
    practices = Practice.objects.exclude(registration__noticed_at=F("changed_at"))
    last = DoiRegistration.objects.aggregate(last=Max("noticed_at"))["last"]
    if last:
        practices = practices.filter(changed_at__gte=last)
    return practices.order_by("changed_at", "pk").values_list("pk", "changed_at")


def _claim(now: datetime) -> list[DoiRegistration]:
    """Take due registrations for the length of a lease, after which they are due again unless they were settled."""
    with transaction.atomic():
        due = DoiRegistration.objects.filter(due_at__lte=now).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        keys = list(due.values_list("pk", flat=True)[: datacite.IN_A_LEASE])
        lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        DoiRegistration.objects.filter(pk__in=keys).update(due_at=now + lease, attempts=F("attempts") + 1)
    return list(DoiRegistration.objects.filter(pk__in=keys).select_related("practice"))


def _deliver(claimed: Sequence[DoiRegistration]) -> int:
    """Send each registration, record together those that DataCite has accepted, and return the number of new DOIs."""
    found = {
        record.practice.pk: record
        for record in records(Practice.objects.published().filter(pk__in=[each.pk for each in claimed]))
    }
    accepted = []
    for registration in claimed:
        practice = registration.practice
        try:
            if practice.pk in found:
                datacite.put(metadata.doi_of(practice), metadata.published(found[practice.pk]))
            elif practice.doi:
                datacite.put(practice.doi, metadata.hidden(practice))
        except outgoing.Refused as refusal:
            _postpone(registration, datacite.reason_of(refusal))
        except outgoing.NoAnswer as error:
            _postpone(registration, str(error))
        except Exception as error:
            if isolation.is_away(error):
                raise
            isolation.report("DOI of practice", practice.pk)
            _postpone(registration, type(error).__name__)
        else:
            accepted.append(registration)
    return _settle(accepted, public=found.keys())


def _postpone(registration: DoiRegistration, reason: str) -> None:
    """Try again later, at last a few times a day: an account or a rule of DataCite may be put in order any day."""
    logger.warning("DOI not registered yet", extra={"practice": registration.pk, "reason": reason})
    wait = outbox.retry_delay(registration.attempts)
    _as_claimed(registration).update(due_at=clock.now() + wait, error=reason)


@transaction.atomic
def _settle(accepted: Sequence[DoiRegistration], *, public: Container[int]) -> int:
    """Record what DataCite has accepted, and return the number of practices that now have a DOI.

    These have changed, as their pages and records show it.
    """
    new = [each for each in accepted if not each.practice.doi and each.pk in public]
    if new:
        catalogue_version.lock()  # so that `changed_at` grows in the order of commits
    for registration in accepted:
        settled: dict[str, Any] = {"due_at": None, "error": "", "attempts": 0}
        if registration in new:
            doi, now = metadata.doi_of(registration.practice), clock.now()
            is_as_sent = Practice.objects.filter(
                pk=registration.pk, changed_at=registration.noticed_at
            ).update(doi=doi, changed_at=now)
            if is_as_sent:
                settled["noticed_at"] = now
            else:  # it has changed since, and is noticed again
                Practice.objects.filter(pk=registration.pk).update(doi=doi, changed_at=now)
        _as_claimed(registration).update(**settled)
    return len(new)


def _as_claimed(registration: DoiRegistration) -> QuerySet[DoiRegistration]:
    """Filter to a registration that nobody has queued again, and no other sender claimed, since our claim."""
    return DoiRegistration.objects.filter(
        pk=registration.pk, noticed_at=registration.noticed_at, attempts=registration.attempts
    )
