"""Reports of uses elsewhere, and questions with their answers, of an item of an import, as exports write them."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import gettext

from practices.documents import Document, Fault, adaptations
from practices.documents.form import checked
from practices.models import Adaptation
from practices.workflow import NewQuestion

ADAPTATIONS, QUESTIONS = "adaptations", "questions"


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
        faults += [Fault(ADAPTATIONS, f"{number}, {fault.field}: {fault.message}") for fault in wrong]
        if at is None:
            faults.append(Fault(ADAPTATIONS, f"{number}: {gettext('dates need a time zone')}"))
        elif whole is not None:
            row = Adaptation(**adaptations.columns_of(whole), published_at=at, revised_at=at)
            found.append(row)
    return found, faults


def checked_questions(stated: list[dict[str, Any]]) -> tuple[list[NewQuestion], list[Fault]]:
    """Return the questions of a practice, whose shapes are right, and all their faults."""
    found: list[NewQuestion] = []
    faults: list[Fault] = []
    for number, each in enumerate(stated, start=1):
        try:
            answered_at = datetime.combine(date.fromisoformat(each["answered_on"]), time(), UTC)
        except ValueError as error:
            faults.append(Fault(QUESTIONS, f"{number}, answered_on: {error}"))
            continue
        if not (each["question"].strip() and each["answer"].strip()):
            faults.append(Fault(QUESTIONS, f"{number}: {gettext('needs a question and its answer')}"))
        found.append(NewQuestion(each["question"], each["answer"], answered_at))
    return found, faults


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
