"""WebSub pings (https://www.w3.org/TR/websub/): telling hubs that feeds have changed.

Pings have a table of their own beside the outbox. A ping only says that feeds have changed, so all revisions of a
practice that a hub has not been told of share one row; and it has no recipient, language or text. The sender
delivers both.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import translation

from practices import clock
from practices.core import isolation
from practices.core.http.guards import site_address
from practices.models import HubPing, Practice
from practices.notifications import hold, outbox
from practices.notifications.channels import PermanentFailure, TemporaryFailure
from practices.notifications.websub import client

logger = logging.getLogger(__name__)

EXTENSIONS = ("atom", "rss", "json")
BATCH = 50


def enqueue(practice: Practice, *, now: datetime) -> None:
    """Queue a ping to each hub for a new or revised practice, in the transaction that publishes it."""
    give_up_at = now + timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS)
    HubPing.objects.bulk_create(
        [
            HubPing(hub=hub, practice=practice, queued_at=now, due_at=now, give_up_at=give_up_at)
            for hub in settings.WEBSUB_HUBS
        ],
        update_conflicts=True,
        unique_fields=["hub", "practice"],
        update_fields=["queued_at", "due_at", "give_up_at", "attempts"],
    )


def deliver_due(*, stopped: Callable[[], bool] = lambda: False) -> int:
    """Send due pings, one request per hub; return the number of requests."""
    if hold.is_held():
        return 0
    due = HubPing.objects.filter(due_at__lte=clock.now())
    requests = 0
    for hub in list(due.order_by("hub").values_list("hub", flat=True).distinct()):
        # Each hub's pings are claimed only now, so that one that hangs does not use up the lease of the others.
        if not stopped() and (pings := _claim(hub, clock.now())):
            _deliver(hub, pings)
            requests += 1
    return requests


def _claim(hub: str, now: datetime) -> list[HubPing]:
    """Take due pings for the length of a lease. They become due again if they are still there when it ends.

    The time for which a ping is tried begins with the first claim, however long it has waited for a sender.
    """
    give_up_at = now + timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS)
    with transaction.atomic():
        due = HubPing.objects.filter(hub=hub, due_at__lte=now).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        keys = list(due.values_list("pk", flat=True)[:BATCH])
        lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        HubPing.objects.filter(pk__in=keys).update(
            due_at=now + lease,
            attempts=F("attempts") + 1,
            give_up_at=Case(
                When(attempts=0, then=Value(give_up_at)),
                default=F("give_up_at"),
                output_field=DateTimeField(),
            ),
        )
    return list(HubPing.objects.filter(pk__in=keys).select_related("practice"))


def _deliver(hub: str, pings: Sequence[HubPing]) -> None:
    try:
        topics = sorted({topic for ping in pings for topic in _topics(ping)})
        if topics and hub in settings.WEBSUB_HUBS:
            client.ping(hub, topics)
    except PermanentFailure as failure:
        logger.warning("hub refused to be told", extra={"hub": hub, "reason": str(failure)})
        _as_claimed(pings).delete()
    except TemporaryFailure as failure:
        logger.warning("hub not told yet", extra={"hub": hub, "reason": str(failure)})
        _postpone(pings)
    except Exception as error:
        if isolation.is_away(error):
            raise
        isolation.report("hub", hub)
        _postpone(pings)
    else:
        _as_claimed(pings).delete()


def _topics(ping: HubPing) -> list[str]:
    """Return what a hub is to fetch because of this ping; nothing if its practice is withdrawn or fails."""
    try:
        return list(topic_urls(ping.practice)) if ping.practice.is_public else []
    except Exception as error:
        if isolation.is_away(error):
            raise
        isolation.report("ping of practice", ping.practice_id)
        return []


def _postpone(pings: Sequence[HubPing]) -> None:
    now = clock.now()
    _as_claimed(pings).filter(give_up_at__lte=now).delete()
    _as_claimed(pings).update(due_at=now + outbox.retry_delay(pings[0].attempts))


def _as_claimed(pings: Sequence[HubPing]) -> QuerySet[HubPing]:
    """Filter to pings that no publication has queued again, and no other sender claimed, since our claim."""
    unchanged = Q(pk__in=[])
    for ping in pings:
        unchanged |= Q(pk=ping.pk, queued_at=ping.queued_at, attempts=ping.attempts)
    return HubPing.objects.filter(unchanged)


def topic_urls(practice: Practice) -> Iterator[str]:
    """URLs of all feeds that contain the practice and announce hubs."""
    objectives = list(practice.objectives.values_list("number", flat=True))
    countries = [code.lower() for code in practice.countries.values_list("code", flat=True)]
    tags = list(practice.tags.values_list("slug", flat=True))
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for extension in EXTENSIONS:
                all_practices = reverse("practices:practice-feed", args=[extension])
                yield site_address(all_practices)
                for slug in tags:
                    yield f"{site_address(all_practices)}?tag={quote(slug)}"
                for number in objectives:
                    yield site_address(reverse("practices:objective-feed", args=[number, extension]))
                for code in countries:
                    yield site_address(reverse("practices:country-feed", args=[code, extension]))
