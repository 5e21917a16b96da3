"""The sandbox: limits on time, memory and files, one reader at a time, and what hostile files cost."""

import os
import subprocess
import sys
import threading
import time
from functools import cache

import pytest
from django.conf import settings

from practices.core import sandbox, upload_checks
from practices.core.sandbox import Busy, Rejected
from practices.core.upload_parser import recognise
from practices.exchange.spreadsheets import parser
from practices.exchange.spreadsheets.headings import columns
from tests.support import hostile_files, readers
from tests.support.hostile_files import SPREADSHEETS, UPLOADS


def rejection(function, **options):
    with pytest.raises(Rejected) as rejected:
        sandbox.run(function, b"abc", **options)
    return rejected.value.reason


def test_reader_returns_a_value_and_bytes():
    assert sandbox.run(readers.count, b"abc\n", times=3) == (12, b"ABC\n")


def test_reader_that_computes_for_ever_is_ended(settings):
    settings.FILE_CHECK_SECONDS = 1

    assert rejection(readers.spin) == "too_much"


def test_reader_that_waits_for_ever_is_ended_by_the_clock(settings, monkeypatch):
    settings.FILE_CHECK_SECONDS = 1
    monkeypatch.setattr(sandbox, "CLOCK", 1)

    assert rejection(readers.sleep) == "too_much"


@pytest.mark.parametrize("reader", [readers.fill_memory, readers.recurse, readers.crash])
def test_reader_without_bounds_is_ended(reader, settings):
    settings.FILE_CHECK_MEMORY_MB = 200

    assert rejection(reader) == "too_much"


def test_reader_that_fails_says_that_the_file_is_unreadable():
    assert rejection(readers.fail) == "unreadable"


def test_reader_can_write_no_file(tmp_path):
    path = tmp_path / "written"

    assert rejection(readers.write_a_file, path=str(path)) in ("too_much", "unreadable")
    assert not path.exists() or path.stat().st_size == 0


def test_reader_knows_no_setting(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://name:password@host/catalogue")

    known, _made = sandbox.run(readers.environment, b"")

    assert "DATABASE_URL" not in known


def test_file_waits_for_its_turn_and_is_then_refused(turn_taken, settings):
    settings.FILE_CHECK_WAIT_SECONDS = 0.1

    with pytest.raises(Busy):
        sandbox.run(readers.count, b"")


def test_uploads_leave_threads_to_readers(turn_taken, settings):
    """Two wait for their turn; the third is refused at once, and does not hold a thread."""
    settings.FILE_CHECK_WAIT_SECONDS = 0.5
    waits = []

    def run():
        began = time.monotonic()
        with pytest.raises(Busy):
            sandbox.run(readers.count, b"")
        waits.append(time.monotonic() - began)

    threads = [threading.Thread(target=run) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [wait > 0.4 for wait in sorted(waits)] == [False] * 4 + [True] * 2


def test_reader_ends_with_a_killed_web_process():
    program = (
        "import django; django.setup()\n"
        "from practices.core import sandbox\nfrom tests.support import readers\n"
        "print('started', flush=True)\nsandbox.run(readers.sleep, b'')"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "catalogue.settings"}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
    ) as web:
        web.stdout.readline()
        time.sleep(1)
        web.kill()

    assert sandbox.run(readers.count, b"a") == (1, b"A")


# What hostile files cost ----------------------------------------------------------


@cache
def read_upload(make):
    """Return the seconds of processor time that reading this file takes, and the reason if it is rejected."""
    return _read(recognise, make(), **upload_checks.budgets())


@cache
def read_spreadsheet(make):
    return _read(parser.rows, make(), most_elements=settings.SPREADSHEET_ELEMENTS, columns=columns())


def _read(function, content, **options):
    reason, began = None, time.process_time()
    try:
        function(content, **options)
    except Rejected as rejected:
        reason = rejected.reason
    return time.process_time() - began, reason


@pytest.mark.parametrize("name", UPLOADS)
def test_hostile_upload_costs_less_than_two_seconds(name):
    seconds, _reason = read_upload(UPLOADS[name])

    assert seconds < 2


@pytest.mark.parametrize("name", SPREADSHEETS)
def test_hostile_spreadsheet_costs_less_than_two_seconds(name):
    seconds, _reason = read_spreadsheet(SPREADSHEETS[name])

    assert seconds < 2


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (hostile_files.docx_bomb, "too_much"),
        (hostile_files.docx_with_many_parts, "too_much"),
        (hostile_files.docx_with_nested_archive, "active_document"),
        (hostile_files.docx_with_overlapping_parts, "too_much"),
        (hostile_files.docx_with_false_size, "unreadable"),
        (hostile_files.odt_with_laughs, "unreadable"),
        (hostile_files.webp_of, "pixels"),
        (hostile_files.png_with_text_bombs, "broken_picture"),
        (hostile_files.png_with_false_size, "pixels"),
        (hostile_files.png_truncated, "broken_picture"),
        (hostile_files.jpeg_with_many_scans, "too_much"),
    ],
)
def test_hostile_upload_is_rejected_with_its_reason(make, reason):
    _seconds, rejected = read_upload(make)

    assert rejected == reason


@pytest.mark.parametrize(
    "make",
    [
        hostile_files.xlsx_with_styles,
        hostile_files.xlsx_with_long_format,
        hostile_files.xlsx_with_shared_strings,
        hostile_files.xlsx_with_many_columns,
        hostile_files.xlsx_with_sheet_of_another_name,
    ],
)
def test_hostile_spreadsheet_is_rejected_unread(make):
    _seconds, reason = read_spreadsheet(make)

    assert reason == "too_much"


@pytest.mark.parametrize("make", [hostile_files.png_animated, hostile_files.webp_animated])
def test_animation_is_kept_as_its_first_picture(make):
    _content_type, made = recognise(make(), **upload_checks.budgets())

    assert len(made) < 1_000
