"""Imports that staff have started in the admin: checked and imported by the sender, with a lease and progress."""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, cast

from django.db.models import Q
from django.utils.translation import gettext

from practices import clock
from practices.choices import IMPORT_STAGES_OF_THE_SENDER, ImportStage
from practices.core import isolation, maintenance, stored_files
from practices.exchange.imports import files, importer
from practices.exchange.imports.errors import UnreadableFile
from practices.exchange.imports.importer import Outcome, Result
from practices.exchange.imports.report import Report, notices
from practices.models import PracticeImport

LEASE = timedelta(minutes=5)
BETWEEN_REPORTS = 1.0  # seconds

type Stopped = Callable[[], bool]


class _Lost(Exception):
    """Somebody has deleted the import, or another process has taken it over."""


def run_due(*, stopped: Stopped = lambda: False) -> int:
    """Check and import what waits for it; return the number of imports worked on. Any number may run at once.

    One that is stopped or killed is taken up again where it was, at the latest when its lease ends. Maintenance stops it.
    """
    count = 0

    def is_to_end() -> bool:
        return stopped() or maintenance.is_on()

    while not is_to_end() and (job := _claim()):
        count += 1
        try:
            _work(job, is_to_end)
        except _Lost:
            continue
        except UnreadableFile as error:
            _finish(job, ImportStage.FAILED, error=str(error))
        except Exception as error:
            if isolation.is_away(error):
                raise
            isolation.report("import", job.pk)
            _finish(job, ImportStage.FAILED, error=gettext("it failed for a reason that is in the log"))
    return count


def _claim() -> PracticeImport | None:
    now = clock.now()
    due = PracticeImport.objects.filter(stage__in=IMPORT_STAGES_OF_THE_SENDER)
    for job in due.filter(Q(claimed_until=None) | Q(claimed_until__lt=now)).order_by("created_at", "pk"):
        if _update(job, claimed_until=now + LEASE):
            return job
    return None


def _update(job: PracticeImport, **values: object) -> bool:
    """Change an import that is as we know it."""
    rows = PracticeImport.objects.filter(pk=job.pk, stage=job.stage, claimed_until=job.claimed_until)
    if not rows.update(**values):
        return False
    for name, value in values.items():
        setattr(job, name, value)
    return True


def _work(job: PracticeImport, stopped: Stopped) -> None:
    with _local_copy(job) as path, files.contents(path) as content:
        total = sum(
            1 for _item in files.read(path, mapping=job.columns)
        )  # also finds what breaks in the middle
        if not _update(job, total=total, claimed_until=clock.now() + LEASE):
            raise _Lost
        report, counts, before = Report(), Counter(job.counts), job.done
        outcomes = importer.run(
            files.read(path, mapping=job.columns),
            content=content,
            dry_run=job.stage == ImportStage.CHECKING,
            by=job.by,
            stopped=stopped,
        )
        reported, done = time.monotonic(), 0
        for done, outcome in enumerate(outcomes, start=1):
            _note(outcome, report)
            if done <= before:
                continue  # imported before this was taken up again
            counts[outcome.result] += 1
            if time.monotonic() - reported > BETWEEN_REPORTS:
                if not _update(job, done=done, counts=dict(counts), claimed_until=clock.now() + LEASE):
                    raise _Lost
                reported = time.monotonic()
        if done == total and job.stage == ImportStage.IMPORTING:
            files.reserve_numbers(path)
    if done < total:
        _update(job, done=max(done, before), counts=dict(counts), claimed_until=None)
        return
    stage = ImportStage.CHECKED if job.stage == ImportStage.CHECKING else ImportStage.DONE
    _finish(job, stage, done=total, counts=dict(counts), report=report.as_json())


def _note(outcome: Outcome, report: Report) -> None:
    report.add(outcome.position, outcome.title, outcome.faults, is_refused=outcome.result == Result.REFUSED)
    report.add(outcome.position, outcome.title, notices(outcome), is_refused=False)


def _finish(job: PracticeImport, stage: ImportStage, **values: object) -> None:
    """End a stage. The file goes once it is of no more use."""
    stored = str(job.file.name)
    if stage == ImportStage.DONE:
        values["file"] = ""
    if _update(job, stage=stage, finished_at=clock.now(), claimed_until=None, **values) and "file" in values:
        stored_files.remove(stored)


@contextmanager
def _local_copy(job: PracticeImport) -> Iterator[Path]:
    """Yield a copy of the file on disk, as the storage may be elsewhere."""
    suffix = Path(job.name).suffix.lower()
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        try:
            with closing(stored_files.opened(job.file)) as stored:
                shutil.copyfileobj(cast("IO[bytes]", stored), copy)
        except FileNotFoundError as error:
            raise UnreadableFile(gettext("the file is not there any more")) from error
        copy.flush()
        yield Path(copy.name)
