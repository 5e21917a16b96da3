"""Translations in exports, the API, OAI-PMH, references, DataCite, backups and imports."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import override
from jsonschema import Draft202012Validator
from lxml import etree

from practices.exchange import backups
from practices.exchange.dois import metadata as datacite
from practices.exchange.exports import FORMATS, SCHEMA
from practices.exchange.exports.records import records
from practices.exchange.freeze import search_index
from practices.models import IndexedPractice, Practice, Translation
from tests.support.factories import (
    NOW,
    empty_catalogue,
    make_practice,
    make_translation,
    reindex,
    withdraw_translation,
)

pytestmark = pytest.mark.django_db

XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"


def make_translated(**changes):
    """Create a practice in English, “Pension desks”, with a French translation."""
    practice = make_practice(title="Pension desks", lessons="Open on Sundays.", **changes)
    make_translation(
        practice, title="Guichets des pensions", summary="Dans deux ports.", lessons="Ouvrir le dimanche."
    )
    return practice


def exported(extension):
    """Return the text of an export of all practices."""
    return "".join(FORMATS[extension].write(Practice.objects.published()))


TRANSLATION = {
    "language": "fr",
    "translator": "Léa Martin",
    "machine": "",
    "of_revision": 1,
    "is_outdated": False,
    "title": "Guichets des pensions",
    "summary": "Dans deux ports.",
    "lessons": "Ouvrir le dimanche.",
}


@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_json_has_the_original_and_its_translations_in_every_language(client, prefix):
    make_translated()

    content = client.get(f"{prefix}/practices/export.json").content

    [practice] = json.loads(content)["practices"]
    assert (practice["title"], practice["language"]) == ("Pension desks", "en")
    assert practice["translations"] == [TRANSLATION]


def test_practice_with_translations_keeps_to_the_schema():
    figures = [{"number": "40", "meaning": "people", "source": ""}]
    practice = make_practice(figures=figures)
    make_translation(practice, figures=[{"number": "40", "meaning": "personnes", "source": ""}])
    [exported_practice] = json.loads(exported("json"))["practices"]

    faults = [fault.message for fault in Draft202012Validator(SCHEMA).iter_errors(exported_practice)]

    assert faults == []


def test_json_leaves_out_a_withdrawn_translation():
    withdraw_translation(make_translation(make_practice()))

    assert json.loads(exported("json"))["practices"][0]["translations"] == []


def test_json_leaves_out_a_text_that_the_original_does_not_state_any_more():
    practice = make_practice(lessons="")
    make_translation(practice, lessons="Ouvrir le dimanche.")

    assert "lessons" not in json.loads(exported("json"))["practices"][0]["translations"][0]


def test_table_has_the_columns_of_the_original():
    make_translated()

    [row] = csv.DictReader(io.StringIO(exported("csv").removeprefix("\ufeff")))

    assert row["title"] == "Pension desks"
    assert "translations" not in row


def test_translations_of_an_export_take_one_query(django_assert_num_queries):
    for _ in range(3):
        make_translated()

    with django_assert_num_queries(3):  # practices, files, translations
        list(records(Practice.objects.published()))


def test_practices_without_translations_cost_no_query_for_them(django_assert_num_queries):
    make_practice()

    with django_assert_num_queries(2):
        list(records(Practice.objects.published()))


# References ---------------------------------------------------------------------------------


def test_reference_of_a_list_is_that_of_the_translation_in_its_language(client):
    make_translated()

    text = client.get("/fr/practices/export.ris").text

    lines = text.split("\r\n")
    assert {"TI  - Guichets des pensions", "OP  - Pension desks", "LA  - fr", "A4  - Léa Martin"} <= {*lines}


def test_reference_of_a_practice_names_the_original_in_the_fields_of_its_format(client):
    practice = make_translated()

    with override("fr"):
        [item] = json.loads(client.get(f"{practice.get_absolute_url()}cite.json").content)

    assert (item["title"], item["original-title"], item["language"]) == (
        "Guichets des pensions",
        "Pension desks",
        "fr",
    )
    assert item["translator"] == [{"literal": "Léa Martin"}]


def test_reference_in_bibtex_names_title_and_language_of_the_original(client):
    practice = make_translated()

    with override("fr"):
        text = client.get(f"{practice.get_absolute_url()}cite.bib").text

    assert "title = {{Guichets des pensions}}" in text
    assert "origtitle = {{Pension desks}}" in text
    assert "origlanguage = {en}" in text


def test_reference_of_the_original_names_no_other_title(client):
    practice = make_translated()

    text = client.get(f"{practice.get_absolute_url()}cite.bib").text

    assert "title = {{Pension desks}}" in text
    assert "orig" not in text


def test_machine_is_no_translator_of_a_reference(client):
    practice = make_practice()
    make_translation(practice, translator="Léa Martin", machine="DeepL")

    with override("fr"):
        [item] = json.loads(client.get(f"{practice.get_absolute_url()}cite.json").content)

    assert "translator" not in item


# API ----------------------------------------------------------------------------------------


def test_api_gives_the_original_with_its_translations(client):
    practice = make_translated()

    answer = client.get(f"/fr/api/v1/practices/{practice.pk}/").json()

    assert (answer["title"], answer["language"]) == ("Pension desks", "en")
    assert answer["translations"] == [TRANSLATION]


@pytest.mark.parametrize(
    ("prefix", "language", "title"),
    [("", "en", "Pension desks"), ("/fr", "fr", "Guichets des pensions"), ("/es", "en", "Pension desks")],
)
def test_list_of_the_api_says_what_to_display_in_the_language_of_its_address(client, prefix, language, title):
    make_translated()

    [practice] = client.get(f"{prefix}/api/v1/practices/").json()["practices"]

    display = practice["display"]
    assert (display["language"], display["direction"], display["title"]) == (language, "ltr", title)


def test_search_of_the_api_finds_a_practice_by_its_translation(client):
    practice = make_translated()

    found = client.get("/api/v1/practices/", {"q": "guichets"}).json()["practices"]

    assert [each["id"] for each in found] == [practice.pk]


# OAI-PMH --------------------------------------------------------------------------------------


def harvested(client, prefix):
    """Return the metadata of the only record."""
    answer = client.get("/oai", {"verb": "ListRecords", "metadataPrefix": prefix})
    [found] = etree.fromstring(answer.content).iter(f"{OAI}metadata")
    return found[0]


@pytest.mark.parametrize(
    ("name", "original", "translated"),
    [("title", "Pension desks", "Guichets des pensions"), ("description", None, "Dans deux ports.")],
)
def test_dublin_core_repeats_title_and_description_in_each_language(client, name, original, translated):
    practice = make_translated()

    found = {
        element.get(XML_LANGUAGE): element.text for element in harvested(client, "oai_dc").iter(DC + name)
    }

    assert found == {"en": original or practice.summary, "fr": translated}


def test_own_format_with_translations_keeps_its_schema(client):
    make_translated()
    schema = etree.XMLSchema(etree.fromstring(client.get("/oai/practice.xsd").content))

    found = harvested(client, "practice")

    schema.assertValid(found)
    assert [each.text for each in found.iter("{*}is_outdated")] == ["false"]


# Other files ----------------------------------------------------------------------------------


def test_datacite_gets_translated_titles_and_summaries():
    make_translated()
    [record] = records(Practice.objects.all())

    sent = datacite.published(record)

    assert {"title": "Guichets des pensions", "titleType": "TranslatedTitle", "lang": "fr"} in sent["titles"]
    assert {
        "description": "Dans deux ports.",
        "descriptionType": "Abstract",
        "lang": "fr",
    } in sent["descriptions"]


def test_search_of_a_frozen_copy_finds_translations_and_shows_the_language_of_the_copy():
    make_translated()
    written = {}

    search_index.write_index(
        records(Practice.objects.all()), write=written.__setitem__, file_of=lambda record: "page.html"
    )

    assert "guichets" in written[f"search/{search_index.part_of('guichets')}.js"]
    assert '"Pension desks"' in written["search/titles-0.js"]


@pytest.mark.parametrize("extension", ["json", "jsonl"])
def test_export_imported_into_an_empty_catalogue_gives_the_same_export(tmp_path, extension):
    path = tmp_path / f"practices.{extension}"
    practice = make_translated()
    make_translation(practice, "es", translator="", machine="DeepL", outdated=True)
    path.write_text(exported(extension))
    Translation.objects.all().delete()
    empty_catalogue()

    call_command("import_practices", path, stdout=io.StringIO())

    assert exported(extension) == path.read_text()
    assert IndexedPractice.objects.get().translations == "es:1 fr:1"


def imported(tmp_path, text):
    """Import a JSON export, and return what the command says."""
    path, out = tmp_path / "practices.json", io.StringIO()
    path.write_text(text)
    call_command("import_practices", path, stdout=out, stderr=out)
    return out.getvalue()


def test_import_adds_a_translation_to_a_practice_that_says_the_same(tmp_path):
    practice = make_translated()
    text = exported("json")
    Translation.objects.all().delete()
    reindex(practice)

    imported(tmp_path, text)

    practice.refresh_from_db()
    assert (practice.translations.get().title, practice.revision_number) == ("Guichets des pensions", 1)


@pytest.mark.parametrize("change", [{"texts": {"title": "Mieux", "summary": "Dit."}}, {"withdrawn_at": NOW}])
def test_import_leaves_a_translation_as_it_is_here(tmp_path, change):
    make_translated()
    text = exported("json")
    Translation.objects.update(**change)
    before = list(Translation.objects.values())

    imported(tmp_path, text)

    assert list(Translation.objects.values()) == before


def test_import_refuses_an_item_whose_translation_has_a_fault(tmp_path):
    make_translated()
    text = exported("json").replace('"Guichets des pensions"', json.dumps("g" * 300))
    empty_catalogue()

    with pytest.raises(CommandError):
        imported(tmp_path, text)

    assert not Practice.objects.exists()


def test_backup_restores_translations_and_their_words(tmp_path):
    make_translated()
    before = list(Translation.objects.values())
    connection.check_constraints()  # PostgreSQL empties no table while checks of this test are still to come
    backups.write(tmp_path / "backup.zip")
    Translation.objects.all().delete()

    backups.restore(tmp_path / "backup.zip", replace=True)

    assert list(Translation.objects.values()) == before
    assert list(IndexedPractice.objects.values_list("translations", flat=True)) == ["fr:1"]
