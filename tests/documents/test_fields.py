"""Contract of a field: every declared field reaches all places that store or show it."""

import csv
import io
import json
import re
import string
from datetime import datetime

import pytest
from django.db.models import CharField
from openpyxl import load_workbook

from practices import documents
from practices.admin.practice import PracticeAdmin
from practices.admin.practice_forms import PracticeAdminForm
from practices.admin.submission.corrections import CorrectionForm
from practices.discovery import PracticeFilter
from practices.documents import FIELDS, diff, kinds
from practices.documents.fields import FIELD_OF_FORM, GROUPS
from practices.documents.sections import bound_sections
from practices.documents.three_way_merge import merge
from practices.exchange import imports
from practices.exchange.exports import COLUMNS, FORMATS, as_csv
from practices.models import Practice, Revision
from practices.web.submit.forms import SubmissionForm, form_data, typed_values
from practices.web.submit.spreadsheet_form import from_answers, template_rows
from tests.support.pages import read, read_html

pytestmark = pytest.mark.django_db


def sample(field, number):
    """Return a value for this kind of field. Numbers 0 and 1 give values with nothing in common."""
    match field:
        case kinds.Keys():
            value = unused_keys(field)[2 * number : 2 * number + 2]
        case kinds.Key():
            value = unused_keys(field)[number]
        case kinds.Choice():
            value = [key for key, _label in field.options if key not in ("", field.empty)][number]
        case kinds.Lines():
            value = [f"{field.name} {word}" for word in (["one", "two"], ["three", "four"])[number]]
        case kinds.Figures():
            value = [
                {"number": f"{place}{number}%", "meaning": f"figure {place}{number} counts", "source": source}
                for place, source in [
                    (7, f"https://figures.example/{number}"),
                    (8, f"Report {number} of 2019"),
                ]
            ]
        case kinds.WebAddress():
            value = f"https://{field.name.replace('_', '-')}.example/{'ab'[number]}"
        case kinds.Year():
            value = 1950 + 2 * list(FIELDS).index(field.name) + number
        case kinds.Day():
            month = 1 + list(FIELDS).index(field.name) % 12
            value = f"{2018 + number}-{month:02}-0{number + 1}"  # an import takes no day long ago
        case kinds.TypedText():
            value = f"{field.name} {['first', 'second'][number]}"
    return value


def unused_keys(field):
    """Return the keys of the taxonomy of a field that are no samples of the fields before it."""
    keys = list(field.model.objects.order_by("pk").values_list(field.model.NATURAL_KEY, flat=True))
    names = list(FIELDS)
    before = [FIELDS[name] for name in names[: names.index(field.name)]]
    return keys[4 * sum(getattr(other, "model", None) is field.model for other in before) :]


@pytest.fixture
def samples():
    """Return two documents with every field filled in and no value in common."""
    return [{name: sample(field, number) for name, field in FIELDS.items()} for number in (0, 1)]


@pytest.fixture
def one(samples):
    return samples[0]


@pytest.fixture
def other(samples):
    return samples[1]


def words(name, document):
    """Return the texts by which a reader sees the value of a field."""
    field = FIELDS[name]
    if isinstance(field, kinds.Figures):
        return [part for figure in document[name] for part in figure.values()]
    return field.texts({name: field.resolve(document[name])})


def without_stops(text):
    """Leave out the full stop after a number, which some places write and others do not: “21. Return”, “21 Return”."""
    return re.sub(r"(\d)\. ", r"\1 ", text)


def said_in(part):
    """Return all text of a part of a page, and the addresses and dates in it."""
    attributes = [each.get(name, "") for each in part.inside() for name in ("href", "datetime")]
    return "\n".join([without_stops(part.text), *attributes])


def shown(document, here, *, but_not):
    """Return the fields whose texts are all in `here` and none in `but_not`, the text of another document's page."""
    return [
        name
        for name in FIELDS
        if all(without_stops(text) in here for text in words(name, document))
        and not any(without_stops(text) in but_not for text in words(name, document))
    ]


def publish(*documents_):
    outcomes = list(imports.run(documents_))
    assert [outcome.result for outcome in outcomes] == ["new"] * len(documents_)
    return list(Practice.objects.order_by("pk"))


def test_samples_differ_in_every_field(one, other):
    assert documents.changed_fields(one, other) == list(FIELDS)


# Declarations ---------------------------------------------------------------------


def test_field_with_neither_section_nor_reason_is_refused():
    with pytest.raises(ValueError, match="colour: give the section"):
        kinds.Line("colour", "Colour")


def test_kind_without_a_schema_or_form_field_is_refused():
    class Colour(kinds.Field):
        pass

    with pytest.raises(TypeError, match=r"form_field.*json_schema"):
        Colour("colour", "Colour", section="basics")


def test_form_field_has_a_help_text():
    fields = FIELD_OF_FORM.values()

    assert [field.name for field in fields if not field.not_asked and not field.help_text] == []


def test_groups_have_no_field_in_common():
    members = [name for group in GROUPS for name in group.names]

    assert len(members) == len(set(members))


@pytest.mark.parametrize("name", FIELDS)
def test_field_has_a_column_or_relation_that_holds_it(name):
    field, column = FIELDS[name], Practice._meta.get_field(name)

    if isinstance(column, CharField) and isinstance(field, kinds.TypedText | kinds.WebAddress):
        assert column.max_length == field.json_schema()["maxLength"]
    assert isinstance(field, kinds.RelationMixin) == bool(column.many_to_many)


def test_schema_describes_every_field():
    assert list(documents.SCHEMA["properties"]) == list(FIELDS)


def test_schema_accepts_every_field(one, other):
    assert (documents.shape_faults(one), documents.shape_faults(other)) == ([], [])


# Storage --------------------------------------------------------------------------


def test_import_and_export_keep_every_field(one, other):
    practices = publish(one, other)

    exported = "".join(FORMATS["json"].write(Practice.objects.order_by("pk")))

    items = json.loads(exported)["practices"]
    assert [{name: each[name] for name in FIELDS} for each in items] == [one, other]
    assert [practice.document for practice in practices] == [one, other]


def test_columns_and_relations_hold_the_values(one, other):
    practices = publish(one, other)

    assert {name: held(name, practices) for name in FIELDS} == {
        name: expected(name, [one, other]) for name in FIELDS
    }


def held(name, practices):
    if isinstance(FIELDS[name], kinds.RelationMixin):
        return [{str(row) for row in getattr(practice, name).all()} for practice in practices]
    return [getattr(practice, name) for practice in practices]


def expected(name, documents_):
    field = FIELDS[name]
    if isinstance(field, kinds.RelationMixin):
        return [set(words(name, each)) for each in documents_]
    return [field.column_value(each[name]) for each in documents_]


def test_csv_and_xlsx_have_a_column_for_every_field(one, other):
    publish(one, other)
    practices = Practice.objects.order_by("pk")

    as_text = "".join(FORMATS["csv"].write(practices)).removeprefix(as_csv.BYTE_ORDER_MARK)
    book = load_workbook(io.BytesIO(b"".join(FORMATS["xlsx"].write(practices))), read_only=True)

    expected = [
        {name: as_csv.cell(document[name], COLUMNS[name].parts) for name in FIELDS}
        for document in (one, other)
    ]
    rows = list(csv.DictReader(io.StringIO(as_text, newline="")))
    assert [{name: row[name] for name in FIELDS} for row in rows] == expected
    heads, *lines = book.active.iter_rows(values_only=True)
    rows = [dict(zip(heads, line, strict=True)) for line in lines]
    assert [{name: in_text(row[name]) for name in FIELDS} for row in rows] == expected


def in_text(value):
    """Return the value of an XLSX cell as a CSV has it."""
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


# Forms ----------------------------------------------------------------------------


def asked():
    return [name for name, field in FIELDS.items() if not field.not_asked]


def submission_form(document):
    return SubmissionForm(
        form_data(typed_values(document, name="Ana", email="ana@example.org", credit_as="name"))
    )


def test_submission_form_takes_every_field_it_asks_for(one, other):
    form = submission_form(one)

    assert form.errors == {}
    taken = form.document(other)
    assert [name for name in FIELDS if taken[name] == one[name]] == asked()


def test_sections_of_the_submission_form_hold_every_field_it_asks_for():
    on_page = {field.name for section in bound_sections(SubmissionForm()) for field in section.fields}

    assert {field.name for name, field in FIELD_OF_FORM.items() if name in on_page} == set(asked())


def test_spreadsheet_template_has_a_row_for_every_form_field():
    rows = {name for name, *_cells in template_rows()}

    assert {field.name for name, field in FIELD_OF_FORM.items() if name in rows} == set(asked())


def test_filled_in_spreadsheet_gives_every_form_field(one, other):
    answers = {
        name: "; ".join(values)
        for name, values in typed_values(one).items()
        if name in SubmissionForm().fields
    }
    answers["figures"] = "\n".join(" | ".join(figure.values()) for figure in one["figures"])

    form = SubmissionForm(form_data(from_answers(answers)))

    form.errors  # noqa: B018 - checks it
    taken = form.document(other)
    assert [name for name in FIELDS if taken[name] == one[name]] == asked()


def test_staff_can_edit_every_field(one, other):
    form = PracticeAdminForm(data=PracticeAdminForm.values_from(one))
    on_page = {name for _title, options in PracticeAdmin.fieldsets for name in options["fields"]}

    assert form.errors == {}
    assert form.document(other) == one
    assert set(FIELD_OF_FORM) <= on_page


def test_moderators_can_correct_every_field_that_an_update_may_change(one):
    form = CorrectionForm(initial=CorrectionForm.values_from(one))

    on_page = {field.name for _section, fields in form.bound_sections() for field in fields}

    updatable = {name for name, field in FIELDS.items() if field.updatable}
    assert {field.name for name, field in FIELD_OF_FORM.items() if name in on_page} == updatable


# Pages ----------------------------------------------------------------------------


def practice_page(client, practice):
    return read(client.get(practice.get_absolute_url())).one("article")


def revision_page(client, practice):
    return read(client.get(f"{practice.get_absolute_url()}revisions/1/")).one("main")


def comparison_table(client, practice):
    return read(client.get(f"/compare/?practice={practice.pk}")).one("tbody")


def feed_entry(client, practice):
    entries = client.get("/practices/feed.json").json()["items"]
    [entry] = [entry for entry in entries if entry["url"].endswith(practice.get_absolute_url())]
    content = entry["content_html"]
    return read_html(f"<h1>{entry['title']}</h1>{content}")


@pytest.mark.parametrize(
    ("place", "absent"),
    [
        (practice_page, []),
        (revision_page, []),
        (feed_entry, []),
        (comparison_table, [name for name, field in FIELDS.items() if field.not_compared]),
    ],
)
def test_every_field_is_shown(client, one, other, place, absent):
    practices = publish(one, other)

    here, there = (said_in(place(client, practice)) for practice in practices)

    assert shown(one, here, but_not=there) == [name for name in FIELDS if name not in absent]
    assert shown(other, there, but_not=here) == [name for name in FIELDS if name not in absent]


def test_differences_name_every_field(one, other):
    differences = diff.between(one, other)

    assert [each.field for each in differences if each.pieces or (each.added and each.removed)] == list(
        FIELDS
    )


@pytest.fixture
def word_of_field():
    """Return a word for each field that people type."""
    typed = [name for name, field in FIELDS.items() if field.is_free_text]
    return {name: 5 * letter for name, letter in zip(typed, string.ascii_lowercase, strict=False)}


def publish_words(one, word_of_field):
    texts: dict = dict(word_of_field)
    for name, word in word_of_field.items():
        match FIELDS[name]:
            case kinds.Lines():
                texts[name] = [word]
            case kinds.Figures():
                texts[name] = [{"number": "7", "meaning": word, "source": ""}]
    return publish(one | texts)


def test_search_finds_every_text_that_people_type(one, word_of_field):
    practices = publish_words(one, word_of_field)

    found = {name: list(PracticeFilter({"q": word}).practices) for name, word in word_of_field.items()}

    assert found == dict.fromkeys(word_of_field, practices)


def test_card_of_a_search_shows_the_text_that_was_found(client, one, word_of_field):
    publish_words(one, word_of_field)

    marked = {
        name: read(client.get("/practices/", {"q": word})).one("article").all("mark") != []
        for name, word in word_of_field.items()
    }

    assert marked == dict.fromkeys(word_of_field, True)


# Updates made from an older revision ----------------------------------------------


def test_untouched_fields_of_an_update_follow_the_newest_revision(one, other):
    merged = merge(Revision(document=one), Revision(document=other), one)

    assert (merged.incoming, merged.conflicts, merged.document) == (list(FIELDS), [], other)


def test_update_changes_every_field_but_those_that_stay_as_published(one, other):
    merged = merge(Revision(document=one), Revision(document=one), other)

    fixed = [name for name, field in FIELDS.items() if not field.updatable]
    assert (merged.incoming, merged.document) == (fixed, other | {name: one[name] for name in fixed})


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.updatable])
def test_field_that_both_changed_is_in_dispute(one, other, name):
    empty = FIELDS[name].empty

    merged = merge(Revision(document=one), Revision(document=other), one | {name: empty})

    assert name in merged.conflicts
