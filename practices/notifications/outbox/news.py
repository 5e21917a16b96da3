"""What a message to a subscriber tells and why: found out just before it is sent, so that leaving is at once."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import override

from practices.choices import NEWS
from practices.models import Announcement, Broadcast, OutboxMessage, Subscriber, Subscription
from practices.notifications import signed_links


@dataclasses.dataclass(frozen=True)
class Item:
    """One broadcast, and the filters of this subscriber that it passes."""

    broadcast: Broadcast
    queries: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class News:
    """What one subscriber is told, because of subscriptions of these keys."""

    items: tuple[Item, ...]
    because: tuple[int, ...]
    subscriber: Subscriber
    language: str

    @cached_property
    def leave_path(self) -> str:
        with override(self.language):
            return signed_links.leave_path(self.because)

    @cached_property
    def preferences_path(self) -> str:
        with override(self.language):
            return signed_links.preferences_path(self.subscriber)


def find(messages: Iterable[OutboxMessage]) -> None:
    """Give each message that is news its `news`; None where there is nothing to say to its subscriber any more.

    A fixed number of queries. A practice withdrawn after it was put into a digest goes back to those that wait.
    """
    news = [message for message in messages if message.kind in NEWS]
    if not news:
        return
    told: dict[int | None, list[tuple[int, int]]] = defaultdict(list)
    announcements = Announcement.objects.filter(message__in=news).order_by("broadcast_id")
    for message_key, key, of in announcements.values_list("message_id", "pk", "broadcast_id"):
        told[message_key].append((key, of))
    broadcasts = _broadcasts({of for several in told.values() for _key, of in several})
    followed: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    subscribers = {message.subscriber_id for message in news}
    in_force = Subscription.objects.in_force().filter(subscriber__in=subscribers).order_by("pk")
    for key, subscriber, query in in_force.values_list("pk", "subscriber_id", "query"):
        followed[subscriber].append((key, query))
    put_back = []
    for message in news:
        items, because = [], []
        for announcement, of in told[message.pk]:
            broadcast, passed = broadcasts[of]
            if broadcast.practice.withdrawn_at:
                put_back.append(announcement)
                continue
            matching = [(key, query) for key, query in followed[message.subscriber_id] if query in passed]
            if matching:
                items.append(Item(broadcast, tuple(query for _key, query in matching)))
                because += [key for key, _query in matching]
        if message.subscriber and items:
            reasons = tuple(dict.fromkeys(because))
            message.news = News(tuple(items), reasons, message.subscriber, message.language)
        else:
            message.news = None
    if put_back:
        # Those with a message of their own wait with it.
        Announcement.objects.filter(pk__in=put_back, message__practice=None).update(message=None)


def _broadcasts(keys: set[int]) -> dict[int, tuple[Broadcast, frozenset[str]]]:
    found = Broadcast.objects.filter(pk__in=keys).select_related("practice")
    return {broadcast.pk: (broadcast, frozenset(broadcast.matched or [])) for broadcast in found}
