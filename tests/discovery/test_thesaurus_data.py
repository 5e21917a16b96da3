"""The thesaurus that comes with the catalogue: complete, in the right scripts, and with each name in one concept."""

import json
import re
from collections import Counter, defaultdict
from itertools import chain

import pytest
from django.conf import settings

from practices.choices import UN_LANGUAGES
from practices.core import tokenizer

SCRIPTS = {"ar": "\u0600-\u06ff", "ru": "\u0400-\u04ff", "zh": "\u4e00-\u9fff"}
"""Language code → letters that each of its names has. A name may have others beside them, as in “визы H-2A”."""
TOO_COMMON = {
    *{
        "work",
        "migrant",
        "migrants",
        "migration",
        "country",
        "countries",
        "law",
        "laws",
        "programme",
        "programmes",
    },
    *{
        "project",
        "projects",
        "plan",
        "plans",
        "policy",
        "people",
        "home",
        "government",
        "practice",
        "practices",
    },
    *{"travail", "pays", "loi", "projet", "trabajo", "pais", "ley", "proyecto", "migrantes", "migracion"},
    *{
        "работа",
        "мигранты",
        "миграция",
        "страна",
        "закон",
        "移民",
        "工作",
        "国家",
        "العمل",
        "المهاجرون",
        "الهجرة",
    },
}
"""Words that, folded and alone, would make a search find almost every practice."""


@pytest.fixture(scope="module")
def concepts():
    return json.loads((settings.BASE_DIR / "fixtures" / "thesaurus.json").read_text(encoding="utf-8"))


def each_name(concepts):
    """Yield (slug, language code, name) of all names."""
    for concept in concepts:
        for language, names in concept["names"].items():
            for name in names:
                yield concept["slug"], language, name


def test_concepts_are_sorted_and_have_one_slug_each(concepts):
    slugs = [concept["slug"] for concept in concepts]

    assert slugs == sorted(set(slugs))


def test_every_concept_has_names_in_the_six_languages(concepts):
    incomplete = [
        concept["slug"]
        for concept in concepts
        if list(concept["names"]) != ["en", "fr", "es", "ar", "zh", "ru"]
        or not all(concept["names"].values())
    ]

    assert (incomplete, set(concepts[0]["names"])) == ([], set(UN_LANGUAGES))


def test_related_concepts_exist_and_are_related_both_ways(concepts):
    related = {concept["slug"]: concept["related"] for concept in concepts}

    one_way = [
        (slug, other)
        for slug, others in related.items()
        for other in others
        if slug not in related.get(other, [])
    ]

    assert (one_way, [slug for slug, others in related.items() if slug in others]) == ([], [])


def test_concepts_belong_to_objectives_and_every_objective_has_some(concepts):
    assert set(chain.from_iterable(concept["objectives"] for concept in concepts)) == set(range(1, 24))


def test_no_name_means_two_concepts(concepts):
    slugs = defaultdict(set)
    for slug, _language, name in each_name(concepts):
        slugs[tuple(tokenizer.tokens(name))].add(slug)

    assert {name: its for name, its in slugs.items() if len(its) > 1} == {}


def test_no_concept_has_a_name_twice_in_a_language(concepts):
    keys = [(slug, language, tuple(tokenizer.tokens(name))) for slug, language, name in each_name(concepts)]

    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_names_are_in_the_script_of_their_language(concepts):
    foreign = [
        (slug, language, name)
        for slug, language, name in each_name(concepts)
        if (language in SCRIPTS and not re.search(f"[{SCRIPTS[language]}]", name))
        or (language not in SCRIPTS and re.search(f"[{''.join(SCRIPTS.values())}]", name))
    ]

    assert foreign == []


def test_no_name_is_a_word_that_most_practices_have(concepts):
    common = {tokenizer.fold(word) for word in TOO_COMMON}

    assert [name for _slug, _language, name in each_name(concepts) if tokenizer.fold(name) in common] == []


def test_no_name_is_a_single_letter_or_starts_or_ends_with_space(concepts):
    odd = [name for _slug, _language, name in each_name(concepts) if len(name) < 2 or name != name.strip()]

    assert odd == []
