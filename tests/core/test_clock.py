"""The clock of the database: what is stored or compared goes by it, whatever the clocks of the machines say."""

import ast
import time
from datetime import timedelta
from pathlib import Path

import pytest

from practices import clock as database_time
from practices.choices import Kind
from practices.core.http.public_forms import Stamp, _younger_than
from practices.notifications import outbox
from tests.support.factories import make_message

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
MOMENT = timedelta(minutes=1)
WRONG = pytest.mark.parametrize(
    "error", [timedelta(days=1), -timedelta(hours=1)], ids=["a day ahead", "an hour behind"]
)
OF_THIS_MACHINE = {
    "practices/core/catalogue_version.py": "the year, for what has ended",
    "practices/discovery/facets.py": "the year, for what has ended",
    "practices/exchange/backups/archive.py": "the age of what a killed run left in a folder",
    "practices/core/health/database.py": "how far it is from that of the database",
    "practices/notifications/subscriptions/estimate.py": "the day up to which news is counted",
    "practices/templatetags/ages.py": "an age in words",
    "practices/web/site/security_txt.py": "the end of security.txt",
    "practices/web/practice/still_true.py": "the year offered in a form",
    "practices/web/subscribe/descriptions.py": "the offset of a time zone",
    "practices/web/subscribe/forms.py": "the offset of a time zone",
}
"""Module → what it shows by the clock of the machine, without storing or comparing it."""


@pytest.fixture
def true_time(database_clock):
    """Return the present instant by the database's clock."""
    return database_time.now()


@WRONG
def test_instant_is_that_of_the_database(error, true_time, clock):
    clock.shift(error)

    assert timedelta(0) <= database_time.now() - true_time < MOMENT


def test_clock_is_read_again_when_its_reading_is_old(true_time, settings, django_assert_num_queries):
    settings.CLOCK_MAX_AGE_SECONDS = 60
    with django_assert_num_queries(0):
        database_time.now()

    settings.CLOCK_MAX_AGE_SECONDS = -1

    with django_assert_num_queries(1):
        database_time.now()


@WRONG
def test_message_queued_on_a_machine_with_a_wrong_clock_is_due_at_once(error, true_time, clock):
    clock.shift(error)
    message = outbox.enqueue(Kind.SUBMISSION_LINK, address="ana@example.org", language="en")

    message.refresh_from_db()
    instants = (message.created_at, message.due_at, message.give_up_at - timedelta(hours=72))
    assert [abs(instant - true_time) < MOMENT for instant in instants] == [True, True, True]


@WRONG
def test_wrong_clock_claims_nothing_too_early_and_nothing_twice(error, true_time, clock):
    due = make_message(due_at=true_time - MOMENT)
    make_message(due_at=true_time + timedelta(hours=2))
    first = outbox.claim(10)
    clock.shift(error)

    second = outbox.claim(10)

    assert (first, second) == ([due], [])


@WRONG
def test_form_of_a_machine_with_a_wrong_clock_is_as_old_as_it_is(error, database_clock, clock):
    clock.shift(error)
    stamp = Stamp().initial["stamp"]
    clock.shift(-error)

    ages = [_younger_than(stamp, 60)]
    time.sleep(0.4)
    ages.append(_younger_than(stamp, 0.3))

    assert ages == [True, False]


def test_modules_read_the_clock_of_the_machine_only_to_show_it():
    """Everything else reads practices.clock."""
    machine = {"timezone.now", "datetime.now", "datetime.utcnow", "date.today", "time.time"}
    modules = [path for path in (ROOT / "practices").rglob("*.py") if path.parent.name != "migrations"]

    found = {
        str(path.relative_to(ROOT))
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in machine
    }

    assert found == set(OF_THIS_MACHINE)
