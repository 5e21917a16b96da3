"""Forms that were sent, so that one that is sent twice acts once."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from practices import clock
from practices.models import SentForm


def is_repeat(form_key: str, *content: Any) -> bool:
    """Record that a form was sent, and return whether the same form was sent with the same content before.

    Call it in the transaction of what the form does: of two copies sent at once, the second waits for the first, and
    acts if that failed. Other content under the same key, as from a page one has gone back to, is no repeat. Without a
    key nothing is one.
    """
    if not form_key:
        return False
    said = json.dumps([form_key, *content], sort_keys=True)
    key = hashlib.sha256(said.encode()).hexdigest()
    try:
        with transaction.atomic():
            SentForm.objects.create(key=key)
    except IntegrityError:
        return True
    return False


def outdated(*, now: datetime | None = None) -> QuerySet[SentForm]:
    """Filter the records past SENT_FORM_DAYS."""
    since = (now or clock.now()) - timedelta(days=settings.SENT_FORM_DAYS)
    return SentForm.objects.filter(at__lte=since)
