"""Uploaded files when the storage is full or away: nothing half-stored, clear pages, and the nightly sweep."""

import errno
import io
import logging
import shutil
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction
from openpyxl.writer.excel import ExcelWriter

from practices import workflow
from practices.core import stored_files
from practices.core.findings import Severity
from practices.core.health import folders
from practices.core.stored_files import StorageFull
from practices.core.upload_checks import Upload
from practices.models import Attachment
from practices.web.browse import download
from practices.web.submit import status as status_page
from tests.support.addresses import address
from tests.support.factories import make_practice, make_submission
from tests.support.pages import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_sandbox")]

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"
LATER = timedelta(hours=25)


class FailingStorage(FileSystemStorage):
    """Writes half of a file and then fails with `error`."""

    error: Exception = OSError(errno.ENOSPC, "No space left on device")

    def _save(self, name, content):
        super()._save(name, ContentFile(content.read()[:5]))
        raise self.error


class StorageWithoutLists(InMemoryStorage):
    def listdir(self, path):
        raise NotImplementedError  # as Django's Storage does


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def use(monkeypatch, storage):
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", storage)


def upload(content=PDF):
    return Upload("report.pdf", content, "application/pdf", str(len(content)))


def send(client, submission, content=PDF):
    file = SimpleUploadedFile("report.pdf", content)
    path = address("submission-attachments", submission.token)
    return client.post(path, {"file": file, "description": "Evaluation"})


def faults(response):
    return read(response).one("div", id="errors").texts("li")


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# Storing ---------------------------------------------------------------------------


FULL = "There is no space left for files, so yours was not saved. Please send it again tomorrow."
AWAY = "Files cannot be saved right now. Please send yours again in a few minutes."


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (OSError(errno.ENOSPC, "full"), (507, FULL)),
        (OSError(errno.EDQUOT, "quota"), (507, FULL)),
        (OSError(errno.EROFS, "read-only"), (503, AWAY)),
        (RuntimeError("the bucket is away"), (503, AWAY)),
    ],
)
def test_storage_that_fails_is_said_and_leaves_nothing(client, monkeypatch, folder, error, answer):
    storage = FailingStorage(location=folder)
    storage.error = error
    use(monkeypatch, storage)

    response = send(client, make_submission())

    status, fault = answer
    typed = read(response).one("input", name="description")["value"]
    assert (response.status_code, response.headers["Retry-After"], typed) == (status, "30", "Evaluation")
    assert (faults(response), Attachment.objects.count(), list(folder.rglob("*/*"))) == (
        [f"File: {fault}"],
        0,
        [],
    )


def test_file_is_stored_once_there_is_space_again(client, monkeypatch, folder):
    submission = make_submission()
    use(monkeypatch, FailingStorage(location=folder))
    send(client, submission)

    use(monkeypatch, FileSystemStorage(location=folder))
    send(client, submission)

    [attachment] = Attachment.objects.all()
    assert attachment.file.read() == PDF


@pytest.fixture
def tiny_disk(tmp_path):
    """Mount a file system of 64 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_disk_that_is_full_keeps_no_part_of_a_file(monkeypatch, tiny_disk):
    use(monkeypatch, FileSystemStorage(location=tiny_disk))
    submission = make_submission()

    with pytest.raises(StorageFull):
        workflow.attach(submission, upload(PDF + b" " * 200_000), description="Too large")
    workflow.attach(submission, upload(), description="Small enough")

    assert [path.read_bytes() for path in files_in(tiny_disk)] == [PDF]


def test_row_that_is_refused_leaves_no_file(folder, monkeypatch, settings):
    settings.ATTACHMENTS = 1
    use(monkeypatch, FileSystemStorage(location=folder))
    submission = make_submission()
    workflow.attach(submission, upload(), description="First")

    with pytest.raises(workflow.TooManyAttachments):
        workflow.attach(submission, upload(PDF + b" "), description="Second")
    workflow.attach(submission, upload(), description="The first one again")

    assert len(files_in(folder)) == Attachment.objects.count() == 1


def test_file_of_an_erased_row_goes_after_the_commit(folder, monkeypatch, django_capture_on_commit_callbacks):
    use(monkeypatch, FileSystemStorage(location=folder))
    attachment = workflow.attach(make_submission(), upload(), description="First")

    with django_capture_on_commit_callbacks() as callbacks:
        attachment.delete()
    before = len(files_in(folder))
    for callback in callbacks:
        callback()

    assert (before, list(folder.glob("attachments/*"))) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_storage_that_fails_to_delete_does_not_undo_the_erasure(monkeypatch):
    attachment = workflow.attach(make_submission(), upload(), description="First")

    def fail(name):
        raise OSError(errno.EIO, "the storage is away")

    monkeypatch.setattr(Attachment._meta.get_field("file").storage, "delete", fail)
    with transaction.atomic():
        attachment.delete()

    assert Attachment.objects.count() == 0


# Reading --------------------------------------------------------------------------


@pytest.fixture
def share(tmp_path, monkeypatch):
    """A folder of uploaded files, as a network share is."""
    share = tmp_path / "share"
    share.mkdir()
    use(monkeypatch, FileSystemStorage(location=share))
    return share


def unmount(share):
    """Leave the empty folder that a share which is not mounted leaves."""
    shutil.rmtree(share)
    share.mkdir()


def test_share_that_is_not_mounted_is_answered_503_and_logged(client, share, caplog):
    client.raise_request_exception = False
    submission = make_submission()
    attachment = workflow.attach(submission, upload(), description="First")
    unmount(share)

    response = client.get(attachment.get_private_url())

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    [logged] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert (logged.exc_info[0], stored_files.NOT_MOUNTED in caplog.text) == (
        stored_files.StorageMissing,
        True,
    )


def test_share_that_is_not_mounted_leaves_the_pages(client, share):
    submission = make_submission()
    workflow.attach(submission, upload(), description="Evaluation")
    unmount(share)

    page = client.get(address("submission-attachments", submission.token))

    assert (page.status_code, "Evaluation" in page.text) == (200, True)


def test_share_that_is_not_mounted_is_found(share):
    workflow.attach(make_submission(), upload(), description="First")
    mounted = folders.storage().state
    unmount(share)

    empty = folders.storage().state
    share.rmdir()

    assert (mounted, empty, folders.storage().state) == (Severity.OK, Severity.FAULT, Severity.FAULT)


@pytest.mark.parametrize("act", [folders.uploads, stored_files.create_folder])
def test_folder_of_a_share_that_is_in_use_is_not_created(share, act):
    workflow.attach(make_submission(), upload(), description="First")
    shutil.rmtree(share)

    act()

    assert not share.exists()


def test_folder_of_a_new_installation_is_created(share):
    share.rmdir()
    before = folders.storage().state

    stored_files.create_folder()

    assert (before, folders.storage().state) == (Severity.FAULT, Severity.OK)


def test_nothing_is_stored_beneath_a_share_that_is_not_mounted(client, share):
    workflow.attach(make_submission(), upload(), description="First")
    unmount(share)

    response = send(client, make_submission())

    assert (response.status_code, faults(response), list(share.iterdir())) == (503, [f"File: {AWAY}"], [])


def test_file_that_is_lost_is_answered_404_while_the_others_are_there(client, share):
    attachment = workflow.attach(make_submission(), upload(), description="First")
    workflow.attach(make_submission(), upload(), description="Second")
    shutil.rmtree((share / attachment.file.name).parent)

    assert client.get(attachment.get_private_url()).status_code == 404


def test_file_whose_storage_is_away_is_answered_503(client, monkeypatch):
    client.raise_request_exception = False
    attachment = workflow.attach(make_submission(), upload(), description="First")

    def fail(name, mode="rb"):
        raise RuntimeError("the bucket is away")

    monkeypatch.setattr(Attachment._meta.get_field("file").storage, "open", fail)

    response = client.get(attachment.get_private_url())

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")


# A database without space ---------------------------------------------------------


def disk_full():
    error = OperationalError("could not extend file: No space left on device")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file: No space left on device")
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database or disk is full"), 503),
        (disk_full(), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
    ],
    ids=["SQLite", "PostgreSQL", "temporary files"],
)
def test_full_disk_is_a_page_that_says_so(client, monkeypatch, error, status):
    client.raise_request_exception = False
    submission = make_submission()

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(status_page.workflow, "withdraw", fail)
    response = client.post(address("submission-withdraw", submission.token))

    heading = read(response).one("h1").text
    assert (response.status_code, response.headers["Retry-After"], heading) == (
        status,
        "300",
        "There is no space left",
    )


@pytest.mark.parametrize("streamed", [False, True], ids=["in one piece", "streamed"])
def test_full_disk_under_an_export_is_a_page_and_leaves_no_temporary_file(
    client, monkeypatch, tmp_path, streamed
):
    client.raise_request_exception = False
    make_practice()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if streamed:
        monkeypatch.setattr(download, "MAX_BUFFERED", 0)

    def fail(writer):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ExcelWriter, "save", fail)
    response = client.get("/practices/export.xlsx")

    assert (response.status_code, list(tmp_path.iterdir())) == (507, [])


# The sweep ------------------------------------------------------------------------


def sweep(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("sweep_files", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def storage(monkeypatch):
    """Replace the storage by an empty one."""
    storage = InMemoryStorage()
    use(monkeypatch, storage)
    return storage


def test_sweep_deletes_old_files_that_no_row_names(clock, storage):
    attachment = workflow.attach(make_submission(), upload(), description="In use")
    orphan = storage.save("attachments/abc/orphan.pdf", ContentFile(PDF))
    clock.shift(LATER)
    young = storage.save("attachments/def/young.pdf", ContentFile(PDF))

    listed = sweep("--dry-run")
    still_there = storage.exists(orphan)
    swept = sweep()

    assert (listed, still_there, swept) == (
        ("attachments/abc/orphan.pdf\n1 file would be deleted.\n", ""),
        True,
        ("attachments/abc/orphan.pdf\n1 file deleted.\n", ""),
    )
    assert [storage.exists(name) for name in (attachment.file.name, orphan, young)] == [
        True,
        False,
        True,
    ]


def test_sweep_of_a_storage_without_files_deletes_nothing(folder, monkeypatch):
    use(monkeypatch, FileSystemStorage(location=folder))

    assert sweep() == ("0 files deleted.\n", "")


def test_sweep_says_that_a_storage_cannot_be_listed(monkeypatch):
    use(monkeypatch, StorageWithoutLists())

    out, said = sweep()

    assert (out, said.split(",")[0]) == (
        "",
        "This storage (FILES_BACKEND) cannot list its files or their age",
    )


def test_sweep_goes_on_when_one_file_cannot_be_deleted(clock, storage, monkeypatch):
    for name in ("a", "b"):
        storage.save(f"attachments/{name}/orphan.pdf", ContentFile(PDF))
    clock.shift(LATER)
    delete = storage.delete

    def fail_once(name):
        if name == "attachments/a/orphan.pdf":
            raise OSError(errno.EIO, "the storage is away")
        delete(name)

    monkeypatch.setattr(storage, "delete", fail_once)
    with pytest.raises(CommandError, match="1 failed, everything else is done: stored file attachments/a"):
        sweep()

    assert [storage.exists(f"attachments/{name}/orphan.pdf") for name in ("a", "b")] == [True, False]


def test_storage_that_hangs_keeps_two_threads_at_most(settings):
    settings.FILES_WAIT_SECONDS = 0.1
    freed = threading.Event()

    class Hanging:
        def open(self, mode):
            freed.wait(5)
            raise OSError

    def opens():
        with pytest.raises(stored_files.StorageFailed):
            stored_files.opened(Hanging())

    with ThreadPoolExecutor(max_workers=4) as threads:
        waits = [threads.submit(opens) for _thread in range(4)]
        done, hanging = wait(waits, timeout=1)
        freed.set()

    assert (len(done), len(hanging)) == (2, 2)
