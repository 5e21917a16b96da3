"""Telling WebSub hubs what is new in the feeds (https://www.w3.org/TR/websub/), so that readers hear at once.

A ping says that feeds have changed, not how: however often a practice is revised before a hub answers, one row
waits. That, and having no person's address, language or text, is why these are not messages of the outbox; the
sender of the outbox delivers both.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation

from practices.models import HubPing, Practice
from practices.notifications import outbox
from practices.notifications.channels import PermanentFailure, TemporaryFailure, websub

logger = logging.getLogger(__name__)

EXTENSIONS = ("atom", "rss", "json")
BATCH = 50


def announce(practice: Practice, *, now: datetime) -> None:
    """Queue the news that a practice is new or revised, in the transaction that publishes."""
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


def deliver_due() -> int:
    """Tell the hubs what is due, each in one request; the number of requests made."""
    of_hub = defaultdict(list)
    for ping in _claim(timezone.now()):
        of_hub[ping.hub].append(ping)
    for hub, pings in of_hub.items():
        _deliver(hub, pings)
    return len(of_hub)


def _claim(now: datetime) -> list[HubPing]:
    """Due pings. They become due again when the one who took them has had time enough, or died."""
    with transaction.atomic():
        due = HubPing.objects.filter(due_at__lte=now).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        keys = list(due.values_list("pk", flat=True)[:BATCH])
        lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        HubPing.objects.filter(pk__in=keys).update(due_at=now + lease, attempts=F("attempts") + 1)
    return list(HubPing.objects.filter(pk__in=keys).select_related("practice"))


def _deliver(hub: str, pings: Sequence[HubPing]) -> None:
    topics = sorted(
        {topic for ping in pings if not ping.practice.withdrawn_at for topic in topics_of(ping.practice)}
    )
    now = timezone.now()
    try:
        if topics and hub in settings.WEBSUB_HUBS:
            websub.ping(hub, topics)
    except TemporaryFailure as failure:
        logger.warning("hub not told yet", extra={"hub": hub, "reason": str(failure)})
        _as_taken(pings).filter(give_up_at__lte=now).delete()
        _as_taken(pings).update(due_at=now + outbox.wait_after(pings[0].attempts))
    except PermanentFailure as failure:
        logger.warning("hub refused to be told", extra={"hub": hub, "reason": str(failure)})
        _as_taken(pings).delete()
    else:
        _as_taken(pings).delete()


def _as_taken(pings: Sequence[HubPing]):
    """Those of the pings that no publication has queued anew since they were taken."""
    same = Q()
    for ping in pings:
        same |= Q(pk=ping.pk, queued_at=ping.queued_at)
    return HubPing.objects.filter(same)


def topics_of(practice: Practice) -> Iterator[str]:
    """The addresses of all feeds that announce hubs and hold the practice."""
    objectives = list(practice.objectives.values_list("number", flat=True))
    countries = [code.lower() for code in practice.countries.values_list("code", flat=True)]
    tags = list(practice.tags.values_list("slug", flat=True))
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for extension in EXTENSIONS:
                everything = reverse("practices:practice-feed", args=[extension])
                yield settings.SITE_URL + everything
                for slug in tags:
                    yield f"{settings.SITE_URL}{everything}?tag={quote(slug)}"
                for number in objectives:
                    yield settings.SITE_URL + reverse("practices:objective-feed", args=[number, extension])
                for code in countries:
                    yield settings.SITE_URL + reverse("practices:country-feed", args=[code, extension])
