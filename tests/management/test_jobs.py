"""Commands that a scheduler runs: one row that fails keeps no other, and the command says so at its end."""

import importlib
import pkgutil
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from practices import workflow
from practices.choices import Kind, State
from practices.core import stored_files
from practices.core.stored_files import FOLDER
from practices.exchange import dumps
from practices.management import commands
from practices.management.jobs import Job
from practices.models import Attachment, Check, IndexedPractice, OutboxMessage, Question, Submission
from tests.support.factories import (
    document,
    make_file,
    make_message,
    make_practice,
    make_question,
    make_submission,
    make_submitter,
    make_summarised,
)

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=500)


def three(make):
    return [make(number) for number in range(3)]


def make_scheduled():
    three(lambda number: make_submission(State.SCHEDULED, title=f"Desk {number}"))
    Submission.objects.update(publish_at=timezone.now() - timedelta(hours=1))


def make_old(state):
    now = timezone.now() - LONG_AGO
    submitters = [make_submitter(email=f"ana{number}@example.org") for number in range(3)]
    for submitter in submitters:
        make_submission(state, submitter=submitter, title=submitter.email, now=now)


def make_summaries():
    make_submission(State.SUBMITTED)
    three(lambda number: make_summarised(f"moderator{number}"))


def make_queue():
    OutboxMessage.objects.all().delete()
    submission = make_submission()
    OutboxMessage.objects.all().delete()
    three(lambda number: make_message(address=f"reader{number}@example.org", submission=submission))


FILES = Attachment._meta.get_field("file").storage
UNNAMED = [f"{FOLDER}/{number}/notes.txt" for number in range(3)]


def make_unnamed_files():
    with time_machine.travel(timezone.now() - LONG_AGO):
        for name in UNNAMED:
            FILES.delete(name)  # another test's
            FILES.save(name, ContentFile(b"unnamed"))


def make_practices_with_files():
    for number in range(3):
        file = make_file("report.pdf", f"report {number}".encode())
        workflow.publish_document(document(title=f"Desk {number}"), files=[file])


def files_of_newest_dump():
    with zipfile.ZipFile(stored_files.opened(dumps.newest().file)) as archive:
        return sum(name.startswith(dumps.FILES) for name in archive.namelist())


def make_questions():
    at = timezone.now() - timedelta(days=20)
    for number in range(3):  # those for one address would have one reminder
        submitter = make_submitter(email=f"submitter{number}@example.org")
        practice = make_submission(State.PUBLISHED, submitter=submitter, now=at).practice
        make_question(practice=practice, now=at, text=f"Who are the {number}?")


JOBS = {
    "publish_scheduled": (
        make_scheduled,
        "practices.workflow.scheduling.publish",
        lambda: Submission.objects.filter(state=State.PUBLISHED).count(),
    ),
    "expire_drafts": (
        lambda: make_old(State.DRAFT),
        "practices.workflow.draft_expiry.notify_submitter",
        lambda: Submission.objects.exclude(warned_at=None).count(),
    ),
    "close_unanswered": (
        lambda: make_old(State.CHANGES_REQUESTED),
        "practices.workflow.unanswered.notify_submitter",
        lambda: Submission.objects.exclude(warned_at=None).count(),
    ),
    "ask_if_still_true": (
        lambda: make_old(State.PUBLISHED),
        "practices.workflow.still_true.notify_submitter",
        Check.objects.count,
    ),
    "follow_up_questions": (
        make_questions,
        "practices.workflow.questions.follow_up.mail_reminder",
        lambda: Question.objects.exclude(reminded_at=None).count(),
    ),
    "send_summaries": (
        make_summaries,
        "practices.workflow.nightly_summary.outbox.enqueue",
        lambda: OutboxMessage.objects.filter(kind=Kind.MODERATION_SUMMARY).count(),
    ),
    "apply_retention": (
        lambda: make_old(State.REJECTED),
        "practices.personal_data.retention.delete_log_entries",
        lambda: 3 - Submission.objects.count(),
    ),
    "dump_data": (
        make_practices_with_files,
        "practices.core.stored_files.opened",
        files_of_newest_dump,
    ),
    "sweep_files": (
        make_unnamed_files,
        "practices.core.stored_files.remove_file",
        lambda: [FILES.exists(name) for name in UNNAMED].count(False),
    ),
    "rebuild_search": (
        lambda: three(lambda number: make_practice(title=f"Desk {number}")),
        "practices.discovery.indexing.facet_keys",
        IndexedPractice.objects.count,
    ),
    "send_outbox": (
        make_queue,
        "practices.notifications.emails.message.compose",
        lambda: OutboxMessage.objects.exclude(sent_at=None).count(),
    ),
}
"""Job → how to give it three rows to work on, a function that it calls once for each, and how many are done."""

IN_ONE_TRANSACTION = {"rebuild_search", "send_outbox", "dump_data"}
"""Jobs whose function asks the database nothing, or whose rows need no transaction except that of a test."""


def raise_error():
    raise RuntimeError("one that fails")


def break_the_transaction():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


@pytest.mark.parametrize(
    ("job", "fail"),
    [(job, raise_error) for job in JOBS]
    + [(job, break_the_transaction) for job in JOBS if job not in IN_ONE_TRANSACTION],
)
def test_row_that_fails_keeps_no_other(job, fail, monkeypatch, caplog, mail_server):
    prepare, function, done = JOBS[job]
    prepare()
    calls = []
    original = pkgutil.resolve_name(function)

    def fail_once(*args, **options):
        calls.append(args)
        if len(calls) == 1:
            fail()
        return original(*args, **options)

    monkeypatch.setattr(function, fail_once)

    with pytest.raises(CommandError, match="1 failed, everything else is done"):
        call_command(job)

    assert (len(calls), done()) == (3, 2)
    assert [record.exc_info is not None for record in caplog.records if record.levelname == "ERROR"] == [True]


def test_every_job_is_tried():
    jobs = set()
    for module in pkgutil.iter_modules(commands.__path__):
        command = importlib.import_module(f"practices.management.commands.{module.name}").Command
        if issubclass(command, Job):
            jobs.add(module.name)

    assert jobs == set(JOBS)
