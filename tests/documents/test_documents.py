import json
from datetime import date
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from jsonschema import Draft202012Validator

from practices import documents
from practices.core import catalogue_version
from practices.documents import Fault, kinds
from practices.models import Country, Objective, Practice
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_practice

pytestmark = pytest.mark.django_db

PRACTICES = json.loads((settings.BASE_DIR / "fixtures" / "practices.json").read_text(encoding="utf-8"))[
    "practices"
]


def laid_out(practice):
    """Rebuild the document from the columns and relations of a practice."""
    return {name: stored(field, getattr(practice, name)) for name, field in documents.FIELDS.items()} | {
        "objectives": [placement.objective.number for placement in practice.placements.all()],
        "tags": sorted(practice.tags.names()),
    }


def stored(field, value):
    """Return what a column or relation holds as a document has it."""
    match field:
        case kinds.Tags() | kinds.Objectives():
            return None
        case kinds.Keys():
            return sorted(getattr(row, field.model.NATURAL_KEY) for row in value.all())
        case kinds.Key():
            return getattr(value, field.model.NATURAL_KEY)
        case kinds.Day():
            return value.isoformat()
    return value


# The shape ------------------------------------------------------------------------


def test_full_document_has_every_field():
    assert list(FULL) == list(documents.FIELDS)


def test_schema_is_a_schema():
    assert Draft202012Validator.check_schema(documents.SCHEMA) is None


def test_documents_are_valid_by_the_schema():
    schema = Draft202012Validator(documents.SCHEMA)

    assert [
        error for practice in [*PRACTICES, FULL, document()] for error in schema.iter_errors(practice)
    ] == []


def test_complete_adds_missing_fields():
    whole = documents.complete({"title": "Desks", "objectives": [21]})

    assert whole == document(title="Desks", summary="", language="")
    assert list(whole) == list(documents.FIELDS)


def test_complete_drops_unknown_fields():
    assert documents.complete(document() | {"colour": "blue"}) == document()


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"colour": "blue"}, [Fault("colour", "is not a field of a practice")]),
        ({"title": 5}, [Fault("title", "must be a text")]),
        ({"area": None}, [Fault("area", "must be a text")]),
        ({"start_year": "2016"}, [Fault("start_year", "must be a whole number or null")]),
        ({"start_year": 2016.5}, [Fault("start_year", "must be a whole number or null")]),
        ({"start_year": True}, [Fault("start_year", "must be a whole number or null")]),
        ({"submitted_on": 2026}, [Fault("submitted_on", "must be a text or null")]),
        ({"objectives": 21}, [Fault("objectives", "must be a list")]),
        ({"objectives": "21"}, [Fault("objectives", "must be a list")]),
        ({"objectives": ["21"]}, [Fault("objectives", "each value must be a whole number")]),
        ({"countries": {"PH": True}}, [Fault("countries", "must be a list")]),
        ({"tags": [["ports"]]}, [Fault("tags", "each value must be a text")]),
        (
            {"title": [], "sdgs": None},
            [Fault("title", "must be a text"), Fault("sdgs", "must be a list")],
        ),
    ],
)
def test_shape_faults_name_the_error(changes, faults):
    assert documents.shape_faults(document() | changes) == faults


@pytest.mark.parametrize("item", [None, 5, "a practice", [], True])
def test_shape_fault_of_other_types(item):
    assert documents.shape_faults(item) == [Fault("", "is not an object with the fields of a practice")]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("as it is\tand\nwas", "as it is\tand\nwas"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("NUL\x00 bell\x07 escape\x1b delete\x7f", "NUL bell escape delete"),
        ("C1\x85 \x81", "C1\n "),
        ("half\ud800 a pair\udfff", "half a pair"),
        ("no character\ufffe \uffff \ufdd0", "no character  "),
        ("\u202eoverride\u202c \u2066isolate\u2069 \u202aembedding\u202c", "override isolate embedding"),
        ("line\u2028separator\u2029", "line\nseparator\n"),
        ("zero\u200bwidth\u200d \u2060word\u200c\ufeff \u00adhyphen", "zerowidth word hyphen"),
        ("filler\u3164 \u115f\uffa0", "filler "),
        ("tag\U000e0041\U000e007f selector\ufe0f\U000e0100", "tag selector"),
        ("mark\u200e of\u200f direction\u061c", "mark of direction"),
        ("שפה C++\u200f", "שפה C++\u200f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("عمل\u200c", "عمل"),
        ("क्\u200dष क्\u200c", "क्\u200dष क्\u200c"),
        (
            "👩🏽\u200d💻 🏳\ufe0f\u200d🌈 ❤\ufe0f 1\ufe0f\u20e3",
            "👩🏽\u200d💻 🏳\ufe0f\u200d🌈 ❤\ufe0f 1\ufe0f\u20e3",
        ),
        ("葛\U000e0100 ᠠ\u180b", "葛\U000e0100 ᠠ\u180b"),
        ("😀 é 移 ع", "😀 é 移 ع"),
    ],
)
def test_plain_keeps_visible_text(text, result):
    assert documents.plain(text) == result


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (document(), document(), []),
        (document(), {"title": document()["title"]}, ["summary", "objectives", "language"]),
        (document(), document(tags=["ports"], title="Another"), ["title", "tags"]),
        (document(objectives=[21, 3]), document(objectives=[3, 21]), ["objectives"]),
    ],
)
def test_changed_fields_are_named_in_order(old, new, changed):
    assert documents.changed_fields(old, new) == changed


# A practice from a document -------------------------------------------------------


def test_published_practice_matches_its_document():
    practice = make_practice(**FULL)

    assert practice.document == FULL
    assert laid_out(Practice.objects.get()) == FULL | {
        "countries": ["GE", "PH"],
        "implementer_kinds": ["employer-or-private-sector", "local-or-regional-government"],
        "sdgs": [8, 10],
        "submitted_on": "2026-11-02",
    }


def test_update_removes_values_missing_from_the_document():
    practice = make_practice(**FULL)

    documents.apply(document(), to=practice, at=NOW)

    practice = Practice.objects.get()
    assert [placement.objective.number for placement in practice.placements.all()] == [21]
    assert (practice.type, practice.submitted_on, practice.end_year) == (None, None, None)
    relations = [
        practice.countries,
        practice.implementer_kinds,
        practice.principles,
        practice.sdgs,
        practice.tags,
    ]
    assert [list(relation.all()) for relation in relations] == [[], [], [], [], []]


@pytest.mark.parametrize("numbers", [[21], [22, 3, 21], [3, 22, 21]])
def test_objectives_keep_their_order(numbers):
    practice = make_practice(objectives=numbers)

    placements = practice.placements.values_list("objective__number", "position")
    assert list(placements) == [(number, position) for position, number in enumerate(numbers)]


def test_objectives_can_change_places():
    practice = make_practice(objectives=[21, 3])

    documents.apply(document(objectives=[3, 21]), to=practice, at=NOW)

    assert practice.main_objective == Objective.objects.get(number=3)


def test_keys_the_catalogue_does_not_know_are_left_out():
    practice = make_practice(countries=["XX", "PH"], type="unknown", sdgs=[99, 8], principles=["z"])

    assert [country.code for country in practice.countries.all()] == ["PH"]
    assert (practice.type, [goal.number for goal in practice.sdgs.all()]) == (None, [8])
    assert list(practice.principles.all()) == []


def test_repeated_value_is_related_once():
    practice = make_practice(objectives=[21, 21, 3], countries=["PH", "PH"], sdgs=[8, 8])

    assert [placement.objective.number for placement in practice.placements.all()] == [21, 3]
    assert [country.code for country in practice.countries.all()] == ["PH"]
    assert [goal.number for goal in practice.sdgs.all()] == [8]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ports", "ports"),
        ("Éducation", "éducation"),
        ("return", "#Return."),
        ("self-employment", "Self employment"),
    ],
)
def test_tag_in_another_spelling_is_the_same_tag(one, other):
    first = make_practice(tags=[one])
    second = make_practice(tags=[other])

    assert list(first.tags.all()) == list(second.tags.all())


def test_repeated_new_tag_is_created_once():
    practice = make_practice(tags=["Ports", "ports", "عمل"])

    assert list(practice.tags.names()) == ["Ports", "عمل"]


def test_update_keeps_tags_in_the_order_of_the_document():
    practice = make_practice(tags=["ports", "pensions"])

    documents.apply(document(tags=["desks", "pensions", "ports"]), to=practice, at=NOW)

    assert list(practice.tags.names()) == ["desks", "pensions", "ports"]
    assert practice.tag_slugs == ["desks", "pensions", "ports"]


def test_practice_is_laid_out_in_few_statements(django_assert_num_queries):
    make_practice(**FULL)
    relations = sum(isinstance(field, kinds.RelationMixin) for field in documents.FIELDS.values())
    statements = 1 if connection.vendor == "postgresql" else relations  # SQLite takes one at a time

    with catalogue_version.reading(), django_assert_num_queries(2 + statements):
        documents.apply(FULL, to=None, at=NOW)


# A document for people to read ----------------------------------------------------


@pytest.mark.parametrize(
    "items",
    [
        {"objectives": [21], "countries": ["PH"], "sdgs": [8], "principles": ["a"]},
        {
            "objectives": [21, 3, 5],
            "countries": ["PH", "GE", "KE"],
            "sdgs": [8, 10, 1],
            "principles": ["a", "b"],
        },
    ],
)
def test_reading_costs_one_query_once_the_reference_data_are_known(items, django_assert_num_queries):
    whole = FULL | items
    documents.read(FULL)

    with django_assert_num_queries(1):
        reading = documents.read(whole)
        shown = (
            [fact.text for fact in reading.facts],
            str(reading.main_objective),
            str(reading.type),
            [part.text for part in reading.results_parts],
            [text.text for text in reading.long_texts],
        )

    assert len(shown) == 5


def test_reading_resolves_keys_in_the_order_of_the_document():
    reading = documents.read(FULL)

    assert [str(objective) for objective in reading.objectives] == [
        str(Objective.objects.get(number=number)) for number in (22, 3, 21)
    ]
    assert [country.name for country in reading.countries] == ["Philippines", "Georgia"]
    assert [goal.number for goal in reading.sdgs] == [10, 8]
    assert [principle.letter for principle in reading.principles] == ["a", "j"]
    assert [str(kind) for kind in reading.implementer_kinds] == [
        "Local or regional government",
        "Employer or private sector",
    ]


def test_reading_puts_a_document_into_words():
    reading = documents.read(FULL)

    assert {fact.label: fact.text for fact in reading.facts} == {
        "Where": "Philippines, Georgia, Manila and Batumi",
        "When": "2016–2020",
        "Type": "Service",
        "Evidence": "Evaluated",
        "Implementing organisations": "City of Manila; Port of Batumi",
        "Partners": "Seafarers' union",
        "Cost": "50,000 to 500,000 US dollars",
        "Guiding principles": "People-centred; Whole-of-society approach",
        "SDGs": "10. Reduced inequalities; 8. Decent work and economic growth",
        "Topics": "pensions; ports",
        "Source": "https://example.org/desks",
        "Language": "العربية (Arabic)",
        "Licence": "CC BY 4.0: anyone may reuse it if they name the source",
    }
    assert {fact.label: fact.note for fact in reading.facts if fact.note} == {
        "Implementing organisations": "Local or regional government, Employer or private sector",
        "Evidence": "The results were evaluated; the organisations took part in the evaluation.",
    }
    assert (reading.title, reading.main_objective, reading.direction, reading.submitted_on) == (
        "Pension desks in two ports",
        Objective.objects.get(number=22),
        "rtl",
        date(2026, 11, 2),
    )


def test_reading_of_a_short_document_says_nothing_it_does_not_know():
    reading = documents.read(document())

    assert {fact.label: fact.text for fact in reading.facts} == {
        "Language": "English",
    }
    assert (reading.type, reading.submitted_on, reading.long_texts, reading.results_parts) == (
        None,
        None,
        [],
        [],
    )
    assert reading.direction == "ltr"


def test_reading_of_an_empty_draft_is_possible():
    reading = documents.read({})

    assert (reading.title, reading.objectives, reading.main_objective) == ("", [], None)


def test_reading_shows_the_long_texts_that_are_there():
    reading = documents.read(document(results="4,000 claims.", context="Pensions were lost."))

    assert [(text.name, text.label, text.text) for text in reading.long_texts] == [
        ("results", "Results", "4,000 claims."),
        ("context", "Context and aim", "Pensions were lost."),
    ]


@pytest.mark.parametrize(
    ("changes", "outline"),
    [
        ({}, []),
        ({"evidence_level": "evaluated"}, []),
        ({"evidence_level": "evaluated", "evidence_reason": "A survey."}, ["Evidence"]),
        ({"figures": FULL["figures"]}, ["Results"]),
        ({"context": "Why.", "results": "Much."}, ["Results", "Context and aim"]),
    ],
)
def test_outline_has_results_first_and_only_what_is_stated(changes, outline):
    reading = documents.read(document(**changes))

    assert [heading for _name, heading in reading.outline] == outline


def test_results_begin_with_the_figures_and_end_with_the_evidence():
    reading = documents.read(FULL)

    assert [part.name for part in reading.results_parts] == ["figures", "results", "evidence"]


@pytest.mark.parametrize(
    ("changes", "folded"),
    [
        ({"licence": "CC-BY-4.0"}, []),
        (
            {"licence": "CC-BY-4.0", "sdgs": [8], "principles": ["a"]},
            ["principles", "sdgs", "language", "licence"],
        ),
    ],
)
def test_minor_facts_are_folded_away_where_there_are_several(changes, folded):
    reading = documents.read(document(**changes))

    assert [fact.name for fact in reading.more_facts] == folded
    assert not {fact.name for fact in reading.key_facts} & set(folded)


def test_facts_that_need_the_whole_width_come_last():
    countries = list(Country.objects.values_list("code", flat=True)[:60])
    reading = documents.read(document(countries=countries, type="service", start_year=2019))

    assert [(fact.name, fact.is_wide) for fact in reading.key_facts] == [
        ("years", False),
        ("type", False),
        ("language", False),
        ("place", True),
    ]


def test_kinds_of_organisation_stand_alone_where_no_organisation_is_named():
    reading = documents.read(document(implementer_kinds=["local-or-regional-government"]))

    fact = next(fact for fact in reading.facts if fact.name == "organisations")
    assert (fact.label, fact.text, fact.note) == (
        "Implementing organisation",
        "Local or regional government",
        "",
    )


@pytest.mark.parametrize(
    ("codes", "brief", "regions"),
    [
        (["MD"], "Republic of Moldova", ["Eastern Europe"]),
        (["PH", "GE"], "Philippines, Georgia", ["South-eastern Asia", "Western Asia"]),
        (["PH", "GE", "FR", "KE"], "Philippines, Georgia, France and 1 more", []),
    ],
)
def test_countries_are_told_in_brief(codes, brief, regions):
    reading = documents.read(document(countries=codes))

    assert (reading.countries_in_brief, [str(region) for region in reading.subregions]) == (brief, regions)


def test_reading_links_tags_and_names_the_source():
    make_practice(tags=["decent work", "عمل"])
    reading = documents.read(
        document(tags=["Decent work", "عمل", "new"], source_url="https://www.example.org/desks?x=1")
    )

    facts = {fact.name: fact for fact in reading.facts}
    assert [(item.text, item.url) for item in facts["tags"].items] == [
        ("Decent work", "/practices/?tag=decent-work"),
        ("عمل", "/practices/?" + urlencode({"tag": "عمل"})),
        ("new", ""),
    ]
    assert [(item.text, item.host) for item in facts["source_url"].items] == [("example.org", "example.org")]


def test_reading_has_no_other_names():
    reading = documents.read(document())

    with pytest.raises(AttributeError, match="colour"):
        reading.colour  # noqa: B018
