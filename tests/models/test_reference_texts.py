"""Reference data in the language of the reader: shipped texts, texts of staff, and the order of names."""

import json

import pytest
from django.conf import settings
from django.utils.translation import override

from practices.core.collation import sorted_by_name
from practices.models import Country, GuidingPrinciple, Objective, PracticeType, Region
from tests.conftest import REFERENCE

pytestmark = pytest.mark.django_db

FILES = sorted((settings.BASE_DIR / "locale").glob("*/reference.json"))


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Belarus"), ("fr", "Bélarus"), ("es", "Belarús"), ("ar", "بيلاروس"), ("zh-hans", "白俄罗斯")],
)
def test_country_has_the_name_that_the_united_nations_use(language, name):
    country = Country.objects.get(code="BY")

    with override(language):
        assert (country.local.name, str(country), country.name) == (name, name, "Belarus")


def test_text_without_a_translation_is_in_english():
    objective = Objective.objects.get(number=21)

    with override("de"):
        assert objective.local.short_label == objective.short_label


def test_text_of_staff_comes_before_the_one_that_is_shipped():
    practice_type = PracticeType.objects.first()
    practice_type.translations = {"fr": {"name": "Notre mot"}}

    with override("fr"):
        assert str(practice_type) == "Notre mot"


def test_official_title_is_our_translation_until_it_is_verified():
    objective = Objective.objects.get(number=2)
    title = objective.shipped("title", "fr")

    assert objective.is_our_translation("title", "fr")
    objective.translations = {"fr": {"title": title, "is_official": True}}
    assert not objective.is_our_translation("title", "fr")


def test_official_title_that_staff_change_is_our_translation():
    objective = Objective.objects.get(number=1)

    assert not objective.is_our_translation("title", "fr")
    objective.translations = {"fr": {"title": "Autre titre"}}
    assert objective.is_our_translation("title", "fr")


def test_english_titles_are_official():
    assert not any(objective.is_our_translation("title", "en") for objective in Objective.objects.all())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_file_has_all_texts_and_nothing_else(file):
    texts = json.loads(file.read_text(encoding="utf-8"))
    ours = texts.pop("our_translation")

    expected = {}
    for model in REFERENCE:
        for row in model.objects.all():
            kind, key, _column = row._place_of("")
            expected.setdefault(kind, {})[key] = set(row.TRANSLATED)
    found = {kind: {key: set(columns) for key, columns in rows.items()} for kind, rows in texts.items()}
    official = {
        ("objective", "title"),
        ("guiding_principle", "title"),
        ("sustainable_development_goal", "title"),
    }
    assert found == expected
    assert {(kind, column) for kind, _key, column in map(str.split, ours)} <= official


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_no_text_of_a_file_is_empty(file):
    texts = json.loads(file.read_text(encoding="utf-8"))
    texts.pop("our_translation")

    empty = [
        f"{kind} {key} {column}"
        for kind, rows in texts.items()
        for key, columns in rows.items()
        for column, text in columns.items()
        if not text.strip()
    ]

    assert empty == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Egypt", "Ethiopia", "Spain"]),
        ("fr", ["Égypte", "Espagne", "Éthiopie"]),
        ("ru", ["Египет", "Испания", "Эфиопия"]),
        ("zh-hans", ["埃及", "埃塞俄比亚", "西班牙"]),
    ],
)
def test_names_are_in_the_order_of_their_language(language, expected):
    with override(language):
        countries = sorted_by_name(Country.objects.filter(code__in=["EG", "ES", "ET"]))

        assert [str(country) for country in countries] == expected


def test_regions_and_principles_are_translated():
    with override("es"):
        names = [str(Region.objects.get(code="150")), str(GuidingPrinciple.objects.get(letter="f"))]

    assert names == ["Europa", "Derechos humanos"]
