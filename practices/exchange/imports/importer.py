"""Publication of the items of a file, in batches that keep nobody waiting."""

import dataclasses
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from enum import StrEnum
from itertools import batched, takewhile
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext

from practices import clock, workflow
from practices.core import catalogue_version, stored_files
from practices.core.batch_size import LONGEST_LOCK, BatchSize, pause
from practices.core.processes import Processes, worker_processes
from practices.documents import FIELDS, Document, Fault, fingerprint, source_key
from practices.documents.criteria import lacks_support
from practices.documents.files import of_practice
from practices.documents.form import checked, checked_cells, document_choices
from practices.documents.kinds import Day
from practices.exchange.exports import COLUMNS, MEMBERS
from practices.exchange.exports.as_csv import cell
from practices.exchange.imports import facts, matching
from practices.exchange.imports.adaptations import checked_adaptations
from practices.exchange.imports.days import day_of
from practices.exchange.imports.facts import Facts
from practices.exchange.imports.from_table import Cells
from practices.exchange.imports.questions import checked_questions
from practices.exchange.imports.translations import checked_translations
from practices.models import Adaptation, Practice, Revision, RevisionFile, StoredFile, revision_notes

type Content = Callable[[str, int], bytes | None]
"""Function that returns the file of a SHA-256 and a size, or None."""

BATCH = 100
"""Items that are prepared before any of them is published."""
BATCHES_ALONE = 10
"""Batches after which worker processes are started: until then, their start takes longer than what they would do."""
REVISIONS = 500  # revisions per query
ONLY_OF_NEW = {"adaptations", "questions"}
"""Members of a practice in JSON that are imported with new practices only: what others than its submitters have said.

A practice that is here has its own, which may have been corrected, withdrawn or deleted since.
"""


class Result(StrEnum):
    """Result of importing an item, as the command's report names it."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Outcome of one item of the file; `position` counts from 1, and for a table it is the number of the row."""

    position: int
    title: str
    result: Result
    practice: Practice | None = None
    """The practice that was published, revised or found; None if the item was refused."""
    faults: tuple[Fault, ...] = ()
    namesake: Practice | None = None
    """Another practice of the same title in other countries, beside which a new one was published."""
    lacks_support: bool = False
    """True if what was published claims a level of evidence without a reason or a link."""
    unknown: tuple[str, ...] = ()
    """Columns of the file that we do not have, told with the first item that has them."""


class FileMissing(Exception):
    """A file that an item lists is neither in the catalogue nor with the import."""


def no_content(sha256: str, size: int) -> None:
    return None


def run(
    items: Iterable[Any],
    *,
    content: Content = no_content,
    dry_run: bool = False,
    by: workflow.Staff | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Publish the documents of a file, and yield what became of each.

    A faulty item is refused, with all its faults, and the next one is read. `matching.identify` tells which practice an
    item is. It revises that practice, which keeps what the item does not state; otherwise it is a new practice, unless
    one of the same title and countries was there before the file: a title alone identifies none, so the person decides
    which it is. It keeps the number, dates and revision of an export if nobody has that number here. An item that says
    what any revision says is left alone: importing is idempotent, also when it was interrupted or two run at once, and
    never undoes later edits. Subscribers are not notified. `content` returns the files that items list and that the
    catalogue lacks.

    Items are published in short transactions, of which the catalogue shows each as one change. What is yielded is
    committed, unless the caller has a transaction of its own. Ends before the next transaction once `stopped`.
    """
    _fill_identities()
    importer = _Importer(content, dry_run=dry_run, by=by)
    batches = batched(enumerate(items, start=1), BATCH, strict=False)
    with worker_processes(0 if dry_run else settings.IMPORT_PROCESSES, after=BATCHES_ALONE) as processes:
        for prepared in importer.prepared(takewhile(lambda _batch: not stopped(), batches), processes):
            while prepared and not stopped():
                yield from importer.publish_some(prepared)


@dataclasses.dataclass(frozen=True)
class Item:
    """An item of a file that has passed all checks."""

    position: int
    raw: Any
    document: Document
    stated: frozenset[str]
    """Names of the fields that it states. The others are as in the practice, or empty."""
    facts: Facts
    practice: Practice | None
    files: list[StoredFile] | None
    translations: list[workflow.NewTranslation]
    adaptations: list[Adaptation]
    questions: list[workflow.NewQuestion]
    same: Practice | None = None
    """The practice of which a revision says the same, if any."""
    marks: Set[matching.Mark] = frozenset()
    analysis: workflow.Analysis | None = None
    """The analysis of the document, if it was a new one when it was prepared."""

    @property
    def basis(self) -> tuple[int, int] | None:
        return _basis(self.practice)

    def is_apart(self, marks: Set[matching.Mark]) -> bool:
        """Return whether it is a new practice, beside those that have all these marks."""
        known = self.facts
        names_a_practice = known.origin is None and (known.has_address or known.number is not None)
        return self.analysis is not None and not names_a_practice and self.marks.isdisjoint(marks)

    @property
    def left_marks(self) -> Set[matching.Mark]:
        """Marks that a practice has once this is published."""
        return (
            self.marks - {matching.NEXT_NUMBER} if self.facts.origin else self.marks | {matching.NEXT_NUMBER}
        )


def _basis(practice: Practice | None) -> tuple[int, int] | None:
    """Return what an item was prepared on: the practice that it is, and its revision."""
    return (practice.pk, practice.revision_number) if practice else None


class _Importer:
    def __init__(self, content: Content, *, dry_run: bool, by: workflow.Staff | None):
        self._content, self._dry_run, self._by = content, dry_run, by
        self._choices = document_choices()
        self._first_positions: dict[str, int] = {}
        self._of_the_file: set[int] = set()
        """Practices that earlier items are. An item of an export is none of these, though they may have its source."""
        self._unknown: dict[str, int] = {}
        self._together = BatchSize(most=BATCH)
        """New practices that are published together."""
        self._known: tuple[str, set[matching.Mark]] | None = None
        """Marks of the present batch that are in use, and the version of the catalogue that was left with them."""

    @catalogue_version.reading()
    def prepare(self, batch: Iterable[tuple[int, Any]]) -> list[Item | Outcome]:
        """Return valid items, and outcomes for those that are refused. Holds no lock while files are stored."""
        numbered = list(batch)
        absent = matching.absent_marks(raw for _number, raw in numbered)
        return [self._prepared(number, raw, absent) for number, raw in numbered]

    def _prepared(self, number: int, raw: Any, absent: Set[matching.Mark]) -> Item | Outcome:
        position = raw.row if isinstance(raw, Cells) else number
        item, faults = self._checked(position, raw, absent=absent)
        if item is not None and not faults and item.facts.origin is None:
            key = source_key(item.document)
            first = self._first_positions.setdefault(key, position) if key else position
            if first != position:
                fault = gettext(
                    "has the same title and source as item %(first)s. Give each practice a title of its own, or delete "
                    "one of the two"
                )
                faults = [Fault("title", fault % {"first": first})]
        if item is None or faults:
            return self._refused(position, raw, faults)
        return item

    def prepared(
        self, batches: Iterable[Iterable[tuple[int, Any]]], processes: Processes
    ) -> Iterator[deque[Item | Outcome]]:
        """Yield batches that can be published, with the analyses of new practices, before a lock is held.

        Worker processes analyse the next batches meanwhile. What an item is gets looked up again under the lock.
        """
        tasks = ((some, [item.document for item in self._new(some)]) for some in map(self.prepare, batches))
        for some, analyses in processes.map(workflow.analyse, tasks):
            found = {
                item.position: analysis for item, analysis in zip(self._new(some), analyses, strict=True)
            }
            self._known = None
            yield deque(_with_analysis(each, found.get(each.position)) for each in some)

    def _new(self, prepared: list[Item | Outcome]) -> list[Item]:
        """Return the items that are new practices, if they are to be published."""
        if self._dry_run:
            return []
        return [
            each
            for each in prepared
            if isinstance(each, Item) and each.practice is None and each.same is None
        ]

    def publish_some(self, prepared: deque[Item | Outcome]) -> list[Outcome]:
        """Take items from the left, publish them in one transaction, and return what became of each."""
        if self._dry_run:
            return [self._decided(prepared.popleft())]
        pause()
        outcomes: list[Outcome] = []
        with transaction.atomic():
            # From here on nothing else publishes, so that what is not found now does not appear either.
            version = catalogue_version.lock()
            end = time.monotonic() + LONGEST_LOCK / 4  # what is begun then ends in time
            known = self._marks_known(prepared, version)
            while prepared:
                new = self._take_new(prepared, known)
                outcomes += self._published(new) if new else [self._decided(self._take(prepared, known))]
                if time.monotonic() > end:
                    break
            self._known = (catalogue_version.current(), known)
        return outcomes

    def _marks_known(self, prepared: Iterable[Item | Outcome], version: str) -> set[matching.Mark]:
        """Return the marks of a batch that are in use, as they were if nobody else has published since."""
        if self._known is not None and self._known[0] == version:
            return self._known[1]
        return _marks_in_use(prepared)

    def _take_new(self, prepared: deque[Item | Outcome], known: set[matching.Mark]) -> list[Item]:
        """Take new practices from the left, up to one that may be a practice which has a mark in `known`."""
        taken: list[Item] = []
        while prepared and len(taken) < self._together.rows:
            if not (isinstance(prepared[0], Item) and prepared[0].is_apart(known)):
                break
            taken.append(prepared[0])
            self._take(prepared, known)
        return taken

    @staticmethod
    def _take(prepared: deque[Item | Outcome], known: set[matching.Mark]) -> Item | Outcome:
        item = prepared.popleft()
        if isinstance(item, Item):
            known |= item.left_marks
        return item

    def _published(self, new: list[Item]) -> list[Outcome]:
        """Publish new practices together, or one by one if the database refuses one of them."""
        begun = time.monotonic()
        try:
            with transaction.atomic():
                practices = workflow.publish_documents(
                    [_new_practice(item) for item in new], by=self._by, note=revision_notes.IMPORTED
                )
                for item, practice in zip(new, practices, strict=True):
                    _add_what_others_said(practice, item)
        except (OperationalError, InterfaceError):
            raise
        except DatabaseError:
            return [self._decided(item) for item in new]
        self._together.adapt(len(new), seconds=time.monotonic() - begun)
        return [
            self._noted(item, Outcome(item.position, _title(item.raw), Result.NEW, practice))
            for item, practice in zip(new, practices, strict=True)
        ]

    def _refused(self, position: int, raw: Any, faults: Iterable[Fault]) -> Outcome:
        return Outcome(
            position, _title(raw), Result.REFUSED, faults=tuple(faults), unknown=self._news_of(position, raw)
        )

    def _news_of(self, position: int, raw: Any, *, is_here: bool = False) -> tuple[str, ...]:
        """Return the columns that this item is the first to have and that are not imported.

        They are unknown, or those of ONLY_OF_NEW for a practice that `is_here`.
        """
        stated = raw if isinstance(raw, dict) else {}
        known = COLUMNS if isinstance(raw, Cells) else MEMBERS
        names = [
            str(name)
            for name, value in stated.items()
            if name not in known or (is_here and name in ONLY_OF_NEW and value)
        ]
        return tuple(name for name in names if self._unknown.setdefault(name, position) == position)

    def _apart(self, known: Facts) -> set[int] | frozenset[int]:
        return self._of_the_file if known.origin else frozenset()

    def _checked(
        self,
        position: int,
        raw: Any,
        *,
        stored: list[StoredFile] | None = None,
        absent: Set[matching.Mark] = frozenset(),
    ) -> tuple[Item | None, list[Fault]]:
        """Return a valid item, or all its faults. `stored`: its files, if they were stored before."""
        if not isinstance(raw, dict):
            return None, checked(raw)[1]
        stated, beside = facts.divide(raw)
        known, faults = facts.from_cells(beside) if isinstance(raw, Cells) else facts.read(beside)
        practice, unclear = matching.identify(known, stated, self._apart(known), absent=absent)
        faults += unclear
        try:
            document, found = self._document(raw, stated, practice)
        except RecursionError:
            return None, [Fault("", gettext("contains lists or objects that are nested too deeply"))]
        translations, wrong = checked_translations(known.translations, document, choices=self._choices)
        adaptations, wrongly_told = checked_adaptations(known.adaptations, document, choices=self._choices)
        questions, wrongly_asked = checked_questions(known.questions)
        wrong += wrongly_told + wrongly_asked + _wrong_days(document, stated, practice)
        if document is None or faults or wrong:
            return None, [*faults, *found, *wrong]
        item = Item(
            position,
            raw,
            document,
            frozenset(stated),
            known,
            practice,
            stored,
            translations,
            adaptations,
            questions,
        )
        item = dataclasses.replace(item, same=self._said_before(item))
        if item.same or stored:
            return item, []
        try:
            return dataclasses.replace(item, files=self._files(known, practice)), []
        except FileMissing as missing:
            fault = gettext(
                "“%(name)s” is not in this file. Import the dump, which has all files, or leave out “files”."
            )
            return None, [Fault("files", fault % {"name": missing})]

    def _said_before(self, item: Item) -> Practice | None:
        return matching.said_before(
            item.document,
            stated=item.stated,
            files=item.facts.files,
            practice=item.practice,
            apart=self._apart(item.facts),
        )

    def _document(
        self, raw: dict, stated: dict[str, Any], practice: Practice | None
    ) -> tuple[Document | None, list[Fault]]:
        base = practice.document if practice else None
        if not isinstance(raw, Cells):
            return checked(stated, base=base, choices=self._choices)
        if base is not None:
            # A cell as an export writes it says what the practice says, though it cannot hold every list and line end.
            stated = {
                name: text for name, text in stated.items() if cell(base[name], COLUMNS[name].parts) != text
            }
        return checked_cells(stated, base=base, choices=self._choices)

    def _files(self, known: Facts, practice: Practice | None) -> list[StoredFile] | None:
        """Return the files that an item lists, stored; None if it does not list any. Raises FileMissing."""
        if known.files is None:
            return None
        present = {file.sha256: file for file in of_practice(practice) if file.name} if practice else {}
        return [self._file(fact, present.get(fact["sha256"])) for fact in known.files]

    def _file(self, fact: dict, present: StoredFile | None) -> StoredFile:
        row = RevisionFile(
            name=fact["name"], description=fact["description"], content_type=fact["type"], size=fact["size"],
            sha256=fact["sha256"],
        )  # fmt: skip
        if present is not None:
            row.file = present.file
            return row
        found = self._content(fact["sha256"], fact["size"])
        if found is None:
            raise FileMissing(fact["name"])
        if not self._dry_run:
            row.file = stored_files.store(found, name=fact["name"])
        return row

    def _decided(self, prepared: Item | Outcome) -> Outcome:
        """Publish an item if it says anything new, unless it has changed meanwhile what it is."""
        if isinstance(prepared, Outcome):
            return prepared
        item = prepared
        practice, _faults = matching.identify(item.facts, item.raw, self._apart(item.facts))
        if _basis(practice) != item.basis:
            again, faults = self._checked(item.position, item.raw, stored=item.files)
            if again is None:
                return self._refused(item.position, item.raw, faults)
            item = again
        elif practice is None:
            item = dataclasses.replace(item, same=self._said_before(item))
        try:
            with transaction.atomic():
                outcome = self._import(item)
        except (OperationalError, InterfaceError):  # not the fault of the item
            raise
        except DatabaseError as error:
            fault = Fault("", gettext("cannot be saved: %(why)s") % {"why": error})
            return self._refused(item.position, item.raw, [fault])
        return self._noted(item, outcome)

    def _noted(self, item: Item, outcome: Outcome) -> Outcome:
        if outcome.practice:
            self._of_the_file.add(outcome.practice.pk)
        is_news = outcome.result in (Result.NEW, Result.REVISED)
        return dataclasses.replace(
            outcome,
            lacks_support=is_news and lacks_support(item.document),
            unknown=self._news_of(item.position, item.raw, is_here=outcome.result != Result.NEW),
        )

    def _import(self, item: Item) -> Outcome:
        outcome = Outcome(item.position, _title(item.raw), Result.UNCHANGED, item.same)
        if item.same:
            return self._translated(item.same, item, outcome)
        namesakes = [] if item.practice else matching.namesakes(item.document, self._of_the_file)
        if fault := matching.double_fault(item.document, namesakes):
            return dataclasses.replace(outcome, result=Result.REFUSED, faults=(fault,))
        return dataclasses.replace(
            outcome,
            result=Result.REVISED if item.practice else Result.NEW,
            practice=item.practice if self._dry_run else self._publish(item),
            namesake=next(iter(namesakes), None),
        )

    def _translated(self, practice: Practice, item: Item, outcome: Outcome) -> Outcome:
        """Add the translations that a practice lacks, whose text is the same."""
        if self._dry_run:
            is_news = bool(workflow.missing_translations(practice, item.translations))
        else:
            is_news = bool(workflow.add_translations(practice, item.translations, at=clock.now()))
        return dataclasses.replace(outcome, result=Result.REVISED) if is_news else outcome

    def _publish(self, item: Item) -> Practice:
        practice = self._published_alone(item)
        if item.practice is None:
            _add_what_others_said(practice, item)
        else:
            workflow.add_translations(practice, item.translations, at=practice.revised_at)
        return practice

    def _published_alone(self, item: Item) -> Practice:
        if item.practice is None:
            new = _new_practice(item)
            if new.origin and Practice.objects.filter(pk=new.origin.pk).exists():
                new = dataclasses.replace(new, origin=None)
            return workflow.publish_documents([new], by=self._by, note=revision_notes.IMPORTED)[0]
        return workflow.publish_document(
            item.document,
            files=item.files,
            to=item.practice,
            by=self._by,
            note=revision_notes.IMPORTED_AGAIN,
            announce=False,
            cause=workflow.Cause.EDITED,
        )


def _wrong_days(document: Document | None, stated: dict[str, Any], practice: Practice | None) -> list[Fault]:
    """Return a fault for each day of a document that no catalogue has, unless the practice has it already."""
    faults = []
    days = [name for name in stated if isinstance(FIELDS[name], Day)]
    for name, text in [(name, document[name]) for name in days] if document is not None else []:
        try:
            if text:
                day_of(text)
        except ValueError as error:
            if practice is None or practice.document[name] != text:
                faults.append(Fault(name, gettext("is not valid: %(why)s") % {"why": error}))
    return faults


def _new_practice(item: Item) -> workflow.NewPractice:
    analysis = item.analysis or workflow.analyse([item.document])[0]
    return workflow.NewPractice(item.document, analysis, item.files or (), item.facts.origin)


def _add_what_others_said(practice: Practice, item: Item) -> None:
    """Publish the translations, reports and answers of an item with its new practice."""
    workflow.add_translations(practice, item.translations, at=practice.revised_at)
    workflow.add_adaptations(practice, item.adaptations)
    workflow.add_questions(practice, item.questions, at=practice.revised_at)


def _with_analysis(prepared: Item | Outcome, analysis: workflow.Analysis | None) -> Item | Outcome:
    if isinstance(prepared, Outcome) or analysis is None:
        return prepared
    marks = matching.marks(prepared.raw, prepared.document, prepared.facts)
    return dataclasses.replace(prepared, marks=marks, analysis=analysis)


def _marks_in_use(items: Iterable[Item | Outcome]) -> set[matching.Mark]:
    return matching.marks_in_use({mark for item in items if isinstance(item, Item) for mark in item.marks})


def _title(item: Any) -> str:
    title = item.get("title", "") if isinstance(item, dict) else ""
    return title if isinstance(title, str) else ""


def _fill_identities() -> None:
    """Give revisions of earlier versions the hashes by which an import knows them."""
    without = Revision.objects.filter(fingerprint=None).values_list("pk", flat=True)
    for keys in batched(list(without), REVISIONS, strict=False):
        revisions = list(Revision.objects.filter(pk__in=keys))
        for revision in revisions:
            revision.fingerprint = fingerprint(revision.document)
            revision.source_key = source_key(revision.document)
        Revision.objects.bulk_update(revisions, ["fingerprint", "source_key"])
