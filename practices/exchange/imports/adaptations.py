"""Reports of uses elsewhere of an item of an import, as exports write them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from practices.documents import Document, Fault, adaptations
from practices.documents.form import checked
from practices.models import Adaptation

MEMBER = "adaptations"


def checked_adaptations(
    stated: list[dict[str, Any]], document: Document | None, *, choices: dict[str, list]
) -> tuple[list[Adaptation], list[Fault]]:
    """Return the reports of a practice, whose shapes are right, unsaved, and all their faults."""
    found: list[Adaptation] = []
    faults: list[Fault] = []
    if document is None:
        return [], []
    for number, each in enumerate(stated, start=1):
        at = _instant(each["published_at"])
        told = adaptations.stated_of(each) | {"countries": [each["country"]]}
        base = adaptations.blank(document, language=each["language"])
        whole, wrong = checked(told, base=base | {"type": document["type"]}, choices=choices)
        faults += [Fault(MEMBER, f"{number}, {fault.field}: {fault.message}") for fault in wrong]
        if at is None:
            faults.append(Fault(MEMBER, f"{number}: {gettext('dates need a time zone')}"))
        elif whole is not None:
            row = Adaptation(**adaptations.columns_of(whole), published_at=at, revised_at=at)
            found.append(row)
    return found, faults


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
