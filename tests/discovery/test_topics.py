import pytest

from practices.core import catalogue_version
from practices.discovery import topics
from practices.models import Concept
from tests.support.factories import make_practice
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def concepts():
    make_concept("ports", en=["harbours"], fr=["ports"])
    make_concept("pension-desks", en=["pension desks"])
    make_concept("desk-ports", en=["desk ports"])
    make_concept("remittances", en=["remittances"])


def test_concept_is_in_use_if_a_practice_has_one_of_its_names():
    make_practice()

    assert topics.in_use() == {"ports", "pension-desks"}


def test_concept_that_staff_have_edited_is_in_use_by_its_new_names():
    make_practice()
    Concept.objects.filter(slug="desk-ports").update(names={"en": ["desks in two ports"]}, is_edited=True)
    catalogue_version.bump(names_changed=True)

    assert topics.in_use() == {"ports", "pension-desks", "desk-ports"}


def test_concept_of_a_withdrawn_practice_is_not_in_use():
    make_practice(withdrawn=True)

    assert topics.in_use() == frozenset()
