"""Content of announcements and digests, resolved just before sending so that unsubscribing takes effect at once."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Prefetch
from django.utils.translation import override

from practices.choices import NEWS, NewsOf
from practices.core import time_zones
from practices.documents import translations_into
from practices.models import (
    Announcement,
    Broadcast,
    OutboxMessage,
    Placement,
    Practice,
    Subscriber,
    Subscription,
    Translation,
)
from practices.notifications import saved_filters, signed_links


class Gone(NamedTuple):
    """Facts that anyone may know of a withdrawn practice: no more than its page says."""

    number: int
    reason: str
    kept_title: str = ""
    """The practice that it was merged into, if that is public."""
    kept_path: str = ""
    language: str = ""
    direction: str = ""
    number_to_follow: int | None = None
    """That of the practice that stays, unless the subscriber has named it too."""


@dataclasses.dataclass(frozen=True)
class Item:
    """A broadcast with the subscriber's filters that it matches."""

    broadcast: Broadcast
    queries: tuple[str, ...]

    @property
    def gone(self) -> Gone | None:
        if self.broadcast.event != NewsOf.WITHDRAWAL:
            return None
        practice, kept = self.broadcast.practice, self.broadcast.practice.remaining
        if not kept.is_public:
            return Gone(practice.pk, practice.public_reason)
        number = None if saved_filters.naming(self.queries, kept) else kept.pk
        path = kept.get_absolute_url()
        return Gone(practice.pk, "", kept.title, path, kept.language, kept.direction, number)


@dataclasses.dataclass(frozen=True)
class News:
    """News for one subscriber, with the subscriptions it is sent for."""

    items: tuple[Item, ...]
    subscriptions: tuple[Subscription, ...]
    subscriber: Subscriber
    language: str
    translations: Mapping[int, Translation]
    """Practice → its translation into the language of the e-mail, where there is one."""

    @property
    def cadence(self) -> str:
        """The soonest cadence of the subscriptions: how often such e-mails come."""
        return min(subscription.cadence for subscription in self.subscriptions)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day on which its practices were published or updated, where the subscriber is.

        Those of what it tells, if none was.
        """
        zone = time_zones.zone_of(self.subscriber.time_zone)
        broadcasts = [item.broadcast for item in self.items]
        revisions = [each for each in broadcasts if each.event == NewsOf.REVISION]
        days = [each.created_at.astimezone(zone).date() for each in revisions or broadcasts]
        return min(days), max(days)

    @cached_property
    def unsubscribe_path(self) -> str:
        with override(self.language):
            return signed_links.unsubscribe_path(self.subscriber, self.subscriptions)

    @cached_property
    def unsubscribe_all_path(self) -> str:
        with override(self.language):
            return signed_links.unsubscribe_all_path(self.subscriber)

    @cached_property
    def preferences_path(self) -> str:
        with override(self.language):
            return signed_links.preferences_path(self.subscriber)


def attach(messages: Iterable[OutboxMessage]) -> None:
    """Set `message.news` on each news message; None if it has nothing left to tell its subscriber.

    Takes a fixed number of queries. The announcement of a practice that was withdrawn after its digest was built
    goes back to waiting. That of a withdrawal which has ended is left out.
    """
    news = [message for message in messages if message.kind in NEWS]
    if not news:
        return
    announced = _announced(news)
    broadcasts = _broadcasts({broadcast for several in announced.values() for _key, broadcast in several})
    in_force = _subscriptions_in_force(news)
    languages = {message.language for message in news}
    translations = translations_into(
        languages, [broadcast.practice for broadcast, _matched in broadcasts.values()]
    )
    withdrawn: list[int] = []
    for message in news:
        items: list[Item] = []
        subscriptions: list[Subscription] = []
        for announcement, key in announced[message.pk]:
            broadcast, matched = broadcasts[key]
            if not broadcast.is_true:
                withdrawn += [announcement] if broadcast.event == NewsOf.REVISION else []
                continue
            matching = [each for each in in_force[message.subscriber_id] if each.query in matched]
            if matching:
                items.append(Item(broadcast, tuple(each.query for each in matching)))
                subscriptions += matching
        message.news = None
        if message.subscriber and items:
            distinct = tuple(dict.fromkeys(subscriptions))
            into = translations.get(message.language, {})
            message.news = News(tuple(items), distinct, message.subscriber, message.language, into)
    if withdrawn:
        # Only those of digests: an announcement with a message of its own waits together with that message.
        Announcement.objects.filter(pk__in=withdrawn, message__practice=None).update(message=None)


def _announced(messages: list[OutboxMessage]) -> dict[int | None, list[tuple[int, int]]]:
    """Message → (announcement, broadcast) keys, in the order of broadcasts."""
    announced: dict[int | None, list[tuple[int, int]]] = defaultdict(list)
    announcements = Announcement.objects.filter(message__in=messages).order_by("broadcast_id")
    for message, announcement, broadcast in announcements.values_list("message_id", "pk", "broadcast_id"):
        announced[message].append((announcement, broadcast))
    return announced


def _subscriptions_in_force(messages: list[OutboxMessage]) -> dict[int | None, list[Subscription]]:
    """Subscriber → subscriptions in force now."""
    subscriptions: dict[int | None, list[Subscription]] = defaultdict(list)
    subscribers = {message.subscriber_id for message in messages}
    in_force = Subscription.objects.in_force().filter(subscriber__in=subscribers).order_by("pk")
    for subscription in in_force.only("subscriber", "query", "key", "cadence"):
        subscriptions[subscription.subscriber_id].append(subscription)
    return subscriptions


def _broadcasts(keys: set[int]) -> dict[int, tuple[Broadcast, frozenset[str]]]:
    """Key → broadcast and the queries that it matches."""
    practices = (
        Practice.objects.with_versions()
        .select_related("type", "merged_into")
        .prefetch_related(
            "countries",
            Prefetch("placements", Placement.objects.select_related("objective")),
        )
    )
    found = Broadcast.objects.filter(pk__in=keys).prefetch_related(Prefetch("practice", practices))
    return {broadcast.pk: (broadcast, frozenset(broadcast.matched or [])) for broadcast in found}
