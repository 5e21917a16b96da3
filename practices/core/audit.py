"""The audit log: acts that concern security or personal data. Rows are only ever added, and deleted when they are old."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from practices.choices import AuditAct
from practices.core import trace
from practices.core.addresses import canonical
from practices.models import AuditEvent


def record(act: AuditAct, *, by: str = "", address: str = "", what: str = "") -> None:
    """Record an act, in the caller's transaction.

    `by`: name of the account that acts. `address`: of the person whose data it is about; only its hash is kept.
    """
    AuditEvent.objects.create(
        act=act, by=by[:150], subject=key_of(address), what=what[:200], request_id=trace.current().id
    )


def key_of(address: str) -> str:
    """Return the keyed hash that stands for an address; empty for none."""
    address = canonical(address)
    return salted_hmac("practices.audit", address, algorithm="sha256").hexdigest() if address else ""


def outdated(*, now: datetime) -> QuerySet[AuditEvent]:
    """Filter events older than RETENTION_AUDIT_DAYS."""
    return AuditEvent.objects.filter(at__lte=now - timedelta(days=settings.RETENTION_AUDIT_DAYS))
