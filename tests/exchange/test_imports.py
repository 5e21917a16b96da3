import io
import json
import tracemalloc
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError

from practices import documents, workflow
from practices.documents import Fault
from practices.exchange import imports
from practices.exchange.exports import FORMATS
from practices.exchange.imports import UnreadableFile, from_json
from practices.models import OutboxMessage, Practice, Revision
from tests.support.documents import FULL
from tests.support.factories import (
    document,
    empty_catalogue,
    make_moderator,
    make_practice,
    make_subscription,
)

pytestmark = pytest.mark.django_db

FIXTURE = settings.BASE_DIR / "fixtures" / "practices.json"


def revisions():
    """Return (practice's title, revision's number, revision's title, note) of all revisions."""
    rows = Revision.objects.order_by("practice_id", "number")
    return list(rows.values_list("practice__title", "number", "document__title", "note"))


def written(folder, content, name="practices.json"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


def import_file(file, *arguments, verbosity=0):
    """Run the command and return its output and its errors."""
    out, complaints = io.StringIO(), io.StringIO()
    call_command(
        "import_practices", str(file), *arguments, stdout=out, stderr=complaints, verbosity=verbosity
    )
    return out.getvalue(), complaints.getvalue()


def results(*items, **options):
    """Import items and return what became of each."""
    return [outcome.result for outcome in imports.run(items, **options)]


def faults(*items):
    """Import items and return (position, title, fault) of each fault."""
    return [
        (outcome.position, outcome.title, fault) for outcome in imports.run(items) for fault in outcome.faults
    ]


# The sample practices -------------------------------------------------------------


def test_practices_of_the_fixture_load():
    said = import_file(FIXTURE)

    items = json.loads(FIXTURE.read_text(encoding="utf-8"))["practices"]
    assert said == ("42 practices in practices.json: 42 new, 0 revised, 0 unchanged, 0 refused.\n", "")
    published = [practice.document for practice in Practice.objects.order_by("pk")]
    assert published == [documents.complete(item) for item in items]


def test_same_file_twice_changes_nothing():
    import_file(FIXTURE)
    before = list(Practice.objects.values()), list(Revision.objects.values())

    said = import_file(FIXTURE)

    assert said == ("42 practices in practices.json: 0 new, 0 revised, 42 unchanged, 0 refused.\n", "")
    assert (list(Practice.objects.values()), list(Revision.objects.values())) == before


def test_import_announces_nothing():
    make_subscription(21, "reader@example.org")
    messages = OutboxMessage.objects.count()

    results(document())

    assert (Practice.objects.count(), OutboxMessage.objects.count()) == (1, messages)


# Known items ----------------------------------------------------------------------

SOURCE = "https://example.org/pensions"


def sourced(**changes):
    return document(**{"source_url": SOURCE, **changes})


def address_of(practice):
    return settings.SITE_URL + practice.get_absolute_url()


def test_item_that_changed_becomes_the_next_revision():
    results(sourced(area="Manila"))

    result = results(sourced(area="Manila and Batumi"))

    title = document()["title"]
    assert (result, revisions()) == (
        ["revised"],
        [(title, 1, title, "Imported"), (title, 2, title, "Imported again")],
    )
    assert Practice.objects.get().area == "Manila and Batumi"


def test_change_by_staff_survives_the_next_import():
    results(sourced(area="Manila"))
    workflow.publish_document(sourced(area="Corrected by staff"), to=Practice.objects.get())

    result = results(sourced(area="Manila"))

    assert (result, Practice.objects.get().area) == (["unchanged"], "Corrected by staff")


def test_title_changed_by_staff_survives_the_next_import():
    results(sourced())
    workflow.publish_document(sourced(title="A better title"), to=Practice.objects.get())

    result = results(sourced())

    assert (result, [practice.title for practice in Practice.objects.all()]) == (
        ["unchanged"],
        ["A better title"],
    )


def test_item_is_known_by_source_and_title():
    results(document(source_url="https://example.org/1", title="Pension desks"))

    result = results(document(source_url="https://example.org/1", title="Language courses"))

    assert (result, Practice.objects.count()) == (["new"], 2)


@pytest.mark.parametrize("countries", [["GE", "PH"], []], ids=["same country", "no country"])
@pytest.mark.parametrize("source", ["https://example.org/earlier", ""], ids=["other source", "no source"])
def test_item_of_a_title_that_is_here_is_refused(source, countries):
    practice = make_practice(title="Pension desks", source_url="https://example.org/now", countries=["PH"])

    [(_position, _title, fault)] = faults(
        document(title="Pension Desks", source_url=source, countries=countries)
    )

    assert fault.field == "title"
    assert address_of(practice) in fault.message
    assert Practice.objects.get() == practice


def test_item_of_the_title_of_a_merged_practice_leads_to_the_one_that_remains():
    merged, other = make_practice(title="Pension desks"), make_practice(title="Desks for pensioners")
    workflow.merge(merged, into=other, by=make_moderator())

    [(_position, _title, fault)] = faults(document(title="Pension desks", area="Manila"))

    assert address_of(other) in fault.message


def test_two_of_one_title_and_country_fill_an_empty_catalogue():
    assert results(document(area="Lisbon"), document(area="Porto")) == ["new", "new"]


def test_title_in_another_case_is_the_same_item():
    results(sourced(title="Pension Desks"))

    result = results(sourced(title="PENSION DESKS"))

    assert (result, Practice.objects.count()) == (["revised"], 1)


def test_title_alone_identifies_no_practice():
    strategy = {"title": "National Strategy on Migration"}
    results(document(**strategy, countries=["KE"]))

    result = results(document(**strategy, countries=["UG"]))

    countries = [practice.document["countries"] for practice in Practice.objects.order_by("pk")]
    assert (result, countries) == (["new"], [["KE"], ["UG"]])


def test_items_of_one_title_in_one_file_are_two_practices():
    assert results(document(countries=["KE"]), document(countries=["UG"]), document(countries=["KE"])) == [
        "new",
        "new",
        "unchanged",
    ]


def test_item_without_a_source_that_says_the_same_is_left_alone():
    results(document(area="Manila"))
    workflow.publish_document(document(area="Corrected by staff"), to=Practice.objects.get())

    result = results(document(area="Manila"))

    assert (result, Practice.objects.count()) == (["unchanged"], 1)


def test_item_with_an_address_of_ours_revises_that_practice():
    practice, other = make_practice(title="Strategy"), make_practice(title="Desks")
    item = document(title="A better title") | {"url": address_of(practice)}

    first, second = results(item), results(item)

    titles = [Practice.objects.get(pk=each.pk).title for each in (practice, other)]
    assert (first, second, titles) == (["revised"], ["unchanged"], ["A better title", "Desks"])


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example.org/practices/1-desks/",
        "{site}/practices/999999-desks/",
        "{site}/practices/99999999999999999999-desks/",
        "{site}/about/",
        "{site}/nowhere",
        "{site}",
        12,
        ["{site}"],
        None,
    ],
)
def test_item_with_an_address_of_no_practice_is_refused(url):
    make_practice()
    url = url.format(site=settings.SITE_URL) if isinstance(url, str) else url

    found = faults(document() | {"url": url})

    refusal = Fault(
        "url",
        "is not the address of a practice in this catalogue. Leave it out for a new practice; the address of a source "
        "belongs into “source_url”",
    )
    assert (found, Practice.objects.count()) == ([(1, document()["title"], refusal)], 1)


def test_source_is_the_same_however_a_reader_came_to_it():
    make_practice(**sourced(source_url="http://www.example.org/desks?utm_source=letter"))

    assert results(sourced(source_url="https://example.org/desks?fbclid=x", area="Manila")) == ["revised"]


def test_practice_that_has_a_source_and_title_now_is_preferred():
    earlier = make_practice(**sourced())
    workflow.publish_document(sourced(title="Another title"), to=earlier)
    present = make_practice(**sourced(area="Manila"))

    [outcome] = imports.run([sourced(area="Batumi")])

    assert (outcome.result, outcome.practice) == ("revised", present)


def test_item_published_before_a_field_was_added_is_unchanged():
    make_practice()
    Revision.objects.update(document={name: document()[name] for name in documents.SCHEMA["required"]})

    assert results(document()) == ["unchanged"]


def test_item_published_by_an_earlier_version_is_unchanged():
    make_practice(**sourced())
    Revision.objects.update(fingerprint=None, source_key=None)

    assert results(sourced(), sourced(area="Manila", title=sourced()["title"].upper()))[0] == "unchanged"


def test_withdrawn_practice_stays_withdrawn():
    make_practice(withdrawn=True, **sourced())

    result = results(sourced(area="Manila"))

    assert (result, list(Practice.objects.published())) == (["revised"], [])


def test_dry_run_changes_nothing():
    results(sourced())

    result = results(sourced(area="Manila"), document(title="New"), dry_run=True)

    assert (result, Revision.objects.count()) == (["revised", "new"], 1)


@pytest.mark.parametrize("item", [document(), sourced()], ids=["without a source", "with a source"])
def test_same_import_at_once_publishes_once(item, at_once):
    outcomes = at_once(4, lambda: results(item, item | {"title": "Second"}))

    new = sum(outcome.count("new") for outcome in outcomes)
    assert (new, Practice.objects.count(), Revision.objects.count()) == (2, 2, 2)


def test_changed_item_imported_at_once_is_revised_once(at_once):
    results(sourced())

    outcomes = at_once(4, lambda: results(sourced(area="Manila")))

    assert (sorted(outcomes), Revision.objects.count()) == (
        [["revised"], ["unchanged"], ["unchanged"], ["unchanged"]],
        2,
    )


# Faults ---------------------------------------------------------------------------

FAULTY = [
    sourced(title="Sound"),
    document(title="", countries=["XX"]),
    {"title": "Desks", "summary": "Desks help.", "objectives": ["21"], "colour": "blue"},
    "not a practice",
    sourced(title="SOUND"),
    document(title="Sound too", countries=["UG"]),
]
SAME = (
    "has the same title and source as item 1. Give each practice a title of its own, or delete one of the two"
)
FAULTS = [
    (2, "", Fault("title", "Enter a title.")),
    (
        2,
        "",
        Fault(
            "countries",
            "We do not know a country called “XX”. "
            "Please check the spelling, or enter a city or region under “Area”.",
        ),
    ),
    (3, "Desks", Fault("objectives", "each value must be a whole number")),
    (4, "", Fault("", "is not an object with the fields of a practice")),
    (5, "SOUND", Fault("title", SAME)),
]


def test_faulty_items_are_refused_and_the_others_imported():
    assert faults(*FAULTY) == FAULTS
    assert revisions() == [("Sound", 1, "Sound", "Imported"), ("Sound too", 1, "Sound too", "Imported")]


def deep_list():
    item = []
    for _level in range(100_000):
        item = [item]
    return item


def test_item_that_is_too_deep_is_refused():
    result = results({**document(), "tags": deep_list()}, document())

    assert result == ["refused", "new"]


HINT = "If they are the same, give its address as “url” and merge the two."


def test_command_says_what_became_of_each_item(tmp_path):
    out, complaints = io.StringIO(), io.StringIO()
    known = make_practice(title="Sound too", countries=["KE"])

    with pytest.raises(CommandError) as refusal:
        call_command(
            "import_practices",
            str(written(tmp_path, FAULTY)),
            stdout=out,
            stderr=complaints,
            no_color=True,
            verbosity=2,
        )

    sound, new = Practice.objects.exclude(pk=known.pk).order_by("pk")
    assert out.getvalue().splitlines() == [
        f"item 1 (“Sound”): new {address_of(sound)}",
        f"item 6 (“Sound too”): new {address_of(new)}",
        "6 practices in practices.json: 2 new, 0 revised, 0 unchanged, 4 refused.",
    ]
    assert complaints.getvalue().splitlines() == [
        "item 2 (“”): title: Enter a title.",
        (
            "item 2 (“”): countries: We do not know a country called “XX”. "
            "Please check the spelling, or enter a city or region under “Area”."
        ),
        "item 3 (“Desks”): objectives: each value must be a whole number.",
        (
            "item 3 (“Desks”): colour: is a column that the catalogue does not have. "
            "It is left out, here and in all other items."
        ),
        "item 4 (“”): is not an object with the fields of a practice.",
        f"item 5 (“SOUND”): title: {SAME}.",
        f"item 6 (“Sound too”): title: is the title of another practice too: {address_of(known)}. {HINT}",
    ]
    assert str(refusal.value) == (
        "Refused because of errors: 4 of 6. "
        "Correct them and import the file again; the others will be skipped."
    )


def test_command_can_only_say_what_it_would_do(tmp_path):
    out, _complaints = import_file(written(tmp_path, [document()]), "--dry-run")

    summary = "1 practice in practices.json: 1 new, 0 revised, 0 unchanged, 0 refused."
    assert out == f"{summary} This was a dry run: nothing was changed.\n"
    assert Practice.objects.count() == 0


def fail_at_the_second(monkeypatch, error):
    create = documents.create

    def fail(new):
        create(new)
        if any(whole["title"] == "Second" for _practice, whole, _at in new):
            raise error

    monkeypatch.setattr(documents, "create", fail)


def test_item_that_the_database_refuses_leaves_nothing_behind(monkeypatch):
    fail_at_the_second(monkeypatch, IntegrityError("a constraint"))

    result = results(document(title="First"), document(title="Second"), document(title="Third"))

    assert result == ["new", "refused", "new"]
    assert [title for title, *_rest in revisions()] == ["First", "Third"]


def test_import_of_all_or_nothing_leaves_nothing_of_a_faulty_file(tmp_path):
    file = written(tmp_path, [document(title="Sound"), document(title="")])

    with pytest.raises(CommandError) as refusal:
        import_file(file, "--all-or-nothing")

    assert str(refusal.value) == "Refused because of errors: 1 of 2. Nothing was imported."
    assert Practice.objects.count() == 0


def test_command_says_where_the_database_failed(monkeypatch, tmp_path):
    fail_at_the_second(monkeypatch, OperationalError("database or disk is full"))
    file = written(tmp_path, [document(title="First"), document(title="Second")])

    with pytest.raises(CommandError) as failure:
        import_file(file)

    assert str(failure.value) == (
        "The database failed after item 0 (database or disk is full). The items before are imported; "
        "import the file again once the database is back."
    )
    assert list(Practice.objects.all()) == []


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
    assert list(imports.read(written(tmp_path, content))) == [document()]


def test_file_ending_may_be_in_capitals(tmp_path):
    assert list(imports.read(written(tmp_path, [], "PRACTICES.JSON"))) == []


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
        ({"items": []}, "the file must contain a list, or an object with the list “practices”"),
        ({"practices": {}}, "the file must contain a list, or an object with the list “practices”"),
        (b"null", "the file must contain a list, or an object with the list “practices”"),
        (b'"practices"', "the file must contain a list, or an object with the list “practices”"),
    ],
)
def test_file_of_the_wrong_shape_is_refused(tmp_path, content, complaint):
    file = written(tmp_path, content)

    with pytest.raises(CommandError) as refusal:
        import_file(file)

    assert str(refusal.value) == f"{file}: {complaint}."


@pytest.mark.parametrize("piece", [1, 2, 7, 64])
@pytest.mark.parametrize(
    "text",
    [
        '[]', ' [ 1 , 23, -4.5e6, true, null, "a\\"b", [1, [2]], {"c": {"d": 3}} ] ',
        '{"practices": [12345, "x"], "more": 1}', '{"a": [1], "b": {"practices": 2}, "practices": [[]]}',
    ],
)  # fmt: skip
def test_file_is_read_alike_in_pieces_of_any_length(tmp_path, monkeypatch, piece, text):
    monkeypatch.setattr(from_json, "PIECE", piece)
    whole = json.loads(text)

    items = list(imports.read(written(tmp_path, text.encode())))

    assert items == (whole["practices"] if isinstance(whole, dict) else whole)


def test_large_file_is_read_in_little_memory(tmp_path):
    file = tmp_path / "practices.json"
    with file.open("w") as output:
        output.write('{"practices": [')
        output.write(",\n".join([json.dumps(document(results="x" * 10_000))] * 3_000))
        output.write("]}")

    tracemalloc.start()
    count = sum(1 for _item in imports.read(file))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (count, file.stat().st_size > 30_000_000, peak < 5_000_000) == (3_000, True, True)


def test_fault_far_into_a_file_is_found_at_its_place(tmp_path):
    lines = ["[", *(json.dumps(document()) + "," for _number in range(1_000)), "  nonsense", "]"]
    file = written(tmp_path, "\n".join(lines).encode())

    with pytest.raises(CommandError) as refusal:
        import_file(file)

    assert str(refusal.value) == f"{file}: line 1002, column 3 is not JSON: Expecting value."
    assert Practice.objects.count() == 0


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b"[" + b"9" * 5_000 + b"]"], ids=["too deep", "too long a number"]
)
def test_file_no_computer_can_hold_is_refused(tmp_path, content):
    with pytest.raises(
        UnreadableFile, match="the file contains JSON that is too large or too deeply nested: "
    ):
        list(imports.read(written(tmp_path, content)))


def test_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(UnreadableFile) as refusal:
        list(imports.read(tmp_path / "missing.json"))

    assert str(refusal.value) == "the file cannot be opened: No such file or directory"


def test_folder_is_refused(tmp_path):
    (tmp_path / "practices.json").mkdir()

    with pytest.raises(UnreadableFile) as refusal:
        list(imports.read(tmp_path / "practices.json"))

    assert str(refusal.value) == "the file cannot be opened: Is a directory"


def test_file_of_another_format_is_refused(tmp_path):
    with pytest.raises(UnreadableFile) as refusal:
        imports.read(written(tmp_path, [], "practices.ods"))

    assert str(refusal.value) == "the file must be one of: .json, .jsonl, .csv, .xlsx, .zip"


# Export and import ----------------------------------------------------------------


def test_export_is_imported_unchanged(tmp_path):
    import_file(FIXTURE)
    export = "".join(FORMATS["json"].write(Practice.objects.published()))

    out, _complaints = import_file(written(tmp_path, export.encode(), "export.json"))

    assert out == "42 practices in export.json: 0 new, 0 revised, 42 unchanged, 0 refused.\n"


def test_export_fills_an_empty_catalogue_with_the_same(tmp_path):
    results(FULL, document(title="برنامج العودة", language="ar"))
    Practice.objects.filter(title=FULL["title"]).update(doi="10.5072/practice.1")
    export = "".join(FORMATS["json"].write(Practice.objects.order_by("pk")))
    empty_catalogue()

    import_file(written(tmp_path, export.encode(), "export.json"))

    assert "".join(FORMATS["json"].write(Practice.objects.order_by("pk"))) == export


def test_clock_set_back_does_not_stop_an_import(clock):
    results(sourced())
    clock.shift(-timedelta(hours=1))

    assert results(sourced(area="Manila")) == ["revised"]


def test_item_whose_evidence_has_no_support_is_imported_with_a_warning(tmp_path):
    unsupported = document(title="Desks", evidence_level="evaluated")

    _out, complaints = import_file(written(tmp_path, [unsupported, document(title="Ports")]))

    assert (Practice.objects.count(), complaints.splitlines()) == (
        2,
        [
            (
                "item 1 (“Desks”): evidence_level: has neither a reason nor a link. "
                "Please add “evidence_reason” or “evidence_url”."
            )
        ],
    )
