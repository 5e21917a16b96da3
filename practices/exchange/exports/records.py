"""Source of all exports: practices with their latest document and its files."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from practices.documents import Document, for_readers
from practices.models import Adaptation, Practice, Question, Revision, RevisionFile, StoredFile, Translation

BATCH = 500  # practices that are in memory at a time


@dataclasses.dataclass(frozen=True)
class Record:
    """A practice as exports have it."""

    practice: Practice
    document: Document
    files: Sequence[StoredFile]
    translations: Sequence[Translation] = ()
    """Translations that anyone may read, by language."""
    adaptations: Sequence[Adaptation] = ()
    """Uses elsewhere that anyone may read, oldest first."""
    questions: Sequence[Question] = ()
    """Questions of readers that are published with their answers, newest first."""

    def translation_into(self, language: str | None) -> Translation | None:
        """Return the translation that readers of a language are shown; None where that is the original."""
        others = [each for each in self.translations if each.language != self.document["language"]]
        return next((each for each in others if each.language == language), None)


def records(practices: QuerySet[Practice]) -> Iterator[Record]:
    """Yield a record of each practice, in the order given.

    One query, one for the files of each batch, and one each for its translations, uses elsewhere and questions if
    there are any. Document and files are those of one revision, also while others are published.
    """
    latest = Revision.objects.filter(practice=OuterRef("pk")).order_by("-number")
    columns = (
        "title", "published_at", "revised_at", "changed_at", "checked_on", "revision_number", "withdrawn_at",
        "withdrawal_reason", "merged_into", "doi",
    )  # fmt: skip
    found = practices.only(*columns).annotate(
        latest=Subquery(latest.values("pk")[:1]),
        latest_document=Subquery(latest.values("document")[:1]),
        versions=F("index_row__translations"),
        uses=F("index_row__adaptations"),
        has_questions=Exists(Question.objects.public().filter(practice=OuterRef("pk"))),
    )
    for batch in batched(found.iterator(chunk_size=BATCH), BATCH, strict=False):
        files = _files([practice.latest for practice in batch])
        translations = _translations([practice.pk for practice in batch if practice.versions])
        adaptations = _adaptations([practice.pk for practice in batch if practice.uses])
        questions = _questions([practice.pk for practice in batch if practice.has_questions])
        for practice in batch:
            yield Record(
                practice,
                for_readers(practice.latest_document),
                files.get(practice.latest, []),
                translations.get(practice.pk, ()),
                adaptations.get(practice.pk, ()),
                questions.get(practice.pk, ()),
            )


def _translations(practices: Sequence[int]) -> dict[int, list[Translation]]:
    """Return the public translations of each practice, by language. No query for no practice."""
    found: dict[int, list[Translation]] = {}
    rows = Translation.objects.published().filter(practice__in=practices).order_by("language")
    for translation in rows if practices else ():
        found.setdefault(translation.practice_id, []).append(translation)
    return found


def _adaptations(practices: Sequence[int]) -> dict[int, list[Adaptation]]:
    """Return the public adaptations of each practice, oldest first. No query for no practice."""
    found: dict[int, list[Adaptation]] = {}
    rows = Adaptation.objects.published().filter(practice__in=practices).select_related("country")
    for adaptation in rows if practices else ():
        found.setdefault(adaptation.practice_id, []).append(adaptation)
    return found


def _questions(practices: Sequence[int]) -> dict[int, list[Question]]:
    """Return the published questions of each practice, newest first. No query for no practice."""
    found: dict[int, list[Question]] = {}
    rows = Question.objects.public().filter(practice__in=practices).order_by("-published_at", "-pk")
    for question in rows if practices else ():
        found.setdefault(question.practice_id, []).append(question)
    return found


def _files(revisions: Iterable[int]) -> dict[int, list[RevisionFile]]:
    """Return the files of each revision. Those deleted for good are left out."""
    found: dict[int, list[RevisionFile]] = {}
    for file in RevisionFile.objects.filter(revision__in=revisions, removed_at=None):
        found.setdefault(file.revision_id, []).append(file)
    return found
