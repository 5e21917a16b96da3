"""The content of a kit: practices in the order of their reader, each whole, in the language of the page."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property

from django.db.models import F
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from practices import documents, workflow
from practices.core.catalogue_version import reading
from practices.core.plain_text import direction_of
from practices.discovery import PracticeFilter, results
from practices.documents import Reading, citations
from practices.documents.citations import Citation
from practices.exchange.kits import qr
from practices.models import Adaptation, Practice, Question, Revision, text_direction

MOST = 50
"""Practices of a kit."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """A practice of a kit as its reader sees it, with how to cite it."""

    practice: Practice
    reading: Reading
    citation: Citation
    adaptations: Sequence[Adaptation] = ()
    """Reports of its uses elsewhere, oldest first."""
    questions: Sequence["Answered"] = ()
    """Questions of readers with their answers, newest first."""

    @cached_property
    def reference(self) -> citations.Reference:
        return citations.references(self.citation)[0]

    @property
    def reference_direction(self) -> str:
        return direction_of(str(self.reference))


@dataclasses.dataclass(frozen=True)
class Answered:
    """A question of a reader with its answer, as published. Nobody has said in which language."""

    question: str
    answer: str
    answered_at: datetime

    @property
    def question_direction(self) -> str:
        return direction_of(self.question)

    @property
    def answer_direction(self) -> str:
        return direction_of(self.answer)


@dataclasses.dataclass(frozen=True)
class Kit:
    """Practices with a title and a note of their reader. `address` is that of its live page."""

    title: str
    note: str
    entries: Sequence[Entry]
    address: str
    made_on: date
    language: str
    short_address: str = ""
    """An address of the same practices that fits into a QR code."""

    @property
    def title_direction(self) -> str:
        return direction_of(self.title)

    @property
    def note_direction(self) -> str:
        return direction_of(self.note)

    @cached_property
    def code(self) -> SafeString:
        """The QR code of its live page, as an SVG element."""
        return qr.svg(self.code_address, title=self.code_title)

    @property
    def code_address(self) -> str:
        return self.short_address or self.address

    @property
    def code_title(self) -> str:
        return gettext("QR code: open this kit on a phone")

    @property
    def direction(self) -> str:
        return text_direction(self.language)


@reading()
def kit_of(keys: Sequence[int], *, title: str, note: str, address: str, short_address: str = "") -> Kit:
    """Return the kit of the published practices with these keys, in this order; others are left out. Six queries."""
    published = Practice.objects.published().filter(pk__in=keys[:MOST]).order_by()
    latest = Revision.objects.filter(practice__in=published, number=F("practice__revision_number"))
    found = {revision.practice_id: revision for revision in latest.select_related("practice")}
    documents.load_local(revision.practice for revision in found.values())
    used = defaultdict(list)
    for adaptation in Adaptation.objects.published().filter(practice__in=found).with_places():
        used[adaptation.practice_id].append(adaptation)
    asked = _answered(found)
    entries = [_entry(found[key], used[key], asked[key]) for key in dict.fromkeys(keys) if key in found]
    return Kit(title, note, entries, address, timezone.localdate(), get_language(), short_address)


def _answered(practices: Iterable[int]) -> dict[int, list[Answered]]:
    """Return the newest published questions of each practice, as many as its page shows."""
    answered: dict[int, list[Answered]] = defaultdict(list)
    rows = Question.objects.public().filter(practice__in=practices, answered_at__isnull=False)
    columns = ("practice", "shown_text", "shown_answer", "answered_at")
    for pk, question, answer, at in rows.order_by("-published_at", "-pk").values_list(*columns):
        if len(answered[pk]) < workflow.MOST_QUESTIONS_SHOWN:
            answered[pk].append(Answered(question, answer, at))
    return answered


def _entry(revision: Revision, adaptations: Sequence[Adaptation], questions: Sequence[Answered]) -> Entry:
    practice = revision.practice
    document = documents.for_readers(revision.document)
    citation = citations.citation_of(
        practice,
        document,
        revision=revision.number,
        revised_at=revision.published_at,
        translation=practice.translation,
    )
    reading = documents.read(document, practice.translation)
    return Entry(practice, reading, citation, adaptations, questions)


def keys_of_list(practice_filter: PracticeFilter) -> list[int]:
    """Return the keys of the first practices that a filter finds, in the order of its list: one more than fit."""
    found = results.page(practice_filter.ranked_selection, sort=practice_filter.sort, size=MOST + 1)
    return [each.practice for each in found]
