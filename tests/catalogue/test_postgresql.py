"""PostgreSQL that is away: nobody waits long for it, and it is back as soon as it is."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.db import OperationalError, connection, connections

from tests.support.tcp_proxy import TcpProxy

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server"),
]
BREAK_SECONDS = 0.5
PATIENCE = {"suspect_after": 0.2, "answer_within": 0.5, "break_seconds": BREAK_SECONDS}


@pytest.fixture
def proxy():
    """Stand between the catalogue and the database."""
    settings = connection.settings_dict
    proxy = TcpProxy(settings["HOST"] or "127.0.0.1", int(settings["PORT"] or 5432))
    yield proxy
    proxy.close()


@pytest.fixture
def connect(proxy):
    """Return a function that makes another connection of the catalogue, as each thread has one."""
    options = connection.settings_dict["OPTIONS"] | PATIENCE
    through = {"HOST": "127.0.0.1", "PORT": proxy.port, "OPTIONS": options}
    made = []

    def connect(**changes):
        keys = connection.settings_dict | through | changes
        made.append(type(connections["default"])(keys, "through the proxy"))
        made[-1].inc_thread_sharing()
        return made[-1]

    yield connect
    proxy.thaw()
    for each in made:
        each.close()


def query(database, sql="SELECT 1"):
    """Send a query as the first one of a request. Returns its value, or None for an error, and the seconds it took."""
    started_at = monotonic()
    try:
        database.close_if_unusable_or_obsolete()
        with database.cursor() as cursor:
            cursor.execute(sql)
            [value] = cursor.fetchone()
    except OperationalError:
        value = None
    return value, monotonic() - started_at


def test_server_that_hangs_is_waited_for_shortly_and_then_not_at_all(proxy, connect):
    first, second = connect(), connect()
    query(first)
    query(second)
    proxy.freeze()

    outcomes = [query(first), query(second), query(connect())]

    assert [value for value, _seconds in outcomes] == [None] * 3
    assert outcomes[0][1] < 2.5
    assert max(seconds for _value, seconds in outcomes[1:]) < 0.2


def test_server_that_hangs_releases_all_who_wait(proxy, connect):
    databases = [connect() for _thread in range(6)]
    for database in databases:
        query(database)
    proxy.freeze()

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(query, databases))

    assert [value for value, _seconds in outcomes] == [None] * 6
    assert max(seconds for _value, seconds in outcomes) < 2.5


def test_server_that_hangs_before_it_greets_is_waited_for_shortly(proxy, connect):
    proxy.freeze()

    value, seconds = query(connect())

    assert (value, seconds < 2) == (None, True)


def test_server_that_is_slow_may_take_its_time(connect):
    value, seconds = query(connect(), "SELECT 1 FROM pg_sleep(0.9)")

    assert (value, seconds > 0.9) == (1, True)


@pytest.mark.parametrize("silent_first", [True, False])
def test_silent_host_of_several_is_passed_over(proxy, connect, silent_first):
    settings = connection.settings_dict
    real, silent = (
        (settings["HOST"] or "127.0.0.1", str(settings["PORT"] or 5432)),
        ("127.0.0.1", str(proxy.port)),
    )
    (first, first_port), (second, second_port) = (silent, real) if silent_first else (real, silent)
    proxy.freeze()
    database = connect(HOST=f"{first},{second}", PORT=f"{first_port},{second_port}")

    value, seconds = query(database)

    assert (value, seconds < 2) == (1, True)


def test_query_to_a_host_that_fell_silent_is_not_waited_for_though_another_answers(proxy, connect):
    settings = connection.settings_dict
    real = settings["HOST"] or "127.0.0.1", str(settings["PORT"] or 5432)
    database = connect(HOST=f"127.0.0.1,{real[0]}", PORT=f"{proxy.port},{real[1]}")
    query(database)
    proxy.freeze()

    outcomes = [query(database)]
    sleep(BREAK_SECONDS)
    outcomes.append(query(database))

    assert [value for value, _seconds in outcomes] == [None, 1]
    assert max(seconds for _value, seconds in outcomes) < 2


def test_several_hosts_of_which_none_answers_are_waited_for_shortly(proxy, connect):
    proxy.freeze()
    database = connect(HOST="127.0.0.1,127.0.0.1", PORT=f"{proxy.port},{proxy.port}")

    value, seconds = query(database)

    assert (value, seconds < 2) == (None, True)


def test_server_that_refuses_is_not_waited_for(proxy, connect):
    proxy.close()

    outcomes = [query(connect()) for _time in range(5)]

    assert [value for value, _seconds in outcomes] == [None] * 5
    assert sum(seconds for _value, seconds in outcomes) < 1


def test_server_that_refuses_is_told_with_its_reason(proxy, connect):
    proxy.close()

    with pytest.raises(OperationalError, match="does not answer: Connection refused"):
        connect().ensure_connection()


def test_server_is_used_again_soon_after_its_return(proxy, connect):
    database = connect()
    query(database)
    proxy.freeze()
    query(database)
    proxy.thaw()
    sleep(BREAK_SECONDS)

    assert [query(database)[0], query(connect())[0]] == [1, 1]


def test_server_that_returns_to_many_lets_one_probe(proxy, connect):
    databases = [connect() for _thread in range(4)]
    for database in databases:
        query(database)
    proxy.freeze()
    query(databases[0])
    sleep(BREAK_SECONDS)

    outcomes = [query(database) for database in databases]

    assert sum(seconds > 0.3 for _value, seconds in outcomes) == 1


def test_connection_that_the_server_ended_fails_nobody(proxy, connect):
    databases = [connect() for _thread in range(4)]
    for database in databases:
        query(database)
    proxy.cut()
    sleep(0.1)

    assert [query(database)[0] for database in databases] == [1] * 4


def test_connection_that_the_server_terminated_fails_nobody(connect):
    database, operator = connect(), connect()
    pid, _seconds = query(database, "SELECT pg_backend_pid()")
    query(operator, f"SELECT pg_terminate_backend({pid})")
    sleep(0.1)

    assert query(database)[0] == 1


def test_idle_connection_is_checked_without_asking_the_server(connect):
    database = connect()
    query(database)
    asked = []
    database.connection.execute = lambda *args, **kwargs: asked.append(args)

    assert (database.is_usable(), asked) == (True, [])


def test_connection_to_a_server_that_became_read_only_is_renewed_after_an_error(connect):
    database = connect()
    query(database, "SELECT 1 FROM set_config('default_transaction_read_only', 'on', false)")
    database.errors_occurred = True
    before = database.connection

    query(database)

    assert database.connection is not before
