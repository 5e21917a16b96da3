"""Backups: what they hold, and their restore into either database."""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from datetime import UTC, datetime, timedelta
from io import StringIO

import pyrage
import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from practices import workflow
from practices.choices import State
from practices.core.findings import Severity
from practices.core.health import jobs
from practices.discovery import results
from practices.exchange import backups
from practices.exchange.backups import tables
from practices.models import (
    IndexedPractice,
    JobRun,
    Practice,
    SendingHold,
    Submission,
)
from tests.support import age_files
from tests.support.factories import (
    announced_to,
    document,
    empty_catalogue,
    make_file,
    make_message,
    make_practice,
    make_submission,
    make_subscription,
)

pytestmark = pytest.mark.django_db
ON_SQLITE = connection.vendor == "sqlite"
PASSPHRASE = "drei lange Wörter"


@pytest.fixture
def backup(tmp_path):
    """Return backup(), which writes a backup of the catalogue and returns its path."""

    def write(name="backup.zip", **options):
        connection.check_constraints()  # PostgreSQL empties no table while checks of this test are still to come
        backups.write(tmp_path / name, **options)
        return tmp_path / name

    return write


@pytest.fixture(scope="module")
def encryption(rolled_back, tmp_path_factory):
    """Write an encrypted backup, which no test changes: a passphrase takes age a second and more.

    Returns its path, and how many bytes were to be seen in its folder as each table was written.
    """
    path = tmp_path_factory.mktemp("encrypted") / "backup.zip"
    sizes = []

    def look(label, _count):
        sizes.append(sum(file.stat().st_size for file in path.parent.rglob("*") if file.is_file()))

    with rolled_back():
        make_catalogue()
        backups.write(path, passphrase=PASSPHRASE, progress=look)
    return path, sizes


@pytest.fixture
def encrypted(encryption):
    """Return the path of an encrypted backup of three practices."""
    return encryption[0]


@pytest.fixture
def quickly_encrypted(backup, tmp_path):
    """Write an encrypted backup of nothing whose passphrase takes no time."""
    key, path, plain = pyrage.x25519.Identity.generate(), tmp_path / "encrypted.zip", backup()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("key.age", age_files.encrypt(str(key).encode(), PASSPHRASE))
        archive.writestr("backup.zip.age", pyrage.encrypt(plain.read_bytes(), [key.to_public()]))
    return path


def manifest_of(path, passphrase=""):
    with backups.opened(path, passphrase) as (_archive, manifest):
        return manifest


def make_catalogue():
    """Create rows in many tables: practices, a withdrawn one, files, submissions, a subscriber, messages."""
    workflow.publish_document(
        document(title="Desks\u2028or “ports”", tags=["Éducation"], countries=["PH"], start_year=2016),
        files=[make_file("report.pdf", b"%PDF first")],
    )
    make_practice(title="Gone", withdrawn=True)
    make_submission(State.CHANGES_REQUESTED, title="عمل لائق", objectives=[6, 21])
    announced_to(make_subscription(), title="News", objectives=[21])
    make_message(context={"link": "https://example.org/", "b": 1, "a": [1.5, None]})


# What a backup holds --------------------------------------------------------------


def test_every_table_is_in_a_backup_or_named_as_left_out():
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}

    assert labels == tables.tables().keys() | tables.LEFT_OUT.keys()


def test_backup_names_and_counts_what_it_holds(backup):
    make_catalogue()

    manifest = manifest_of(backup())

    assert manifest.tables["practices.Practice"]["rows"] == 3
    assert [facts["size"] for facts in manifest.files.values()] == [len(b"%PDF first")]
    assert (manifest.database, manifest.release, manifest.missing) == (
        connection.vendor,
        settings.VERSION,
        [],
    )


@pytest.mark.skipif(ON_SQLITE, reason="SQLite in memory is one connection; PostgreSQL runs this")
@pytest.mark.django_db(transaction=True)
def test_backup_is_of_one_instant(tmp_path):
    make_practice(title="Before")

    def publish_another(label, _count):
        if label == "practices.Placement":  # before the tables of practices and revisions
            thread = threading.Thread(target=publish)
            thread.start()
            thread.join(timeout=20)

    def publish():
        make_practice(title="Meanwhile")
        connection.close()

    manifest = backups.write(tmp_path / "backup.zip", progress=publish_another)

    assert Practice.objects.count() == 2
    assert manifest.tables["practices.Practice"]["rows"] == 1
    assert manifest.tables["practices.Revision"]["rows"] == 1


def test_backup_is_readable_by_its_owner_only(backup, encrypted):
    assert backup().stat().st_mode & 0o077 == 0
    assert encrypted.stat().st_mode & 0o077 == 0


def test_nothing_is_left_of_a_backup_that_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "last_numbers", lambda models: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        backups.write(tmp_path / "backup.zip")

    assert list(tmp_path.iterdir()) == []


def test_nothing_readable_is_left_of_an_encrypted_backup_whose_writer_is_killed(encryption):
    _path, sizes = encryption

    assert set(sizes) == {0}  # what is not encrypted yet has no name


def test_what_killed_writers_left_is_deleted_after_a_day(tmp_path):
    for name, age in [(".backup-old.part", 90_000), (".backup-new.part", 60), ("notes.part", 90_000)]:
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)

    backups.write(tmp_path / "backup.zip")

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".backup-new.part",
        "backup.zip",
        "notes.part",
    ]


def test_half_of_a_surrogate_pair_in_json_can_be_backed_up():
    row = {"context": {"title": "a\ud800b"}}

    assert json.loads(tables.line(row)) == row


# There and back -------------------------------------------------------------------


def test_restore_brings_back_every_row_and_file(backup):
    make_catalogue()
    path = backup()
    before = manifest_of(path)
    [name] = before.files
    default_storage.delete(name)
    empty_catalogue()
    make_message(address="other@example.org")
    connection.check_constraints()

    backups.restore(path, replace=True)

    after = manifest_of(backup("after.zip"))
    assert (after.tables, after.files, after.missing) == (before.tables, before.files, [])
    assert default_storage.open(name).read() == b"%PDF first"
    assert [each.practice for each in results.page(results.Selection(), sort="newest", size=10)] == list(
        IndexedPractice.objects.order_by("-published_at", "-pk").values_list("pk", flat=True)
    )


def test_backup_that_was_restored_is_the_last_one(backup):
    path = backup()
    JobRun.objects.create(name="backup", failed_at=manifest_of(path).taken_at - timedelta(days=1))

    run("restore", str(path), replace=True)

    assert JobRun.objects.get(name="backup").succeeded_at == manifest_of(path).taken_at
    assert jobs.backup().state is Severity.OK


def test_encrypted_backup_opens_with_its_passphrase_alone(encrypted, quickly_encrypted):
    assert manifest_of(encrypted, PASSPHRASE).tables["practices.Practice"]["rows"] == 3
    for path, wrong in [(encrypted, ""), (quickly_encrypted, "four words")]:
        with pytest.raises(backups.WrongPassphrase):
            manifest_of(path, wrong)
    assert b"practices.Practice" not in encrypted.read_bytes()


def test_passphrase_file_may_begin_with_a_byte_order_mark(quickly_encrypted, tmp_path):
    (tmp_path / "passphrase").write_bytes(b"\xef\xbb\xbf" + f"{PASSPHRASE}\r\n".encode())

    said = run("backup", str(quickly_encrypted), verify=True, passphrase_file=tmp_path / "passphrase")

    assert "is whole" in said


@pytest.mark.skipif(ON_SQLITE, reason="it takes both databases; PostgreSQL runs this")
@pytest.mark.own_database
@pytest.mark.django_db
def test_catalogue_moves_to_sqlite_and_back_unchanged(backup, tmp_path):
    make_catalogue()
    path = backup()

    def manage(*arguments):
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            env={"DATA_DIR": str(tmp_path / "sqlite"), "PATH": os.environ["PATH"]},
            cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    manage("restore", path)
    manage("backup", tmp_path / "of-sqlite.zip")
    backups.restore(tmp_path / "of-sqlite.zip", replace=True)

    first, moved = manifest_of(path), manifest_of(tmp_path / "of-sqlite.zip")
    again = manifest_of(backup("again.zip"))
    assert (moved.database, moved.tables, moved.files) == ("sqlite", first.tables, first.files)
    assert (again.tables, again.files, again.numbers) == (first.tables, first.files, first.numbers)


def test_numbers_of_deleted_rows_are_not_given_again(backup):
    gone = make_submission().pk
    Submission.objects.filter(pk=gone).delete()
    path = backup()
    connection.check_constraints()

    backups.restore(path, replace=True)

    assert make_submission().pk > gone


# What is refused ------------------------------------------------------------------


def test_restore_into_a_catalogue_that_is_in_use_asks_first(backup):
    make_practice()
    path = backup()

    with pytest.raises(CommandError, match=r"not empty: practices: 1.*--replace"):
        call_command("restore", str(path))

    assert not SendingHold.objects.exists()


def replace_part(path, name, content):
    """Change a part of an archive."""
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for each, found in (parts | {name: content}).items():
            archive.writestr(each, found)


def test_damaged_backup_is_not_restored(backup):
    practice = make_practice()
    path = backup()
    replace_part(path, "tables/practices.Practice.jsonl", b"{}\n")

    with pytest.raises(CommandError, match=r"damaged in practices\.Practice"):
        call_command("restore", str(path), replace=True)

    assert Practice.objects.get() == practice


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("backup.zip.age", b"age-encryption.org/v1"),
        ("key.age", age_files.encrypt(b"no key", PASSPHRASE)),
    ],
    ids=["backup.zip.age", "key.age"],
)
def test_damaged_content_of_an_encrypted_backup_is_not_blamed_on_the_passphrase(
    quickly_encrypted, tmp_path, part, content
):
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    replace_part(quickly_encrypted, part, content)

    with pytest.raises(CommandError, match="is a backup, but it is damaged"):
        run("backup", str(quickly_encrypted), verify=True, passphrase_file=tmp_path / "passphrase")


def change_a_byte(path, part):
    """Change a byte in the middle of a part of an archive, as a bad disk does."""
    with zipfile.ZipFile(path) as archive:
        found = archive.getinfo(part)
    content = bytearray(path.read_bytes())
    content[found.header_offset + 30 + len(part) + found.compress_size // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("part", ["key.age", "backup.zip.age"])
def test_changed_byte_of_an_encrypted_backup_is_called_damage(quickly_encrypted, tmp_path, part):
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    change_a_byte(quickly_encrypted, part)

    with pytest.raises(CommandError, match=r"is a backup, but it is damaged.*Nothing was restored"):
        run("restore", str(quickly_encrypted), passphrase_file=tmp_path / "passphrase")


@pytest.mark.parametrize("part", ["manifest.json", "tables/auth.Permission.jsonl"])
def test_verify_of_a_changed_byte_says_nothing_of_a_restore(backup, part):
    path = backup()
    change_a_byte(path, part)

    with pytest.raises(CommandError, match=r"damaged.*make a new backup") as stop:
        run("backup", str(path), verify=True)

    assert "restored:" not in str(stop.value).replace("cannot be restored:", "")


def test_missing_passphrase_and_a_wrong_one_are_told_apart(quickly_encrypted, tmp_path):
    (tmp_path / "passphrase").write_text("another passphrase")

    with pytest.raises(CommandError, match=r"is encrypted\. Give the passphrase"):
        run("restore", str(quickly_encrypted))
    with pytest.raises(CommandError, match="encrypted with another passphrase"):
        run("restore", str(quickly_encrypted), passphrase_file=tmp_path / "passphrase")


@pytest.mark.parametrize("name", ["../outside.txt", "/tmp/outside.txt", "attachments/../../outside.txt"])
def test_backup_that_names_a_file_outside_of_the_storage_is_refused(backup, name):
    path = backup()
    manifest = manifest_of(path)
    manifest.files[name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    replace_part(path, f"files/{name}", b"x")
    replace_part(path, "manifest.json", manifest.as_json())

    with pytest.raises(CommandError, match="outside of the storage of files"):
        run("restore", str(path), replace=True)


@pytest.mark.parametrize("content", [b"", b"PK nonsense", b"x" * 5000])
def test_what_is_no_backup_is_refused(tmp_path, content):
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(CommandError, match="not a backup"):
        call_command("restore", str(tmp_path / "file"))


def test_backup_of_another_release_is_refused(backup, monkeypatch):
    path = backup()
    monkeypatch.setattr(tables, "migrations", lambda: {"practices": "9999_later"})

    with pytest.raises(CommandError, match=r"made by release .* Install that release"):
        call_command("restore", str(path))


# The commands ---------------------------------------------------------------------


def run(*arguments, **options):
    said = StringIO()
    call_command(*arguments, stdout=said, stderr=said, **options)
    return said.getvalue()


def test_backups_in_a_folder_are_named_by_time_and_rotated(tmp_path, clock):
    for _day in range(3):
        run("backup", str(tmp_path), keep=2)
        clock.shift(timedelta(days=1))
    last = (datetime.now(tz=UTC) - timedelta(days=1)).strftime("catalogue-%Y-%m-%dT%H%M%SZ.zip")

    assert sorted(path.name for path in tmp_path.iterdir())[1:] == [last]


def test_backup_of_a_clock_that_was_set_back_is_not_the_one_deleted(tmp_path, clock):
    run("backup", str(tmp_path))
    clock.shift(-timedelta(days=1))

    said = run("backup", str(tmp_path), keep=1)

    assert [str(path) for path in tmp_path.iterdir()] == [said.partition(",")[0]]


def test_keeping_more_backups_than_there_are_deletes_none(tmp_path, clock):
    for _day in range(3):
        run("backup", str(tmp_path), keep=5)
        clock.shift(timedelta(days=1))

    assert len(list(tmp_path.iterdir())) == 3


def test_backup_without_files_does_not_displace_whole_ones(tmp_path, clock):
    workflow.publish_document(document(), files=[file := make_file("report.pdf", b"%PDF")])
    run("backup", str(tmp_path), keep=1)
    clock.shift(timedelta(days=1))
    default_storage.delete(file.file.name)

    with pytest.raises(CommandError, match="No earlier backup was deleted"):
        run("backup", str(tmp_path), keep=1)

    assert len(list(tmp_path.iterdir())) == 2


def test_backup_does_not_overwrite_a_file(tmp_path):
    (tmp_path / "mine").write_text("my notes")

    with pytest.raises(CommandError, match="exists already"):
        run("backup", str(tmp_path / "mine"))

    assert (tmp_path / "mine").read_text() == "my notes"


def test_backup_without_a_file_that_a_row_names_is_written_and_reported(tmp_path):
    workflow.publish_document(document(), files=[file := make_file("report.pdf", b"%PDF")])
    default_storage.delete(file.file.name)

    with pytest.raises(CommandError, match=rf"did not give 1 of its files: {file.file.name}"):
        run("backup", str(tmp_path / "backup.zip"))

    assert manifest_of(tmp_path / "backup.zip").missing == [file.file.name]


def test_verify_tells_whole_from_damaged(backup):
    path = backup()
    assert "is whole" in run("backup", str(path), verify=True)

    replace_part(path, "tables/auth.Group.jsonl", b"")

    with pytest.raises(CommandError, match=r"damaged in auth\.Group"):
        run("backup", str(path), verify=True)
