"""Questions of readers, with their answers, of an item of an import, as exports write them."""

from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext

from practices.core.plain_text import plain
from practices.documents import Fault
from practices.exchange.imports.days import day_of
from practices.workflow import NewQuestion

MEMBER = "questions"


def checked_questions(stated: list[dict[str, Any]]) -> tuple[list[NewQuestion], list[Fault]]:
    """Return the questions of a practice, whose shapes are right, and all their faults."""
    found: list[NewQuestion] = []
    faults: list[Fault] = []
    for number, each in enumerate(stated, start=1):
        try:
            answered_at = datetime.combine(day_of(each["answered_on"]), time(), UTC)
        except ValueError as error:
            faults.append(Fault(MEMBER, f"{number}, answered_on: {error}"))
            continue
        question, answer = (plain(each[name]).strip() for name in ("question", "answer"))
        if not (question and answer):
            faults.append(Fault(MEMBER, f"{number}: {gettext('needs a question and its answer')}"))
        found.append(NewQuestion(question, answer, answered_at))
    return found, faults
