from io import StringIO

import pytest

from practices.management.commands.quickstart import Command
from practices.models import Practice
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


def test_quickstart_fills_an_empty_catalogue():
    Command(stdout=StringIO()).load_practices()

    assert Practice.objects.count() == 42


def test_quickstart_leaves_the_practices_that_are_there():
    practice = make_practice()

    Command(stdout=StringIO()).load_practices()

    assert list(Practice.objects.all()) == [practice]
