from io import StringIO

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

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


def test_quickstart_indexes_practices_anew_after_an_upgrade():
    make_practice(objectives=[21, 3])
    FacetEntry.objects.filter(key="also:3").delete()

    Command(stdout=StringIO()).rebuild_search(is_upgrade=True)

    assert FacetEntry.objects.filter(key="also:3").exists()


def test_quickstart_sees_whether_a_database_is_that_of_an_older_release():
    is_upgrade = Command().has_migrations_to_run()
    [(app, newest)] = MigrationLoader(connection).graph.leaf_nodes("practices")
    MigrationRecorder.Migration.objects.filter(app=app, name=newest).delete()

    assert (is_upgrade, Command().has_migrations_to_run()) == (False, True)
