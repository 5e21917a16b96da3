"""The hold on sending after a backup was restored.

A restored database knows nothing of what was sent since its backup. So a restore holds all sending, and somebody says
what becomes of what the backup had still to send: most of what was due before the restore went out before the loss.
Messages written since the restore wait as well, and go out with either decision.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from practices import clock
from practices.models import Announcement, Broadcast, HubPing, OutboxMessage, SendingHold
from practices.notifications import subscriptions


def is_held() -> bool:
    """Return whether nothing may be sent now: by the setting OUTBOX_HELD, or until a restore is decided on."""
    return settings.OUTBOX_HELD or SendingHold.objects.exists()


def current() -> SendingHold | None:
    return SendingHold.objects.first()


def place(*, backup_at: datetime, sent_until: datetime | None = None) -> SendingHold:
    """Hold all sending, in the transaction of the restore.

    `sent_until`: when the catalogue that was lost sent its last message, by default now.
    """
    SendingHold.objects.all().delete()
    now = clock.now()
    return SendingHold.objects.create(
        backup_at=backup_at, sent_until=min(sent_until or now, now), restored_at=now
    )


@dataclasses.dataclass(frozen=True)
class Waiting:
    """What waits while sending is held."""

    due: dict[str, int]
    """Kind of message → number of those in the backup that were due before the loss: probably sent since."""
    news: int
    """Publications in the backup that subscribers had still to be told of: those told at once probably were."""
    digests: int
    """Announcements in the backup whose digest was due before the loss: probably sent since."""
    pings: int
    """Pings of feed hubs in the backup: probably made since."""
    later: int
    """Messages and announcements in the backup that were not due before the loss: not sent yet."""
    new: int
    """Messages written since the restore."""

    @property
    def probably_sent(self) -> int:
        return sum(self.due.values()) + self.news + self.digests + self.pings


def waiting(hold: SendingHold) -> Waiting:
    """Count what waits."""
    written = OutboxMessage.objects.waiting()
    digests_later = Announcement.objects.filter(message=None, due_at__gt=hold.sent_until)
    return Waiting(
        due=dict(Counter(message.get_kind_display() for message in _due(hold).only("kind"))),
        news=_news(hold).count(),
        digests=_digests(hold).count(),
        pings=_pings(hold).count(),
        later=_of_backup(hold).filter(due_at__gt=hold.sent_until).count() + digests_later.count(),
        new=written.filter(created_at__gte=hold.restored_at).count(),
    )


def release() -> bool:
    """End the hold: everything that waits is sent. Returns whether sending was held."""
    deleted, _by_model = SendingHold.objects.all().delete()
    return bool(deleted)


@transaction.atomic
def drop(*, published: Iterable[int] = ()) -> bool:
    """End the hold, and cancel what was probably sent before the loss. Returns whether sending was held.

    What was due later, and what was written since the restore, is sent. `published`: submissions in the backup whose
    scheduled publication has only now been repeated.
    """
    hold = SendingHold.objects.select_for_update().first()
    if hold is None:
        return False
    now, published = clock.now(), list(published)
    repeated = Broadcast.objects.filter(practice__submissions__in=published, fanned_out_at=None)
    news = set(_news(hold).values_list("pk", flat=True)) | set(repeated.values_list("pk", flat=True))
    # Their digests that were not due yet shall still be sent.
    while subscriptions.fan_out(only=news, now=hold.sent_until):
        pass
    told = OutboxMessage.objects.waiting().filter(announcements__broadcast__in=news)
    decided = OutboxMessage.objects.waiting().filter(submission__in=published)
    for probably_sent in (told, decided, _due(hold)):
        OutboxMessage.objects.filter(pk__in=list(probably_sent.values_list("pk", flat=True))).update(
            cancelled_at=now
        )
    _digests(hold).delete()
    _pings(hold).delete()
    HubPing.objects.filter(practice__submissions__in=published).delete()
    hold.delete()
    return True


def _of_backup(hold: SendingHold) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.waiting().filter(created_at__lt=hold.restored_at)


def _due(hold: SendingHold) -> QuerySet[OutboxMessage]:
    return _of_backup(hold).filter(due_at__lte=hold.sent_until)


def _news(hold: SendingHold) -> QuerySet[Broadcast]:
    return Broadcast.objects.awaiting_fan_out().filter(created_at__lt=hold.restored_at)


def _digests(hold: SendingHold) -> QuerySet[Announcement]:
    return Announcement.objects.filter(message=None, due_at__lte=hold.sent_until)


def _pings(hold: SendingHold) -> QuerySet[HubPing]:
    return HubPing.objects.filter(queued_at__lt=hold.restored_at)
