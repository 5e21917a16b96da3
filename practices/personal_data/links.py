"""The link to one's personal data, mailed to the address it is about and to nobody else."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from practices import clock
from practices.choices import AuditAct, Kind
from practices.core import audit, rate_limits
from practices.core.addresses import canonical
from practices.models import DataRequest
from practices.notifications import outbox
from practices.personal_data.held import Held

SALT = "practices.personal_data"


class LinkNotValid(Exception):
    """The link was altered or has expired, or what it opened has been erased."""


@transaction.atomic
def request_link(address: str, *, language: str, asked_from: str = "", now: datetime | None = None) -> None:
    """Mail the link to an address on which anything is held. Behaves alike for every address.

    At most PERSONAL_DATA_MAILS_PER_DAY of these e-mails go to an address for each network that asks
    (rate_limits.count_mail).
    """
    now = now or clock.now()
    address = canonical(address)
    try:
        rate_limits.count_mail(
            "personal data mail",
            address,
            asked_from=asked_from,
            per_day=settings.PERSONAL_DATA_MAILS_PER_DAY,
            now=now,
        )
    except rate_limits.LimitReached:
        return
    held = Held.on_address(address)
    held.lock()
    if held.is_empty:
        return
    audit.record(AuditAct.DATA_REQUESTED, address=address)
    request = DataRequest.objects.create(address=address, requested_at=now)
    outbox.enqueue(
        Kind.PERSONAL_DATA_LINK,
        address=address,
        language=language,
        context={
            "personal_data_path": reverse("practices:personal-data-held", args=[_token(request)]),
            "days": settings.PERSONAL_DATA_LINK_DAYS,
        },
    )


def _token(request: DataRequest) -> str:
    return signing.dumps(request.key, salt=SALT)


def read_token(token: str, *, now: datetime | None = None) -> Held:
    """Return what is held on the address that the link was mailed to.

    Raises LinkNotValid if the link was altered, is older than PERSONAL_DATA_LINK_DAYS, or was used to erase.
    """
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkNotValid from error
    cutoff = (now or clock.now()) - timedelta(days=settings.PERSONAL_DATA_LINK_DAYS)
    request = DataRequest.objects.filter(key=key, requested_at__gt=cutoff).first()
    if request is None:
        raise LinkNotValid
    return Held.on_address(request.address)
