"""Public pages are read from a replica of the database, and only where it has all that the primary has."""

from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections, router
from django.test.utils import CaptureQueriesContext

from practices.core import catalogue_version, replica
from practices.core.findings import Severity
from practices.core.health import database
from practices.models import Practice
from tests.support.addresses import CACHEABLE, FORMS, POST_ONLY, open_addresses
from tests.support.factories import make_practice

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no replicas"),
]
SEARCH = "/practices/?q=desks&objective=21"


class Replica:
    """A second connection to the database of the tests, as that to a replica, which can be behind."""

    def __init__(self, made):
        self.connection = made

    def stop_following(self):
        """Keep the present version of the catalogue in a schema that this connection looks into first."""
        table = "practices_catalogueversion"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA behind; CREATE TABLE behind.{table} AS TABLE public.{table}")

    @staticmethod
    def follow():
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS behind CASCADE")

    @contextmanager
    def fails(self, error, *, after=0):
        """Let the replica raise `error` for every statement after so many."""
        with _failing(self.connection, error, after=after):
            yield


@contextmanager
def _failing(database, error, *, after=0):
    asked = []

    def fail(execute, *arguments):
        asked.append(arguments)
        if len(asked) > after:
            raise error
        return execute(*arguments)

    with database.execute_wrapper(fail):
        yield


@pytest.fixture
def second(monkeypatch):
    """Configure a replica as REPLICA_DATABASE_URL does."""
    options = connection.settings_dict["OPTIONS"]
    read_only = (
        f"{options.get('options', '')} -c default_transaction_read_only=on -c search_path=behind,public"
    )
    changes = {"OPTIONS": options | {"options": read_only, "takes_changes": False}}
    database = type(connections["default"])(connection.settings_dict | changes, "made in a test")
    database.ensure_connection()  # which Django allows in tests to databases without an alias
    database.alias = replica.ALIAS
    monkeypatch.setitem(connections.settings, replica.ALIAS, database.settings_dict)
    connections[replica.ALIAS] = database
    monkeypatch.setattr(router, "routers", [replica.Router()])
    monkeypatch.setattr(replica, "comparisons", replica.Comparisons())
    made = Replica(database)
    yield made
    made.follow()
    database.close()
    del connections[replica.ALIAS]


@contextmanager
def primary_away():
    with _failing(connection, OperationalError("the primary is away")):
        yield


def statements(captured):
    return [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]


def test_public_pages_ask_the_primary_for_nothing_but_the_version(second, client):
    paths = open_addresses([name for name in CACHEABLE if name != "oai"]) | {"search": SEARCH}

    found = {name: read_from(client, path, second) for name, path in paths.items()}

    assert {name for name, (of_primary, of_replica) in found.items() if of_primary or not of_replica} == set()


def read_from(client, path, second):
    """Return (statements beside the version that a page sends to the primary, all that it sends to the replica)."""
    with (
        CaptureQueriesContext(connection) as of_primary,
        CaptureQueriesContext(second.connection) as of_replica,
    ):
        client.get(path)
    of_data = [sql for sql in statements(of_primary) if "practices_catalogueversion" not in sql]
    return of_data, statements(of_replica)


def test_page_never_shows_what_was_public_before_the_last_change(second, client):
    make_practice(title="Desk in a port")
    client.get("/practices/")
    second.stop_following()
    make_practice(title="Desk on an island")

    with CaptureQueriesContext(second.connection) as of_replica:
        page = client.get("/practices/").text

    assert "Desk on an island" in page
    assert len(statements(of_replica)) == 1  # for its version


def test_page_is_read_from_the_replica_again_once_it_has_caught_up(second, client):
    second.stop_following()
    make_practice()
    client.get("/practices/")
    second.follow()

    with CaptureQueriesContext(second.connection) as of_replica:
        client.get("/practices/?objective=21")

    assert len(statements(of_replica)) > 1


@pytest.mark.parametrize("after", [0, 1, 3], ids=["away", "away after its version", "away in the middle"])
def test_page_is_read_from_the_primary_where_the_replica_fails(second, client, after):
    make_practice(title="Desk in a port")

    with second.fails(OperationalError("canceling statement due to conflict with recovery"), after=after):
        response = client.get(SEARCH)

    assert (response.status_code, "in a port" in response.text) == (200, True)


def test_statement_that_took_too_long_is_not_repeated_on_the_primary(second, client):
    client.raise_request_exception = False
    make_practice()
    error = OperationalError("canceling statement due to statement timeout")
    error.__cause__ = _Canceled()

    with second.fails(error, after=1), CaptureQueriesContext(connection) as of_primary:
        response = client.get(SEARCH)

    assert response.status_code == 503
    assert [sql for sql in statements(of_primary) if "practices_catalogueversion" not in sql] == []


class _Canceled(Exception):
    sqlstate = replica.QUERY_CANCELED


def test_pages_are_read_while_the_primary_is_away(second, client):
    make_practice(title="Desk in a port")
    before = client.get(SEARCH)

    with primary_away():
        again, other = client.get(SEARCH), client.get("/practices/")
        revalidated = client.get(SEARCH, headers={"If-None-Match": before.headers["ETag"]})

    assert (again.status_code, again.headers["ETag"]) == (200, before.headers["ETag"])
    assert (other.status_code, "Desk in a port" in other.text) == (200, True)
    assert revalidated.status_code == 304


def test_replica_that_had_stopped_following_is_not_read_without_the_primary(second, client, monkeypatch):
    client.raise_request_exception = False
    make_practice()
    client.get("/practices/")
    monkeypatch.setattr(replica, "LONGEST_BEHIND", 0)
    second.stop_following()
    make_practice()
    client.get("/practices/")

    with primary_away():
        response = client.get("/practices/")

    assert response.status_code == 503


def test_replica_that_was_never_compared_is_not_read_without_the_primary(second, client):
    client.raise_request_exception = False
    make_practice()

    with primary_away():
        assert client.get("/practices/").status_code == 503


def test_forms_are_read_from_the_primary(second, client):
    paths = open_addresses([name for name in FORMS if name not in POST_ONLY])

    found = {name: read_from(client, path, second)[1] for name, path in paths.items()}

    assert {name for name, of_replica in found.items() if of_replica} == set()


def test_what_is_written_goes_to_the_primary(second):
    practice = make_practice()

    with replica.reading():
        read = Practice.objects.get(pk=practice.pk)
        read.credit = "Port of Batumi"
        read.save()
        second_reading = Practice.objects.get(pk=practice.pk)

    assert (read._state.db, second_reading.credit) == ("default", "Port of Batumi")
    with pytest.raises(Exception, match="read-only transaction"), second.connection.cursor() as cursor:
        cursor.execute("DELETE FROM practices_practice")


def test_replica_gets_no_tables_of_its_own(second):
    assert not router.allow_migrate(replica.ALIAS, "practices")


def test_connection_that_takes_no_changes_is_kept(second):
    made = second.connection
    made.ensure_connection()
    made.errors_occurred = True

    assert made.is_usable()


def test_doctor_says_how_the_replica_is(second):
    make_practice()
    found = [database.replica().state]
    second.stop_following()
    make_practice()
    found.append(database.replica().state)
    with second.fails(OperationalError("the replica is away")):
        found.append(database.replica().state)

    assert found == [Severity.OK, Severity.WARNING, Severity.WARNING]


def test_version_of_a_page_is_that_of_the_primary_while_it_answers(second):
    make_practice()
    before = catalogue_version.current()
    second.stop_following()
    make_practice()

    with catalogue_version.reading_for_page() as version:
        assert (version != before, version) == (True, catalogue_version.current())
