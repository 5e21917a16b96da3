"""The hold on sending after a backup was restored.

A restored database knows nothing of what was sent since its backup. So a restore holds all sending, and somebody says
what becomes of what the backup had still to send: most of what was due before the restore went out before the loss.
Messages written since the restore wait as well, and go out with either decision.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.core import maintenance
from practices.models import Announcement, Broadcast, HubPing, OutboxMessage, SendingHold
from practices.notifications import subscriptions

BATCH = 1_000
"""Messages cancelled by one statement."""


@dataclasses.dataclass(frozen=True)
class Reason:
    """Something for which nothing is sent, and what ends it."""

    name: str
    sentence: Promise
    remedy: Promise


STAGING = Reason(
    "staging",
    _("Nothing is sent, because this is a copy for trials (STAGING)."),
    _("Leave it so: the people in its outbox are real."),
)
MAINTENANCE = Reason(
    "maintenance",
    _("Nothing is sent during maintenance."),
    maintenance.REMEDY,
)
SETTING = Reason(
    "setting",
    _("Nothing is sent, because of the setting OUTBOX_HELD."),
    _("Cancel in the outbox what has been sent already, then remove OUTBOX_HELD."),
)
RESTORE = Reason(
    "restore",
    _("Nothing is sent, because a backup was restored."),
    _("Decide in the outbox, or with “manage.py held_mail”."),
)


def reasons() -> Iterator[Reason]:
    """Yield all reasons for which nothing is sent now; none if messages go out. Asks the database last."""
    if settings.STAGING:
        yield STAGING
    if maintenance.is_on():
        yield MAINTENANCE
    if settings.OUTBOX_HELD:
        yield SETTING
    if SendingHold.objects.exists():
        yield RESTORE


def is_held() -> bool:
    """Return whether nothing may be sent now."""
    return any(True for _reason in reasons())


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
    """Counts of what waits while sending is held."""

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


def lock() -> SendingHold | None:
    """Return the hold, locked until the transaction ends, so that of two decisions one wins; None without a hold."""
    return SendingHold.objects.select_for_update().first()


def drop_pings(hold: SendingHold) -> None:
    """Delete the pings that were probably made before the loss.

    Call it before publications are repeated: they may join a ping that was queued since the restore.
    """
    _pings(hold).delete()


def drop(hold: SendingHold, *, repeated: Iterable[int] = ()) -> None:
    """End a locked hold, and cancel what was probably sent before the loss.

    What was due later, and what was written since the restore, is sent. `repeated`: messages, by key, that were written
    only now, by repeating what had happened before the loss.
    """
    now, news = clock.now(), list(_news(hold).values_list("pk", flat=True))
    # Their digests that were not due yet shall still be sent.
    while subscriptions.fan_out(only=news, now=hold.sent_until):
        pass
    told = OutboxMessage.objects.waiting().filter(announcements__broadcast__in=news)
    cancelled = {*told.values_list("pk", flat=True), *_due(hold).values_list("pk", flat=True), *repeated}
    for batch in batched(cancelled, BATCH, strict=False):
        OutboxMessage.objects.filter(pk__in=batch).update(cancelled_at=now)
    _digests(hold).delete()
    hold.delete()


def _of_backup(hold: SendingHold) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.waiting().filter(created_at__lt=hold.restored_at)


def _due(hold: SendingHold) -> QuerySet[OutboxMessage]:
    return _of_backup(hold).filter(due_at__lte=hold.sent_until)


def _news(hold: SendingHold) -> QuerySet[Broadcast]:
    return Broadcast.objects.awaiting_fan_out().filter(created_at__lte=hold.sent_until)


def _digests(hold: SendingHold) -> QuerySet[Announcement]:
    return Announcement.objects.filter(message=None, due_at__lte=hold.sent_until)


def _pings(hold: SendingHold) -> QuerySet[HubPing]:
    return HubPing.objects.filter(queued_at__lt=hold.restored_at)
