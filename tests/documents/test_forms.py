import json
from datetime import timedelta
from functools import partial

import pytest
from django import forms
from django.core import signing
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import mark_safe
from jsonschema import Draft202012Validator
from pytest_django.asserts import assertHTMLEqual

from practices import documents
from practices.documents import Fault
from practices.documents.form import DocumentForm, checked, document_choices
from practices.documents.sections import bound_sections
from practices.documents.widgets import Checkboxes, GroupedCheckboxes, Radios
from practices.models import Country, PracticeType
from practices.web.submit.forms import (
    AnswerForm,
    StartForm,
    SubmissionForm,
    UpdateForm,
    form_data,
    typed_values,
)
from practices.web.subscribe.forms import SubscriptionForm
from tests.documents.test_documents import PRACTICES
from tests.support.documents import FULL
from tests.support.factories import document, make_practice
from tests.support.pages import read, read_html, sent_by
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db

NOT_AN_ADDRESS = "Enter one web address, such as https://example.org/report."
TOO_OLD = "This page was open for more than a day. Please send the form again."
TOO_QUICK = "The form was sent within seconds, as spam often is. Please check it and send it again."


def document_form(**changes):
    """Build the form as a browser sends it, with the required fields and `changes`."""
    return DocumentForm(_sent(changes))


def submission_form(**changes):
    who = {"name": "Ana Reyes", "email": "ana@example.org", "credit_as": "name"}
    return StartForm(_sent({"stamp": StartForm().initial["stamp"], **who, **changes}))


def document_of(form):
    """Return the document of a form, after asserting that the form is valid."""
    assert form.errors == {}
    return form.document()


def _sent(changes):
    data = QueryDict(mutable=True)
    values = {"title": document()["title"], "summary": document()["summary"], "objective": "21", **changes}
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


# The document: validation ---------------------------------------------------------


def test_form_with_the_required_fields_is_a_complete_document():
    form = document_form()

    assert document_of(form) == document()


def test_form_takes_every_field():
    values = DocumentForm.values_from(FULL)
    form = document_form(
        **values | {"implementers": "City of Manila\nPort of Batumi", "tags": "pensions, ports"}
    )

    assert document_of(form) == FULL


@pytest.mark.parametrize("practice", [*PRACTICES, FULL], ids=lambda practice: practice["title"][:40])
def test_values_of_a_document_make_the_same_document(practice):
    assert checked(practice) == (documents.complete(practice), [])


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("title", 250),
        ("summary", 1_500),
        ("area", 200),
        ("credit", 200),
        *((section, 20_000) for section in documents.LONG_TEXTS),
    ],
)
def test_longest_text_is_accepted(field, longest):
    form = document_form(**{field: "é" * longest})

    assert document_of(form) == document(**{field: "é" * longest})


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("title", 250),
        ("summary", 1_500),
        ("area", 200),
        ("credit", 200),
        *((section, 20_000) for section in documents.LONG_TEXTS),
    ],
)
def test_longer_text_is_refused(field, longest):
    form = document_form(**{field: "x" * (longest + 1)})

    assert form.errors == {
        field: [f"Ensure this value has at most {longest} characters (it has {longest + 1})."]
    }


def test_line_ends_count_as_one_character():
    form = document_form(summary="line\r\n" * 250 + "end")

    assert document_of(form) == document(summary="line\n" * 250 + "end")


@pytest.mark.parametrize("field", ["title", "summary", "objective"])
@pytest.mark.parametrize("value", ["", "   ", "\x00"])
def test_required_field_has_to_be_there(field, value):
    form = document_form(**{field: value})

    assert list(form.errors) == [field]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Pension\t desks \n in  ports ", "Pension desks in ports"),
        ("Pension\x00 desks\x1b", "Pension desks"),
        ("Desks \ud83d in ports", "Desks in ports"),
        ("\u202eDesks\u202c in\u200b ports", "Desks in ports"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("O’Brien & 'Söhne' 移民", "O’Brien & 'Söhne' 移民"),
        ("{{ settings.SECRET_KEY }}", "{{ settings.SECRET_KEY }}"),
    ],
)
def test_title_is_kept_as_a_reader_sees_it(typed, kept):
    assert document_of(document_form(title=typed)) == document(title=kept)


@pytest.mark.parametrize("typed", ["...", "—", "\u200b?!", "•"])
@pytest.mark.parametrize(
    ("field", "advice"),
    [
        ("title", "Please correct it."),
        ("name", "Please correct it."),
        ("organisation", "Please correct it, or leave this empty."),
        ("area", "Please correct it, or leave this empty."),
    ],
)
def test_name_has_letters_or_digits(field, advice, typed):
    form = submission_form(**{field: typed})

    shown = typed.replace("\u200b", "")
    assert form.errors == {field: [f"“{shown}” has no letters or digits. {advice}"]}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://example.org/desks?a=1&b=2#top", "https://example.org/desks?a=1&b=2#top"),
        ("http://example.org", "http://example.org"),
        ("HTTPS://Example.org/Desks", "https://Example.org/Desks"),
        ("example.org/desks", "https://example.org/desks"),
        ("  https://example.org  ", "https://example.org"),
        ("<https://exam\u200bple.org/desks>\ufeff", "https://example.org/desks"),
        ("https://example.org/desks?utm_source=letter", "https://example.org/desks"),
        ("doi:10.1234/desks", "https://doi.org/10.1234/desks"),
        ("https://мігранти.укр/", "https://мігранти.укр/"),
        ("https://example.org/" + "x" * 480, "https://example.org/" + "x" * 480),
        ("", ""),
    ],
)
@pytest.mark.parametrize("field", ["source_url", "evidence_url"])
def test_web_address_is_accepted(field, typed, kept):
    form = document_form(**{field: typed})

    assert document_of(form) == document(**{field: kept})


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JavaScript://example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "ftp://example.org/desks",
        "file:///etc/passwd",
        "mailto:ana@example.org",
        "https://",
        "//example.org",
        "https:///desks",
        "not an address",
        "java\x00script:alert(1)",
        "https://example.org:99999999/",
        "ana@example.org",
    ],
)
@pytest.mark.parametrize("field", ["source_url", "evidence_url"])
def test_web_address_is_refused(field, typed):
    form = document_form(**{field: typed})

    assert form.errors == {field: [NOT_AN_ADDRESS]}


def test_two_web_addresses_are_told_where_to_go():
    form = document_form(source_url="https://example.org/a, https://example.org/b")

    assert form.errors == {
        "source_url": ["Enter one web address here, and the others under “Resources and links”."]
    }


def test_longer_web_address_is_refused():
    form = document_form(source_url="https://example.org/" + "x" * 481)

    assert form.errors == {"source_url": ["Ensure this value has at most 500 characters (it has 501)."]}


# The document: its language ---------------------------------------------------------

FRENCH = "Les travailleurs de retour reçoivent des conseils pour demander leur pension."


def test_language_is_read_from_the_text():
    form = document_form(title="Guichets de retraite", summary=FRENCH)

    assert document_of(form)["language"] == "fr"
    assert form["language"].value() == "fr"
    assert (
        form["language"].help_text
        == "This text looks like français (French). If it is not, choose another language."
    )


def test_language_that_was_chosen_stays():
    form = document_form(title="Guichets de retraite", summary=FRENCH, language="pt")

    assert document_of(form)["language"] == "pt"
    assert form["language"].help_text == "This text looks like français (French). Please check your choice."


def test_language_of_a_text_that_does_not_tell_is_asked_for():
    form = document_form(title="XQ-7", summary="8 × 9")

    assert form.errors == {"language": ["Choose the language of your text. We could not detect it."]}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("FR", "fr"),
        ("French", "fr"),
        ("Français", "fr"),
        ("fr_CA", "fr"),
        ("zh-CN", "zh-hans"),
        ("tl", "fil"),
        ("eo", "eo"),
    ],
)
def test_language_of_a_file_has_a_code_or_name(given, code):
    document_read, faults = checked(document(language=given))

    assert (faults, document_read["language"]) == ([], code)


def test_language_of_a_file_without_one_is_read_or_asked_for():
    read_ones = [
        checked(document(language="", summary=FRENCH, title="Guichets")),
        checked(document(language="", summary="8 × 9", title="XQ-7")),
    ]

    assert [(found and found["language"], faults) for found, faults in read_ones] == [
        ("fr", []),
        (
            None,
            [Fault("language", "Choose the language of your text. We could not detect it.")],
        ),
    ]


def test_language_that_is_not_offered_any_more_stays_with_a_practice():
    form = DocumentForm(initial=DocumentForm.values_from(document(language="eo")))

    options = read_html(str(form["language"])).all("option")
    chosen = [(option["value"], option.text) for option in options if "selected" in option.attributes]
    assert chosen == [("eo", "Esperanto")]
    assert "Esperanto" not in str(DocumentForm()["language"])


# The document: choices and lists --------------------------------------------------


@pytest.mark.parametrize("number", ["0", "24", "-1", "21.0", "²", "२१", "99999999999999999999", "21' OR 1"])
def test_objective_there_is_not_is_refused(number):
    form = document_form(objective=number)

    assert form.errors == {
        "objective": [f"“{number}” is not one of the choices. Please choose from the list."]
    }


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("other_objectives", "24"),
        ("other_objectives", "²"),
        ("implementer_kinds", "unknown"),
        ("principles", "k"),
        ("sdgs", "18"),
        ("sdgs", "99999999999999999999"),
    ],
)
def test_key_there_is_not_is_refused(field, key):
    form = document_form(**{field: [key]})

    assert form.errors == {field: [f"“{key}” is not one of the choices. Please choose from the list."]}


@pytest.mark.parametrize("field", ["type", "evidence_level", "cost_band", "language", "licence"])
def test_choice_there_is_not_is_refused(field):
    form = document_form(**{field: "unknown"})

    assert form.errors == {field: ["“unknown” is not one of the choices. Please choose from the list."]}


def test_objectives_are_offered_by_their_short_names():
    offered = dict(document_choices()["objective"])

    assert offered["21"] == "21. Dignified return and reintegration"


def test_type_is_offered_by_the_name_that_staff_last_gave_it(admin_client):
    project = PracticeType.objects.first()
    named_before = dict(DocumentForm().fields["type"].choices)[project.slug]

    page = reverse("admin:practices_practicetype_change", args=[project.pk])
    form = read(admin_client.get(page)).one("form", id="practicetype_form")
    admin_client.post(page, sent_by(form) | {"name": "Undertaking"})

    named_now = dict(DocumentForm().fields["type"].choices)[project.slug]
    assert (named_before, named_now) == (project.name, "Undertaking")


@pytest.mark.parametrize(
    ("main", "others", "objectives"),
    [
        ("21", [], [21]),
        ("21", ["3", "19"], [21, 3, 19]),
        ("21", ["21"], [21]),
        ("21", ["3", "3", "21"], [21, 3]),
    ],
)
def test_main_objective_comes_first_and_each_once(main, others, objectives):
    form = document_form(objective=main, other_objectives=others)

    assert document_of(form) == document(objectives=objectives)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("City of Manila\r\n\r\n  Port   of Batumi  \r\n", ["City of Manila", "Port of Batumi"]),
        ("UNICEF\nunicef\nUnicef", ["UNICEF"]),
        (
            "• UNICEF\n•\tCaritas\n- City of Manila\n– WHO\n3-K Trust",
            ["UNICEF", "Caritas", "City of Manila", "WHO", "3-K Trust"],
        ),
        ("Ministry of Labour, Health\nWHO", ["Ministry of Labour, Health", "WHO"]),
        ("Ministère du Travail; OIM", ["Ministère du Travail", "OIM"]),
        ("City of Manila; Ports\nWHO", ["City of Manila; Ports", "WHO"]),
        ("City of Manila;Ports;", ["City of Manila", "Ports"]),
        ("City of Manila;\nWHO；\n", ["City of Manila", "WHO"]),
        ("\x00\n \n", []),
        ("x" * 200, ["x" * 200]),
        ("\n".join(str(number) for number in range(30)), [str(number) for number in range(30)]),
    ],
)
def test_implementers_are_one_a_line(typed, kept):
    assert document_of(document_form(implementers=typed)) == document(implementers=kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("diaspora, skills,cities", ["diaspora", "skills", "cities"]),
        ("Skills, skills, SKILLS", ["Skills"]),
        (" , ,", []),
        ("decent  work", ["decent work"]),
        ("pensions; ports\ndesks", ["pensions", "ports", "desks"]),
        ("عمل، هجرة", ["عمل", "هجرة"]),
        ("汇款、侨民，技能", ["汇款", "侨民", "技能"]),
        ("#return, return., Return", ["return"]),
        ("Éducation, E\u0301ducation, éducation", ["Éducation"]),
        ("U.S., C++, 50+", ["U.S.", "C++", "50+"]),
        ("हिन्दी, हनद", ["हिन्दी", "हनद"]),
    ],
)
def test_tags_are_separated_by_commas(typed, kept):
    assert document_of(document_form(tags=typed)) == document(tags=kept)


def test_names_of_concepts_are_offered_as_tags():
    make_concept("remittances", en=["remittances"])

    offered = read_html(str(DocumentForm()["tags"])).one("datalist")

    assert offered.texts("option") == ["remittances"]


def test_tags_of_a_file_contain_no_comma():
    assert checked(document(tags=["a, b", "#c;d", "B"])) == (document(tags=["a", "b", "c", "d"]), [])


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        (
            "implementers",
            "\n".join(map(str, range(31))),
            "Enter no more than 30 entries. You have entered 31.",
        ),
        (
            "implementers",
            "x" * 201,
            f"“{'x' * 30}…” has 201 characters. Please shorten it to 200 or fewer.",
        ),
        ("tags", ",".join(map(str, range(21))), "Enter no more than 20 entries. You have entered 21."),
        ("tags", "y" * 61, f"“{'y' * 30}…” has 61 characters. Please shorten it to 60 or fewer."),
    ],
)
def test_list_that_is_too_long_is_refused(field, typed, fault):
    form = document_form(**{field: typed})

    assert form.errors == {field: [fault]}


def test_list_is_shown_as_it_is_typed():
    form = DocumentForm(initial=DocumentForm.values_from(FULL))

    assert form["implementers"].value() == "City of Manila\nPort of Batumi"
    assert form["tags"].value() == "pensions, ports"


# The document: key figures --------------------------------------------------------


FIGURE = {"number": "61%", "meaning": "in work a year later", "source": "https://example.org/report"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ([*FIGURE.values(), *[""] * 6], [FIGURE]),
        ([*[""] * 3, *FIGURE.values(), " ", "\u200b", ""], [FIGURE]),
        ([" 61% ", "in work  a year\nlater", "https://example.org/report"], [FIGURE]),
        ([*FIGURE.values()] * 2, [FIGURE]),
        (["5 → 1", "trips", ""], [{"number": "5 → 1", "meaning": "trips", "source": ""}]),
        (["5", "trips", "Survey, p. 3"], [{"number": "5", "meaning": "trips", "source": "Survey, p. 3"}]),
        (["x" * 20, "x" * 200, "x" * 500], [{"number": "x" * 20, "meaning": "x" * 200, "source": "x" * 500}]),
        ("61% | in work a year later | https://example.org/report\n\n", [FIGURE]),
        ("5 | trips", [{"number": "5", "meaning": "trips", "source": ""}]),
        ([""] * 9, []),
        ([], []),
    ],
)
def test_figures_are_rows_of_number_meaning_and_source(typed, kept):
    assert document_of(document_form(figures=typed)) == document(figures=kept)


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        (["61%", "", ""], ["Figure 1 does not say what it counts. Please add it, or clear the row."]),
        ([*[""] * 3, "", "in work", ""], ["Figure 2 has no number. Please add it, or clear the row."]),
        (
            ["", "", "Report"],
            [
                "Figure 1 has no number. Please add it, or clear the row.",
                "Figure 1 does not say what it counts. Please add it, or clear the row.",
            ],
        ),
        (
            ["5", "trips", "https://no address"],
            ["Figure 1: the web address of the source is not valid. Please correct it."],
        ),
        (
            ["5", "x" * 201, ""],
            [f"Figure 1: “{'x' * 30}…” has 201 characters. Please shorten it to 200 or fewer."],
        ),
        ([str(number) for number in range(12)], ["Enter no more than 3 entries. You have entered 4."]),
    ],
)
def test_faulty_figures_are_refused(typed, faults):
    form = document_form(figures=typed)

    assert form.errors == {"figures": faults}


def test_figures_are_shown_in_three_rows():
    form = DocumentForm(initial=DocumentForm.values_from(document(figures=[FIGURE])))

    inputs = read_html(str(form["figures"])).all("input")
    assert [(each["name"], each["value"]) for each in inputs] == [
        ("figures", value) for value in [*FIGURE.values(), *[""] * 6]
    ]


def test_faulty_figures_are_shown_as_they_were_typed():
    form = document_form(figures=["61%", "", "", "", "", "Report"])

    inputs = read_html(str(form["figures"])).all("input")
    assert [each["value"] for each in inputs] == ["61%", "", "", "", "", "Report", "", "", ""]


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        (["61%"], "each value must be an object"),
        ([{"number": 61, "meaning": "in work"}], "each value must be a text"),
        ([FIGURE | {"unit": "%"}], "has a part that is not known here"),
        ([{"number": "61%"}], "Figure 1 does not say what it counts. Please add it, or clear the row."),
    ],
)
def test_figures_of_the_wrong_shape_are_refused(figures, message):
    assert checked(document(figures=figures)) == (None, [Fault("figures", message)])


# The document: years and dates ----------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1848", 1848),
        ("2019-05-01", 2019),
        ("2019-05-01 00:00:00", 2019),
        ("1.5.2019", 2019),
        ("5/1/2019", 2019),
        ("1-May-2019", 2019),
        ("May 1, 2019", 2019),
        ("2019年", 2019),
        ("２０１９年５月", 2019),
        ("2019년 5월 1일", 2019),
    ],
)
def test_date_stands_for_its_year(typed, year):
    assert document_of(document_form(start_year=typed)) == document(start_year=year)


@pytest.mark.parametrize(
    "typed",
    [
        "since 2019", "Since May 2019", "from 1 January 2019", "Janvier 2019", "depuis 2019", "à partir de janvier 2019",
        "août 2019", "desde enero de 2019", "منذ 2019", "с мая 2019", "2019 г.", "seit März 2019", "2019年起",
        "2019 – present", "2019 (ongoing)", "c. 2019", "early 2019", "in 2019",
    ],
)  # fmt: skip
def test_start_year_in_words_is_understood(typed):
    assert document_of(document_form(start_year=typed)) == document(start_year=2019)


@pytest.mark.parametrize(
    "typed", ["until 2019", "Décembre 2019", "jusqu’en 2019", "hasta 2019", "end of 2019"]
)
def test_end_year_in_words_is_understood(typed):
    assert document_of(document_form(end_year=typed)) == document(end_year=2019)


@pytest.mark.parametrize(
    "typed", ["current", "Ongoing", "present", "en cours", "Actualidad", "至今", "-", "N/A"]
)
def test_end_year_of_a_practice_that_goes_on_is_none(typed):
    form = document_form(end_year=typed)

    assert (document_of(form), form["end_year"].value()) == (document(), "")


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("start_year", "2019-2021", "Enter one year here. For 2019 to 2021, write 2019."),
        ("end_year", "2019 to 2021", "Enter one year here. For 2019 to 2021, write 2021."),
        ("start_year", "2019-20", "Enter one year here. For 2019 to 2020, write 2019."),
        ("start_year", "until 2019", "Enter a year from 1000 to 2100, such as 2019."),
        ("end_year", "since 2019", "Enter a year from 1000 to 2100, such as 2019."),
        ("start_year", "ongoing", "Enter a year from 1000 to 2100, such as 2019."),
    ],
)
def test_year_that_cannot_be_meant_is_asked_for(field, typed, fault):
    assert document_form(**{field: typed}).errors == {field: [fault]}


@pytest.mark.parametrize(
    ("start", "end"), [("", ""), ("1000", "2100"), ("2016", ""), ("", "2020"), ("2016", "2016")]
)
def test_years_are_accepted(start, end):
    form = document_form(start_year=start, end_year=end)

    assert document_of(form) == document(
        start_year=int(start) if start else None, end_year=int(end) if end else None
    )


@pytest.mark.parametrize(
    ("year", "fault"),
    [
        ("999", "Enter a year from 1000 to 2100, such as 2019."),
        ("2101", "Enter a year from 1000 to 2100, such as 2019."),
        ("99999999999999999999", "Enter a year from 1000 to 2100, such as 2019."),
        ("-5", "Enter a year from 1000 to 2100, such as 2019."),
        ("²", "Enter a year from 1000 to 2100, such as 2019."),
        ("soon", "Enter a year from 1000 to 2100, such as 2019."),
        ("1 2 2019", "Enter a year from 1000 to 2100, such as 2019."),
        ("not yet", "Enter a year from 1000 to 2100, such as 2019."),
        ("before 2019", "Enter a year from 1000 to 2100, such as 2019."),
        ("1-May-19", "Enter a year from 1000 to 2100, such as 2019."),
        ("2016.5", "Enter a year from 1000 to 2100, such as 2019."),
        ("9" * 5_000, "Enter a year from 1000 to 2100, such as 2019."),
    ],
)
@pytest.mark.parametrize("field", ["start_year", "end_year"])
def test_year_out_of_bounds_is_refused(field, year, fault):
    form = document_form(**{field: year})

    assert form.errors == {field: [fault]}


def test_practice_cannot_end_before_it_begins():
    form = document_form(start_year="2020", end_year="2019")

    assert form.errors == {
        "end_year": ["The end year (2019) is before the start year (2020). Please correct one of them."]
    }


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "²"])
def test_date_that_is_none_is_refused(typed):
    form = document_form(submitted_on=typed)

    assert form.errors == {"submitted_on": ["Enter a valid date."]}


# Documents from files -------------------------------------------------------------

UNKNOWN = (
    "We do not know a country called “%s”. Please check the spelling, or enter a city or region under “Area”."
)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"title": ""}, Fault("title", "Enter a title.")),
        ({"title": 7}, Fault("title", "must be a text")),
        ({"objectives": []}, Fault("objectives", "Choose the main objective.")),
        (
            {"objectives": [24]},
            Fault("objectives", "“24” is not one of the choices. Please choose from the list."),
        ),
        (
            {"objectives": [21, 24]},
            Fault("objectives", "“24” is not one of the choices. Please choose from the list."),
        ),
        ({"objectives": 10**20}, Fault("objectives", "must be a list")),
        (
            {"countries": ["\ud800"]},
            Fault("countries", UNKNOWN % "\ud800"),
        ),
        ({"start_year": 10**20}, Fault("start_year", "Enter a year from 1000 to 2100, such as 2019.")),
        ({"start_year": float("inf")}, Fault("start_year", "must be a whole number or null")),
        ({"tags": "ports"}, Fault("tags", "must be a list")),
        ({"source_url": "javascript:alert(1)"}, Fault("source_url", NOT_AN_ADDRESS)),
        ({"submitted_on": "2026-02-30"}, Fault("submitted_on", "Enter a valid date.")),
        (
            {"start_year": 2020, "end_year": 2019},
            Fault(
                "end_year", "The end year (2019) is before the start year (2020). Please correct one of them."
            ),
        ),
        ({"e-mail": "ana@example.org"}, Fault("e-mail", "is not a field of a practice")),
    ],
)
def test_faulty_document_from_a_file_is_refused(changes, fault):
    assert checked(document() | changes) == (None, [fault])


def test_document_from_a_file_may_name_its_countries():
    cleaned, faults = checked(document(countries=["ph", "South Korea", "CIV", "PH"]))

    assert (cleaned and cleaned["countries"], faults) == (["PH", "KR", "CI"], [])


def test_empty_item_and_conjunction_in_the_countries_of_a_file_are_no_countries():
    cleaned, faults = checked(document(countries=["PH", "", "and", "AND"]))

    assert (cleaned and cleaned["countries"], faults) == (["PH", "AD"], [])


def test_every_fault_of_a_document_is_found():
    _document, faults = checked(document(title="", summary="", countries=["XX"]))

    assert [fault.field for fault in faults] == ["title", "summary", "countries"]


def test_document_without_anything_lacks_what_is_required():
    _document, faults = checked({})

    assert faults == [
        Fault("title", "Enter a title."),
        Fault("summary", "Enter a summary of a few sentences."),
        Fault("objectives", "Choose the main objective."),
    ]


def test_document_from_a_file_is_cleaned_like_one_that_was_typed():
    whole, _faults = checked(
        document(title=" Pension\x00  desks ", tags=["Ports, sea", "ports", " "], source_url="example.org")
    )

    assert whole == document(title="Pension desks", tags=["Ports", "sea"], source_url="https://example.org")


def test_accepted_document_is_valid_by_the_published_schema():
    whole, _faults = checked(
        FULL | {"source_url": "HTTP://EXAMPLE.ORG", "evidence_level": "", "language": ""}
    )

    assert list(Draft202012Validator(documents.SCHEMA).iter_errors(whole)) == []
    assert json.loads(json.dumps(whole)) == whole


# The public form: the submitter ---------------------------------------------------


def test_submission_form_makes_document_and_submitter():
    form = submission_form(honorific="Dr.", organisation="Port of Batumi", email="ana@example.org")

    assert document_of(form) == document(credit="Dr. Ana Reyes")
    assert form.submitter() == {
        "honorific": "Dr.",
        "name": "Ana Reyes",
        "organisation": "Port of Batumi",
        "email": "ana@example.org",
    }


@pytest.mark.parametrize(
    ("choice", "credit"),
    [
        ("name", "Ms. Ana Reyes"),
        ("organisation", "Port of Batumi"),
        ("both", "Ms. Ana Reyes, Port of Batumi"),
        ("anonymous", ""),
    ],
)
def test_credit_is_what_the_submitter_chose(choice, credit):
    form = submission_form(honorific="Ms.", organisation="Port of Batumi", credit_as=choice)

    assert document_of(form) == document(credit=credit)


@pytest.mark.parametrize("choice", ["organisation", "both"])
def test_credit_of_no_organisation_is_refused(choice):
    form = submission_form(credit_as=choice)

    assert form.errors == {"organisation": ["Enter your organisation, or choose another way to be shown."]}


def test_credit_is_refused_rather_than_cut():
    form = submission_form(name="A" * 150, organisation="B" * 60, credit_as="both")

    assert form.errors == {
        "credit_as": ["Your name and organisation are too long to show together. Please choose one of them."]
    }


def test_credit_cannot_be_typed_by_a_visitor():
    form = submission_form(credit="The Secretary-General", submitted_on="1999-01-01")

    assert document_of(form) == document(credit="Ana Reyes")


@pytest.mark.parametrize("choice", ["", "everyone"])
def test_credit_has_to_be_chosen(choice):
    form = submission_form(credit_as=choice)

    assert list(form.errors) == ["credit_as"]


@pytest.mark.parametrize("address", ["ana+ports@example.org", "a@b.org", f"{'a' * 64}@example.org"])
def test_address_is_accepted(address):
    form = submission_form(email=address)

    assert form.errors == {}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "ana@example",
        "ana@example.org, ben@example.org",
        "ana@example.org\nBcc: ben@example.org",
        "Ana <ana@example.org>, Ben <ben@example.org>",
        "Ana <ana@example.org",
        "ana\x00@example.org",
        f"{'a' * 65}@example.org",
    ],
)
def test_address_is_refused(address):
    form = submission_form(email=address)

    assert list(form.errors) == ["email"]


@pytest.mark.parametrize("form", [SubmissionForm, StartForm, AnswerForm, UpdateForm])
def test_form_shows_every_field_in_one_section(form):
    form = form()

    shown = [field.name for part in bound_sections(form) for field in part.fields]

    assert sorted(shown) == sorted(set(form.fields) - {"stamp", "website", "version"})


def test_short_form_and_further_sections_hold_every_field_of_a_document():
    shown = {field.name for part in bound_sections(SubmissionForm()) for field in part.fields}

    expected = set(documents.FIELDS) - {"objectives", "credit", "submitted_on"} | {"objective"}
    assert expected - shown == set()


def test_answer_form_leaves_credit_and_contact_alone():
    form = AnswerForm(_sent({"credit": "Somebody else", "name": "Ben", "title": "With years"}))

    assert document_of(form) == document(title="With years")


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Georgia, Philippines", ["GE", "PH"]),
        ("georgia;PHL\r\nGE", ["GE", "PH"]),
        ("Taiwan, Province of China, France", ["TW", "FR"]),
        ("cote d’ivoire, Bolivia, Iran", ["CI", "BO", "IR"]),
        ("South Korea and Holland; U.K.", ["KR", "NL", "GB"]),
        (" , ,", []),
    ],
)
def test_countries_are_typed_by_name_or_code(typed, codes):
    form = submission_form(countries=typed)

    assert document_of(form) == document(countries=codes, credit="Ana Reyes")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("Phillipines", "We do not know a country called “Phillipines”. Did you mean Philippines?"),
        ("Georgia, Qwxz", UNKNOWN % "Qwxz"),
        ("²" * 90, UNKNOWN % ("²" * 60)),
        (
            "Korea",
            (
                "“Korea” may mean more than one country. "
                "Please enter one of these: Republic of Korea; Democratic People's Republic of Korea."
            ),
        ),
        (
            "Congo",
            (
                "“Congo” may mean more than one country. "
                "Please enter one of these: Republic of the Congo; Democratic Republic of the Congo."
            ),
        ),
        ("Africa", "“Africa” is not in our list of countries. Please enter it under “Area”."),
        ("EU", "“EU” is not in our list of countries. Please enter “European Union” under “Area”."),
        ("GE," * 100_000, "Ensure this value has at most 10000 characters (it has 300000)."),
    ],
)
def test_country_that_is_not_known_is_refused_with_the_nearest(typed, fault):
    assert submission_form(countries=typed).errors == {"countries": [fault]}


def test_all_names_that_are_no_countries_are_told_at_once():
    form = submission_form(countries="Wakanda, Kenya, Sahel and Nigera / Atlantis")

    assert form.errors["countries"] == [
        "“Sahel” is not in our list of countries. Please enter it under “Area”.",
        "We do not know a country called “Nigera”. Did you mean Nigeria or Niger?",
        (
            "We do not know countries called “Wakanda”, “Atlantis”. "
            "Please check the spelling, or enter cities and regions under “Area”."
        ),
    ]


def test_long_lists_of_unknown_countries_are_told_in_part():
    form = submission_form(countries=", ".join(f"Qwxz {number}" for number in range(1000)))

    assert form.errors["countries"][1] == "980 more names are not in our list of countries."


def test_countries_are_shown_by_name_and_come_back_the_same():
    codes = list(Country.objects.values_list("code", flat=True))

    shown = str(SubmissionForm(form_data(typed_values(document(countries=codes))))["countries"].value())

    assert document_of(submission_form(countries=shown))["countries"] == codes


def test_document_survives_the_round_trip_through_the_form():
    form = AnswerForm(form_data(typed_values(FULL)))

    assert (form.errors, form.document(FULL)) == ({}, FULL)


def test_incomplete_form_is_the_document_of_what_is_valid():
    form = SubmissionForm(QueryDict("title=Desks&start_year=soon&area=Manila&objective=99"))

    form.errors  # noqa: B018 - checks it
    assert form.document() == documents.complete({"title": "Desks", "area": "Manila", "language": "en"})


def test_document_of_a_file_needs_no_suggestions(django_assert_num_queries):
    choices = document_choices()
    found = checked(FULL, choices=choices)
    make_practice(tags=["ports"])  # a new version of the catalogue

    with django_assert_num_queries(0):
        again = checked(FULL, choices=choices)

    assert again == found


# The public form: people and bots -------------------------------------------------


@pytest.mark.parametrize(
    "form", [submission_form, lambda **data: SubscriptionForm({"address": "a@b.org", **data})]
)
@pytest.mark.parametrize(("website", "trapped"), [("https://spam.example", True), ("", False)])
def test_filled_in_honeypot_traps_the_form(form, website, trapped):
    sent = form(website=website)

    assert (sent.is_valid(), sent.trapped) == (True, trapped)


def test_form_without_the_honeypot_is_not_trapped():
    assert not submission_form().trapped


def test_form_sent_back_too_quickly_is_refused(settings, clock):
    settings.FORM_MINIMUM_SECONDS = 3
    form = submission_form()
    clock.shift(timedelta(seconds=2))

    assert form.errors == {"__all__": [TOO_QUICK]}


def test_form_sent_back_by_a_person_is_accepted(settings, clock):
    settings.FORM_MINIMUM_SECONDS = 3
    form = submission_form()
    clock.shift(timedelta(seconds=4))

    assert form.errors == {}


def test_form_expires_after_a_day(clock):
    form = submission_form()
    clock.shift(timedelta(hours=23, minutes=59))

    assert form.errors == {}


def expired(clock):
    stamp = StartForm().initial["stamp"]
    clock.shift(timedelta(hours=25))
    return stamp


@pytest.mark.parametrize(
    "stamp",
    [
        expired,
        lambda clock: "",
        lambda clock: "forged",
        lambda clock: "a:b:c",
        lambda clock: StartForm().initial["stamp"] + "x",
        lambda clock: signing.dumps("key", salt="another purpose"),
    ],
    ids=["expired", "missing", "forged", "in parts", "altered", "signed for something else"],
)
def test_form_with_a_stamp_that_is_not_good_gets_a_new_one(stamp, clock):
    form = submission_form(stamp=stamp(clock))

    assert form.errors == {"stamp": [TOO_OLD]}
    assert StartForm(form.data).errors == {}


def test_form_without_any_stamp_is_refused():
    data = _sent({"name": "Ana", "email": "ana@example.org", "credit_as": "name"})

    assert StartForm(data).errors == {"stamp": [TOO_OLD]}


def test_form_sent_twice_has_the_same_key():
    stamp = StartForm().initial["stamp"]
    first, second = submission_form(stamp=stamp), submission_form(stamp=stamp)

    assert (first.is_valid(), second.is_valid(), first.form_key) == (True, True, second.form_key)


def test_each_form_has_its_own_key():
    first, second = submission_form(), submission_form()

    assert (first.is_valid(), second.is_valid(), first.form_key == second.form_key) == (True, True, False)


# Subscribing ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["reader@example.org", "  reader@example.org ", f"{'a' * 64}@example.org"]
)
def test_subscription_form_takes_an_address(address):
    form = SubscriptionForm({"address": address})

    assert form.errors == {}
    assert form.cleaned_data["address"] == address.strip()


@pytest.mark.parametrize(
    "address", ["", "reader", "reader@example.org\nBcc: x@example.org", f"{'a' * 65}@example.org"]
)
def test_subscription_form_refuses_invalid_addresses(address):
    form = SubscriptionForm({"address": address})

    assert list(form.errors) == ["address"]


# Widgets --------------------------------------------------------------------------

ODD = [
    ("", "Choose <one>"),
    (1, "1 & only"),
    ('"><b>', mark_safe("<b>bold</b>")),
    ('Group\'s "own"', [("a", "A"), (2000, "2000")]),
]


@pytest.mark.parametrize("value", [None, "1", '"><b>', "2000", "</textarea>"])
@pytest.mark.parametrize("kind", [partial(forms.Select, choices=ODD), forms.TextInput, forms.Textarea])
def test_widget_shows_what_django_shows(kind, value):
    widget = kind(attrs={"id": "odd", "required": True, "disabled": False, "data-odd": '"><b>'})

    ours, theirs = (
        widget.render("odd", value, renderer=renderer) for renderer in (TemplatesSetting(), DjangoTemplates())
    )

    assertHTMLEqual(ours, theirs)


@pytest.mark.parametrize("chosen", [[], ["a"], ['"><b>']])
@pytest.mark.parametrize("widget", [Checkboxes, Radios, GroupedCheckboxes])
def test_checkbox_has_its_value_and_label_as_text(widget, chosen):
    boxes = widget(choices=[(None, ODD[:2]), (None, [ODD[2]]), ODD[3]], attrs={"id": "odd"})

    page = read_html(boxes.render("odd", chosen))

    assert [(box["value"], label.text) for label in page.all("label") for box in label.all("input")] == [
        ("", "Choose <one>"),
        ("1", "1 & only"),
        ('"><b>', "bold"),
        ("a", "A"),
        ("2000", "2000"),
    ]
    assert sent_by(page).get("odd", []) == chosen
