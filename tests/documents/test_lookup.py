import pytest

from practices.documents.lookup import offered_tags
from tests.support.factories import make_practice
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


def test_tags_are_offered_that_concepts_and_practices_have_each_once():
    make_concept("remittances", en=["remittances", "money transfers"])
    make_concept("visas", en=["visas"], is_hidden=True)
    make_practice(tags=["ports", "Remittances"])
    make_practice(tags=["secret"], withdrawn=True)

    assert offered_tags(60) == ["ports", "remittances"]


def test_offered_tags_have_no_comma_and_are_not_too_long():
    make_concept("compact", en=["Compact for Safe, Orderly Migration", "Global Compact", "GCM"])

    assert [offered_tags(longest) for longest in (60, 5, 2)] == [["Global Compact"], ["GCM"], []]
