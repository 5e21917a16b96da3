"""Words that are offered in place of those that no practice has: real ones, as people write them."""

import pytest

from practices.discovery.search.spelling import similar_words
from practices.models import IndexedWord
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "says", "typed", "offered"),
    [
        ("en", "Valletta", "valetta", ["valletta"]),
        ("ru", "Международный день", "междунородный", ["международный"]),
        ("fr", "Réintégration", "reintegracion", ["réintégration"]),
        ("en", "Pre-departure", "predeparure", ["pre-departure"]),
        ("en", "Government of governments", "goverment", ["government"]),
        ("en", "Nigeria", "niger", []),
        ("en", "Austria", "australia", []),
        ("en", "H2AB", "H2AC", []),
        ("en", "Plan", "plaice", []),
    ],
)
def test_similar_words_are_offered_as_they_are_written(language, says, typed, offered):
    make_practice(title=says, summary="Here.", language=language)

    assert similar_words(typed) == offered


def test_first_spelling_of_a_word_is_kept():
    make_practice(title="Saadé", summary="Here.")
    make_practice(title="Saade", summary="Here.")

    assert IndexedWord.objects.get(word="saade").written == "saadé"
