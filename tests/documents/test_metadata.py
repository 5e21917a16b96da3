"""Metadata of translations for machines."""

import json
import re

import pytest

from practices.documents import citations, metadata, read
from tests.support.factories import NOW, make_practice, make_translation

pytestmark = pytest.mark.django_db


def json_ld(practice, language, *, shown=None, translations=()):
    """Return the JSON-LD of the page of a practice in a language, which shows the translation `shown`."""
    document = practice.document
    citation = citations.citation_of(practice, document, revision=1, revised_at=NOW, translation=shown)
    text = metadata.json_ld(
        citation,
        read(document, shown),
        page=f"https://practices.example.org{'' if language == 'en' else f'/{language}'}/practices/1-desks/",
        published=NOW,
        translations=translations,
    )
    return json.loads(re.sub(r"^<script[^>]*>|</script>$", "", text.strip()))


def test_original_names_the_pages_of_its_translations():
    practice = make_practice(title="Desks")
    translation = make_translation(practice, title="Guichets")

    found = json_ld(practice, "en", translations=[translation])

    assert found["workTranslation"] == [
        {
            "@type": "CreativeWork",
            "@id": f"{metadata.site_address('/fr/practices/1-desks/')}",
            "name": "Guichets",
            "inLanguage": "fr",
        }
    ]


def test_translation_names_the_original_and_who_translated_it(settings):
    settings.SITE_URL = "https://practices.example.org"
    practice = make_practice(title="Desks")
    translation = make_translation(practice, title="Guichets", translator="Léa Martin")

    found = json_ld(practice, "fr", shown=translation)

    assert (found["@id"], found["name"], found["inLanguage"]) == (
        "https://practices.example.org/fr/practices/1-desks/",
        "Guichets",
        "fr",
    )
    assert found["translationOfWork"] == {
        "@type": "CreativeWork",
        "@id": f"https://practices.example.org/p/{practice.pk}",
        "name": "Desks",
        "inLanguage": "en",
    }
    assert found["translator"] == {"@type": "Person", "name": "Léa Martin"}


def test_translation_into_a_language_without_pages_has_no_address():
    practice = make_practice()
    translation = make_translation(practice, "sw")

    assert "workTranslation" not in json_ld(practice, "en", translations=[translation])


def test_practice_without_translation_names_none():
    assert not {"workTranslation", "translationOfWork", "translator"} & json_ld(make_practice(), "en").keys()
