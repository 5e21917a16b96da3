"""Dumps of the catalogue, and its way there and back."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from practices import workflow
from practices.core import stored_files
from practices.exchange import dumps, imports
from practices.exchange.exports import FORMATS, as_json
from practices.exchange.exports.records import Record
from practices.models import Dump, Practice, RevisionFile
from tests.support.documents import FULL
from tests.support.factories import NOW, document, empty_catalogue, make_file, make_moderator, make_practice

pytestmark = pytest.mark.django_db

PRACTICES = 500


def json_export():
    return "".join(FORMATS["json"].write(Practice.objects.published()))


def opened(dump):
    return zipfile.ZipFile(stored_files.opened(dump.file))


def saved(dump, folder):
    """Copy a dump into a folder, as an operator downloads it, and return its path."""
    path = folder / dump.name
    path.write_bytes(stored_files.opened(dump.file).read())
    return path


# The archive ----------------------------------------------------------------------


def test_dump_has_the_export_and_the_files():
    shared = make_file("report.pdf", b"first")
    workflow.publish_document(document(title="Desks"), files=[shared, make_file("plan.pdf", b"second")])
    workflow.publish_document(document(title="Ports"), files=[shared])
    highest = make_practice(title="Old", withdrawn=True)

    dump = dumps.make(now=NOW)

    content = stored_files.opened(dump.file).read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts == {
        "practices.json": json_export().encode(),
        "catalogue.json": json.dumps({"highest_number": highest.pk}).encode(),
        f"files/{hashlib.sha256(b'first').hexdigest()}": b"first",
        f"files/{hashlib.sha256(b'second').hexdigest()}": b"second",
    }
    assert (dump.practices, dump.size, dump.sha256, dump.made_at) == (
        2,
        len(content),
        hashlib.sha256(content).hexdigest(),
        NOW,
    )
    assert dump.name == f"practices-2026-11-02-{dump.sha256[:8]}.zip"


def test_dump_of_the_same_on_the_same_day_is_made_once():
    make_practice()

    first, again, next_day = (dumps.make(now=NOW + timedelta(hours=hours)) for hours in (0, 1, 24))

    assert (again, next_day.sha256) == (first, first.sha256)
    assert list(Dump.objects.all()) == [next_day, first]


def test_old_dumps_are_deleted_with_their_files(settings, django_capture_on_commit_callbacks):
    settings.DUMPS_KEPT = 2
    made = []
    with django_capture_on_commit_callbacks(execute=True):
        for day in range(3):
            make_practice(title=f"Desk {day}")
            made.append(dumps.make(now=NOW + timedelta(days=day)))

    kept = [dump.file.storage.exists(dump.file.name) for dump in made]

    assert (kept, list(Dump.objects.all())) == ([False, True, True], [made[2], made[1]])


def test_dump_that_fails_is_seen_by_nobody(monkeypatch):
    before = dumps.make(now=NOW)
    make_practice()

    def fail(*args, **options):
        raise OSError("no space")

    monkeypatch.setattr(dumps.default_storage, "save", fail)
    with pytest.raises(OSError, match="no space"):
        dumps.make(now=NOW + timedelta(days=1))

    assert list(Dump.objects.all()) == [before]


def test_file_of_a_dump_without_a_row_is_swept(settings, clock):
    dump = dumps.make()
    stray = dump.file.storage.save("dumps/killed/practices.zip", io.BytesIO(b"half"))
    clock.shift(timedelta(hours=settings.FILES_GRACE_HOURS + 1))

    swept = stored_files.sweep()

    assert stray in swept
    assert dump.file.storage.exists(dump.file.name)


def test_command_tells_its_progress_and_its_result(monkeypatch):
    monkeypatch.setattr(dumps, "STEP", 1)
    make_practice()
    out = io.StringIO()

    call_command("dump_data", stdout=out)

    dump = dumps.newest()
    progress, result = out.getvalue().splitlines()
    assert progress == "practices: 1 …"
    assert result.startswith(f"{dump.name}: practices: 1, ")
    assert result.endswith(f"SHA-256 {dump.sha256}")


def test_withdrawal_deletes_every_dump_with_its_file(django_capture_on_commit_callbacks):
    practice = make_practice(title="Old")
    by = make_moderator()
    dump = dumps.make(now=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        workflow.withdraw_practice(practice, by=by, reason="Its source is gone.")

    assert (list(Dump.objects.all()), dump.file.storage.exists(dump.file.name)) == ([], False)


def test_dump_of_what_is_private_meanwhile_is_made_again(monkeypatch):
    practice = make_practice(title="Old")
    by, original, written = make_moderator(), dumps._write, []

    def withdraw_meanwhile(archive, progress):
        count = original(archive, progress)
        if not written:
            workflow.withdraw_practice(practice, by=by, reason="Its source is gone.")
        written.append(count)
        return count

    monkeypatch.setattr(dumps, "_write", withdraw_meanwhile)

    dump = dumps.make(now=NOW)

    assert (written, dump.practices, list(Dump.objects.all())) == ([1, 0], 0, [dump])


# There and back -------------------------------------------------------------------


def one_of_many(number):
    """Return a short document with every field filled in, which differs from those of other numbers."""
    return FULL | {
        "title": f"Desk {number}",
        "objectives": [1 + number % 23, 1 + (number + 1) % 23],
        "countries": [["PH", "GE", "KE", "CH"][number % 4]],
        "start_year": 1990 + number % 30,
        "end_year": None if number % 2 else 2020,
        "tags": [f"topic {number % 10}"],
        "source_url": "" if number % 3 else f"https://example.org/{number}",
    }


def synthetic_records(number_of_practices):
    """Yield records, newest first, of which every tenth has a file of its own and one that they share."""
    for number in range(number_of_practices, 0, -1):
        published_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number, microseconds=number)
        practice = Practice(
            pk=3 * number,
            title="",
            published_at=published_at,
            revised_at=published_at + timedelta(days=number % 5),
            revision_number=1 + number % 5,
            checked_on=published_at.date() if number % 7 == 0 else None,
            doi="",
        )
        content = [b"shared", f"file {number}".encode()] if number % 10 == 0 else []
        files = [
            RevisionFile(
                name=f"report-{position}.pdf", description=f"Report {position}", content_type="application/pdf",
                size=len(each), sha256=hashlib.sha256(each).hexdigest(),
            )
            for position, each in enumerate(content, start=1)
        ]  # fmt: skip
        yield Record(practice, one_of_many(number), files)


@pytest.mark.django_db(transaction=True)  # PostgreSQL is slow with a thousand savepoints in one transaction
def test_catalogue_comes_back_as_it_was(tmp_path):
    export = "".join(as_json.pieces(synthetic_records(PRACTICES)))
    path = tmp_path / "dump.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("practices.json", export)
        for content in [b"shared", *(f"file {number}".encode() for number in range(10, PRACTICES + 1, 10))]:
            archive.writestr(f"files/{hashlib.sha256(content).hexdigest()}", content)

    call_command("import_practices", path, verbosity=0, stdout=io.StringIO())

    assert json_export() == export


def test_dump_restores_an_empty_catalogue_and_can_be_imported_again(tmp_path):
    first = workflow.publish_document(document(title="Desks"), files=[make_file("report.pdf", b"first")])
    workflow.publish_document(document(title="Better desks"), to=first)
    make_practice(title="Same", area="Manila")
    make_practice(title="Same", area="Manila")
    export, path = json_export(), saved(dumps.make(), tmp_path)
    empty_catalogue()

    out = io.StringIO()
    for _time in range(2):
        call_command("import_practices", path, verbosity=0, stdout=out)

    assert json_export() == export
    assert [line.partition(": ")[2] for line in out.getvalue().splitlines()] == [
        "3 new, 0 revised, 0 unchanged, 0 refused.",
        "0 new, 0 revised, 3 unchanged, 0 refused.",
    ]
    restored = dumps.make(now=NOW)
    with opened(restored) as archive:
        assert archive.read(f"files/{hashlib.sha256(b'first').hexdigest()}") == b"first"


def test_next_practice_after_a_restored_one_has_a_number_of_its_own():
    last = make_practice(title="Deleted").pk
    empty_catalogue()
    items = json.loads("".join(as_json.pieces(synthetic_records(2))))["practices"]

    results = [outcome.result for outcome in imports.run(items)]

    assert (results, make_practice().pk) == (["new", "new"], max(last, 6) + 1)


def test_number_that_is_taken_here_is_not_that_of_an_item_from_elsewhere():
    here = make_practice(title="Ours")
    [item] = json.loads("".join(as_json.pieces(synthetic_records(1))))["practices"]

    [outcome] = imports.run([item | {"id": here.pk}])

    here.refresh_from_db()
    assert (outcome.result, here.title, outcome.practice.pk != here.pk) == ("new", "Ours", True)


def test_item_whose_file_is_missing_is_refused(tmp_path):
    workflow.publish_document(document(title="Desks"), files=[make_file("report.pdf", b"first")])
    export = json_export()
    empty_catalogue()

    [outcome] = imports.run(json.loads(export)["practices"])

    assert [(fault.field, fault.message) for fault in outcome.faults] == [
        (
            "files",
            "“report.pdf” is not in this file. Import the dump, which has all files, or leave out “files”.",
        )
    ]
    assert Practice.objects.count() == 0


def test_item_that_lists_other_files_revises_its_practice():
    practice = workflow.publish_document(document(), files=[make_file("report.pdf", b"first")])
    [item] = json.loads(json_export())["practices"]

    [outcome] = imports.run([item | {"files": []}])

    latest = practice.revisions.latest("number")
    assert (outcome.result, latest.number, list(latest.files.all())) == ("revised", 2, [])


def test_restored_practice_shows_its_only_revision(client):
    [item] = json.loads("".join(as_json.pieces(synthetic_records(3))))["practices"][:1]
    [outcome] = imports.run([item])

    answers = [
        client.get(f"{outcome.practice.get_absolute_url()}revisions/{path}") for path in ("", "?from=2", "4/")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"id": 0}, "id"),
        ({"id": "7"}, "id"),
        ({"revision": 2**40}, "revision"),
        ({"published_at": "yesterday"}, "published_at"),
        ({"published_at": "2026-11-02T09:30:00"}, "published_at"),
        ({"published_at": "2027-11-02T09:30:00+00:00"}, "published_at"),
        (
            {"files": [{"name": "../x", "description": "x", "type": "a/b", "size": 1, "sha256": "0" * 64}]},
            "files",
        ),
        ({"files": "report.pdf"}, "files"),
    ],
)
def test_facts_that_cannot_be_are_refused(facts, field):
    [item] = json.loads("".join(as_json.pieces(synthetic_records(1))))["practices"]

    [outcome] = imports.run([item | facts])

    assert ([fault.field for fault in outcome.faults], Practice.objects.count()) == ([field], 0)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no archive", "the archive cannot be read: File is not a zip file"),
        (None, "the archive has no practices.json"),
    ],
)
def test_archive_that_is_no_dump_is_refused(tmp_path, content, why):
    path = tmp_path / "dump.zip"
    if content is None:
        zipfile.ZipFile(path, "w").close()
    else:
        path.write_bytes(content)

    with pytest.raises(CommandError) as refusal:
        call_command("import_practices", path)

    assert str(refusal.value) == f"{path}: {why}."


def forget_numbers():
    """Have the next practice get number 1, as in a catalogue that was just set up."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'practices_practice'")
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence('practices_practice', 'id'), 1, false)")


@pytest.mark.parametrize("withdrawn", [False, True], ids=["all are public", "the highest is withdrawn"])
def test_restored_catalogue_gives_no_number_again(tmp_path, withdrawn):
    make_practice(title="First")
    highest = make_practice(title="Last", withdrawn=withdrawn).pk
    path = saved(dumps.make(now=NOW), tmp_path)
    empty_catalogue()
    forget_numbers()

    call_command("import_practices", str(path), stdout=io.StringIO())

    assert make_practice(title="Next").pk == highest + 1
