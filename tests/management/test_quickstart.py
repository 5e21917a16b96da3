from io import StringIO

import pytest

from practices.discovery import indexing
from practices.management.commands.quickstart import PRACTICES, Command
from practices.models import FacetEntry, Practice
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


def test_quickstart_fills_an_empty_catalogue():
    Command(stdout=StringIO()).load_practices(PRACTICES)

    assert Practice.objects.count() == 42


def test_quickstart_leaves_the_practices_that_are_there():
    practice = make_practice()

    Command(stdout=StringIO()).load_practices(PRACTICES)

    assert list(Practice.objects.all()) == [practice]


def test_quickstart_indexes_practices_whose_entries_are_of_an_earlier_version(monkeypatch):
    make_practice(objectives=[21, 3])
    monkeypatch.setattr(indexing, "VERSION", indexing.VERSION + 1)
    FacetEntry.objects.filter(key="also:3").delete()

    Command(stdout=StringIO()).renew_index()

    assert FacetEntry.objects.filter(key="also:3").exists()


def test_quickstart_leaves_an_index_that_is_up_to_date():
    make_practice()
    stdout = StringIO()

    Command(stdout=stdout).renew_index()

    assert stdout.getvalue() == ""
