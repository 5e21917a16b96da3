"""Translations of reference data in the admin: texts of staff, and official titles that they verify."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from practices.models import Objective, PracticeType
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(admin_client):
    """Function save(row, **changes) that opens the form of a row, changes fields and sends it."""

    def change(row, **changes):
        path = reverse(f"admin:practices_{row._meta.model_name}_change", args=[row.pk])
        page = read(admin_client.get(path))
        fields = [*page.all("input"), *page.all("textarea")]
        typed = {
            field["name"]: field.text if field.tag == "textarea" else field.get("value", "on")
            for field in fields
            if field.get("name") and (field.get("type") != "checkbox" or "checked" in field.attributes)
        }
        typed.pop("_addanother", None)
        typed.pop("_continue", None)
        answer = admin_client.post(
            path, {name: value for name, value in (typed | changes).items() if value is not None}
        )
        assert answer.status_code == 302, answer.text
        row.refresh_from_db()

    return change


def test_text_of_staff_is_kept_and_others_follow_the_release(save):
    practice_type = PracticeType.objects.first()

    save(practice_type, name_fr="Notre mot")

    assert practice_type.translations == {"fr": {"name": "Notre mot"}}


def test_emptied_text_is_that_of_the_release_again(save):
    practice_type = PracticeType.objects.first()
    save(practice_type, name_fr="Notre mot")

    save(practice_type, name_fr="")

    assert practice_type.translations == {}


def test_verified_title_is_kept_and_no_longer_called_our_translation(save, client):
    objective = Objective.objects.get(number=2)
    title = objective.shipped("title", "fr")
    assert "(traduction du catalogue)" in client.get("/fr/objectives/2/").text

    save(objective, verified_fr="on")

    assert objective.translations == {"fr": {"title": title, "is_official": True}}
    assert "(traduction du catalogue)" not in client.get("/fr/objectives/2/").text


def test_other_title_is_our_translation_until_it_is_verified(save):
    objective = Objective.objects.get(number=1)

    save(objective, title_fr="Autre titre", verified_fr=None)

    assert objective.is_our_translation("title", "fr")
    with override("fr"):
        assert objective.local.title == "Autre titre"
