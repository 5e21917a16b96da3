"""Concepts of the thesaurus in the admin."""

import pytest

from practices.discovery import thesaurus
from practices.models import Concept
from tests.support.pages import read, sent_by
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db

LIST = "/admin/practices/concept/"


@pytest.fixture
def save(admin_client):
    """Function save(concept, **changes) that changes its form, and returns the errors shown."""

    def post(concept, **changes):
        address = f"{LIST}{concept.pk}/change/" if concept else f"{LIST}add/"
        form = sent_by(read(admin_client.get(address)).one("form", id="concept_form"))
        nothing_chosen: dict = {"related": [], "objectives": []}
        response = admin_client.post(address, form | nothing_chosen | changes)
        return read(response).texts("li") if response.status_code == 200 else []

    return post


def test_edited_concept_is_what_search_knows_from_then_on(save):
    concept = make_concept("remittances", en=["remittances"])

    save(concept, names_en="remittances\nmoney transfers", names_zh="汇款")

    assert thesaurus.names("remittances") == {"en": ["remittances", "money transfers"], "zh": ["汇款"]}
    assert Concept.objects.get().is_edited


def test_concept_left_to_updates_again_is_not_marked_as_edited(save):
    concept = make_concept("remittances", en=["remittances"])
    save(concept, names_en="money")

    save(concept, is_edited=[])

    assert not Concept.objects.get().is_edited


def test_concept_added_by_staff_is_theirs(save):
    save(None, slug="visas", names_en="visas")

    assert Concept.objects.values_list("slug", "names", "is_edited").get() == (
        "visas",
        {"en": ["visas"]},
        True,
    )


def test_name_of_another_concept_is_refused(save):
    make_concept("remittances", en=["remittances"])
    concept = make_concept("costs", en=["costs"])

    errors = save(concept, names_en="costs\nRemittance")

    assert "“Remittance” is a name of the concept “remittances”. Choose one of the two." in errors


def test_concepts_are_found_by_any_of_their_names(admin_client):
    make_concept("remittances", en=["remittances"], fr=["transferts d’argent"])
    make_concept("visas", en=["visas"])

    page = read(admin_client.get(LIST, {"q": "argent"}))

    assert page.texts("th", "field-name") == ["remittances"]


def test_concepts_are_not_deleted(admin_client):
    concept = make_concept("remittances", en=["remittances"])

    admin_client.post(f"{LIST}{concept.pk}/delete/", {"post": "yes"})

    assert Concept.objects.exists()
