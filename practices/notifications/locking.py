"""Locks, above all on subscribers. Every step on a subscriber takes the lock first and looks at the rows after that.

So of two steps at once the second sees what the first has done. The lock also keeps others from adding rows that
refer to the subscriber. It ends with the transaction. On SQLite, where transactions are IMMEDIATE, writers run one
at a time anyway.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from practices.models import Subscriber


def lock(key: int) -> Subscriber | None:
    """Lock a subscriber and return the row as it is now; None if it was erased."""
    return Subscriber.objects.select_for_update().filter(pk=key).first()


def lock_address(address: str) -> Subscriber | None:
    """Lock the subscriber with this address, if there is one."""
    return Subscriber.objects.select_for_update().filter(address=address).first()


def lock_or_create(address: str, *, now: datetime, **fields: Any) -> Subscriber:
    """Lock the subscriber with this address; create it with these fields if there is none."""
    # In one statement, as the row could otherwise be deleted between finding and locking it.
    [row] = Subscriber.objects.bulk_create(
        [Subscriber(address=address, created_at=now, **fields)],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["address"],
    )
    return Subscriber.objects.get(pk=row.pk)


def skip_locked(rows: QuerySet) -> QuerySet:
    """Lock rows, skipping those locked by another sender. SQLite lets only one sender at a time reach this point."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True, of=("self",))
