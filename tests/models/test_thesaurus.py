from django.utils import translation

from practices.models import Concept

REMITTANCES = Concept(
    slug="remittances",
    names={"en": ["remittances", "money transfers"], "fr": ["envois de fonds", "transferts d’argent"]},
)


def test_concept_has_its_preferred_name_in_the_language_of_the_page():
    with translation.override("fr"):
        french = REMITTANCES.name, REMITTANCES.search_text

    assert french == ("envois de fonds", "remittances")


def test_concept_without_a_name_in_the_language_of_the_page_has_its_english_one():
    with translation.override("ru"):
        names = REMITTANCES.language, REMITTANCES.name

    assert names == ("en", "remittances")
