"""Reports of uses elsewhere of an item of an import, as exports write them."""

from typing import Any

from practices.documents import Document, Fault, adaptations
from practices.documents.form import checked
from practices.exchange.imports.days import instant_of
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
        told = adaptations.stated_of(each) | {"countries": [each["country"]]}
        base = adaptations.blank(document, language=each["language"])
        whole, wrong = checked(told, base=base | {"type": document["type"]}, choices=choices)
        faults += [Fault(MEMBER, f"{number}, {fault.field}: {fault.message}") for fault in wrong]
        try:
            at = instant_of(each["published_at"])
        except ValueError as error:
            faults.append(Fault(MEMBER, f"{number}, published_at: {error}"))
            continue
        if whole is not None:
            row = Adaptation(**adaptations.columns_of(whole), published_at=at, revised_at=at)
            found.append(row)
    return found, faults
