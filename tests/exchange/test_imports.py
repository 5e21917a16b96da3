import io
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from practices import documents, workflow
from practices.documents import Fault
from practices.exchange import imports
from practices.exchange.exports import FORMATS
from practices.exchange.imports import ItemFault, Report, UnreadableFile
from practices.models import OutboxMessage, Practice, Revision
from tests.documents.test_documents import FULL
from tests.support.factories import document, make_practice, make_subscription

pytestmark = pytest.mark.django_db

FIXTURE = settings.BASE_DIR / "fixtures" / "practices.json"


def revisions():
    """Return (practice's title, revision's number, revision's title, note) of all revisions."""
    rows = Revision.objects.order_by("practice", "number")
    return list(rows.values_list("practice__title", "number", "document__title", "note"))


def written(folder, content, name="practices.json"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


def import_file(file, *arguments):
    """Run the command and return its output and its errors."""
    out, complaints = io.StringIO(), io.StringIO()
    call_command("import_practices", str(file), *arguments, stdout=out, stderr=complaints)
    return out.getvalue(), complaints.getvalue()


# The sample practices -------------------------------------------------------------


def test_practices_of_the_fixture_load():
    said = import_file(FIXTURE)

    items = json.loads(FIXTURE.read_text(encoding="utf-8"))["practices"]
    assert said == ("42 practices in practices.json: 42 new, 0 revised, 0 unchanged.\n", "")
    published = [practice.document for practice in Practice.objects.order_by("pk")]
    assert published == [documents.complete(item) for item in items]


def test_same_file_twice_changes_nothing():
    import_file(FIXTURE)
    before = list(Practice.objects.values()), list(Revision.objects.values())

    said = import_file(FIXTURE)

    assert said == ("42 practices in practices.json: 0 new, 0 revised, 42 unchanged.\n", "")
    assert (list(Practice.objects.values()), list(Revision.objects.values())) == before


def test_import_announces_nothing():
    make_subscription(21, "reader@example.org")
    messages = OutboxMessage.objects.count()

    imports.run([document()])

    assert (Practice.objects.count(), OutboxMessage.objects.count()) == (1, messages)


# Known items ----------------------------------------------------------------------


def test_item_that_changed_becomes_the_next_revision():
    imports.run([document(area="Manila")])

    report = imports.run([document(area="Manila and Batumi")])

    assert report == Report(revised=1)
    title = document()["title"]
    assert revisions() == [(title, 1, title, "Imported"), (title, 2, title, "Imported anew")]
    assert Practice.objects.get().area == "Manila and Batumi"


def test_change_by_staff_survives_the_next_import():
    imports.run([document(area="Manila")])
    workflow.publish_document(document(area="Corrected by staff"), to=Practice.objects.get())

    report = imports.run([document(area="Manila")])

    assert report == Report(unchanged=1)
    assert Practice.objects.get().area == "Corrected by staff"


def test_title_changed_by_staff_survives_the_next_import():
    imports.run([document()])
    workflow.publish_document(document(title="A better title"), to=Practice.objects.get())

    report = imports.run([document()])

    assert report == Report(unchanged=1)
    assert [practice.title for practice in Practice.objects.all()] == ["A better title"]


def test_item_is_known_by_source_and_title():
    imports.run([document(source_url="https://example.org/1")])

    report = imports.run([document(source_url="https://example.org/2")])

    assert (report, Practice.objects.count()) == (Report(new=1), 2)


def test_title_in_another_case_is_the_same_item():
    imports.run([document(title="Pension Desks")])

    report = imports.run([document(title="PENSION DESKS")])

    assert (report, Practice.objects.count()) == (Report(revised=1), 1)


def test_item_published_before_a_field_was_added_is_unchanged():
    make_practice()
    Revision.objects.update(document={name: document()[name] for name in documents.SCHEMA["required"]})

    assert imports.run([document()]) == Report(unchanged=1)


def test_withdrawn_practice_stays_withdrawn():
    make_practice(withdrawn=True)

    report = imports.run([document(area="Manila")])

    assert (report, list(Practice.objects.published())) == (Report(revised=1), [])


def test_progress_is_reported_per_item():
    done = []

    imports.run([document(), document(title="Another")], progress=done.append)

    assert done == [1, 2]


# Faults ---------------------------------------------------------------------------

FAULTY = [
    document(title="Sound"),
    document(title="", countries=["XX"]),
    {"title": "Desks", "summary": "Desks help.", "objectives": ["21"], "colour": "blue"},
    "not a practice",
    document(title="SOUND"),
]
FAULTS = [
    ItemFault(2, "", Fault("title", "Give it a title.")),
    ItemFault(2, "", Fault("countries", "“XX” is not one the catalogue knows.")),
    ItemFault(3, "Desks", Fault("colour", "is not a field of a practice document")),
    ItemFault(3, "Desks", Fault("objectives", "each value must be a whole number")),
    ItemFault(4, "", Fault("", "is not an object with the fields of a practice")),
    ItemFault(5, "SOUND", Fault("title", "has the title and source of item 1")),
]


def test_every_fault_is_reported_and_nothing_changes():
    report = imports.run(FAULTY)

    assert report == Report(faults=FAULTS)
    assert (report.faulty_items, revisions()) == (4, [])


def test_sound_items_are_imported_when_the_others_are_skipped():
    report = imports.run(FAULTY, skip_faulty=True)

    assert report == Report(new=1, faults=FAULTS)
    assert revisions() == [("Sound", 1, "Sound", "Imported")]


def test_command_names_every_fault_with_item_and_field(tmp_path):
    complaints = io.StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("import_practices", str(written(tmp_path, FAULTY)), stderr=complaints)

    assert complaints.getvalue().splitlines() == [
        "item 2 (“”): title: Give it a title.",
        "item 2 (“”): countries: “XX” is not one the catalogue knows.",
        "item 3 (“Desks”): colour: is not a field of a practice document",
        "item 3 (“Desks”): objectives: each value must be a whole number",
        "item 4 (“”): is not an object with the fields of a practice",
        "item 5 (“SOUND”): title: has the title and source of item 1",
    ]
    assert str(refusal.value) == (
        "4 of 5 items have faults, so nothing was imported. Mend them, or import the others with --skip-faulty."
    )


def test_command_says_how_many_it_skipped(tmp_path):
    out, _complaints = import_file(written(tmp_path, FAULTY), "--skip-faulty")

    assert out == "5 practices in practices.json: 1 new, 0 revised, 0 unchanged, 4 skipped.\n"


def test_import_that_fails_half_way_leaves_nothing_behind(monkeypatch):
    apply = documents.apply

    def fail_at_the_second(whole, **kwargs):
        if whole["title"] == "Second":
            raise RuntimeError("the disk is full")
        return apply(whole, **kwargs)

    monkeypatch.setattr(documents, "apply", fail_at_the_second)

    with pytest.raises(RuntimeError):
        imports.run([document(title="First"), document(title="Second")])

    assert revisions() == []


# Files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        [document()],
        {"practices": [document()]},
        {"about": "an export", "practices": [document()]},
        b"\xef\xbb\xbf" + json.dumps([document()]).encode(),
    ],
    ids=["list", "object", "object with more", "byte order mark"],
)
def test_file_may_be_a_list_or_an_object(tmp_path, content):
    assert imports.read(written(tmp_path, content)) == [document()]


def test_file_ending_may_be_in_capitals(tmp_path):
    assert imports.read(written(tmp_path, [], "PRACTICES.JSON")) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "line 1, column 1 is not JSON: Expecting value"),
        (b'{"practices": [}', "line 1, column 16 is not JSON: Expecting value"),
        (
            b'[{"title": "Desks",}]',
            "line 1, column 19 is not JSON: Illegal trailing comma before end of object",
        ),
        ('[{"title": "Désks"}]'.encode("latin-1"), "the file is not UTF-8 text"),
        ("[]".encode("utf-16"), "the file is not UTF-8 text"),
        ({"items": []}, "the file must hold a list, or an object with the list “practices”"),
        ({"practices": {}}, "the file must hold a list, or an object with the list “practices”"),
        (b"null", "the file must hold a list, or an object with the list “practices”"),
        (b'"practices"', "the file must hold a list, or an object with the list “practices”"),
    ],
)
def test_file_of_the_wrong_shape_is_refused(tmp_path, content, complaint):
    file = written(tmp_path, content)

    with pytest.raises(CommandError) as refusal:
        import_file(file)

    assert str(refusal.value) == f"{file}: {complaint}."


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b"[" + b"9" * 5_000 + b"]"], ids=["too deep", "too long a number"]
)
def test_file_no_computer_can_hold_is_refused(tmp_path, content):
    with pytest.raises(UnreadableFile, match="the file is not JSON a computer can hold: "):
        imports.read(written(tmp_path, content))


def test_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(UnreadableFile) as refusal:
        imports.read(tmp_path / "missing.json")

    assert str(refusal.value) == "the file cannot be opened: No such file or directory"


def test_folder_is_refused(tmp_path):
    (tmp_path / "practices.json").mkdir()

    with pytest.raises(UnreadableFile) as refusal:
        imports.read(tmp_path / "practices.json")

    assert str(refusal.value) == "the file cannot be opened: Is a directory"


def test_file_of_another_format_is_refused(tmp_path):
    with pytest.raises(UnreadableFile) as refusal:
        imports.read(written(tmp_path, [], "practices.xlsx"))

    assert str(refusal.value) == "the file must be one of: .json"


# Export and import ----------------------------------------------------------------


def test_export_is_imported_unchanged(tmp_path):
    import_file(FIXTURE)
    export = "".join(FORMATS["json"].write(Practice.objects.published()))

    out, _complaints = import_file(written(tmp_path, export.encode(), "export.json"))

    assert out == "42 practices in export.json: 0 new, 0 revised, 42 unchanged.\n"


def test_export_fills_an_empty_catalogue_with_the_same(tmp_path):
    imports.run([FULL, document(title="برنامج العودة", language="ar")])
    export = "".join(FORMATS["json"].write(Practice.objects.order_by("pk")))
    Practice.objects.all().delete()

    import_file(written(tmp_path, export.encode(), "export.json"))

    assert "".join(FORMATS["json"].write(Practice.objects.order_by("pk"))) == export


def test_clock_set_back_does_not_stop_an_import(clock):
    imports.run([document()])
    clock.shift(-timedelta(hours=1))

    assert imports.run([document(area="Manila")]) == Report(revised=1)
