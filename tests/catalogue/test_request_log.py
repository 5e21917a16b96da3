"""One log line per request, and the id by which lines, messages and statements belong together."""

import io
import logging
from wsgiref.util import FileWrapper

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from catalogue import page_cache
from catalogue.page_cache import PageCache
from catalogue.request_log import RequestLog
from practices import workflow
from practices.choices import Kind
from practices.core import trace
from practices.discovery import statistics
from practices.models import Broadcast, Fault, OutboxMessage
from practices.notifications import outbox, sender
from tests.support.addresses import BY_LINK, open_address
from tests.support.factories import make_practice, make_submission, make_subscription

pytestmark = pytest.mark.django_db

FACTS = ("method", "route", "status", "bytes", "cache")


@pytest.fixture(autouse=True)
def open_connection(caplog, monkeypatch):
    """Keep the connection, which holds the test's transaction, and log from INFO on."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(page_cache, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Failure(Exception):
    pass


def failing(environ, start_response):
    try:
        raise Failure("of anna@example.org")
    except Failure:
        logging.getLogger("practices").exception("failed")
    start_response("500 Internal Server Error", [("Content-Length", "3")])
    return [b"why"]


def ask(path, application=None, *, method="GET", **headers):
    """Return (status, headers, content) as a WSGI server receives them, and the request's log line."""
    environ = RequestFactory().generic(method, path, headers=headers).environ
    sent = []
    response = RequestLog(application or WSGIHandler())(environ, lambda *answer: sent.append(answer))
    content = b"".join(response)
    response.close()
    [(status, answered, *_rest)] = sent
    return status, dict(answered), content


def lines(caplog):
    return [record for record in caplog.records if record.name == "catalogue.request_log"]


def facts(record):
    return {name: getattr(record, name) for name in FACTS}


def test_line_tells_route_status_and_size(caplog):
    _status, _headers, content = ask("/about/?utm_source=anna@example.org")

    [line] = lines(caplog)
    assert facts(line) == {
        "method": "GET", "route": "/about/", "status": 200, "bytes": len(content), "cache": "",
    }  # fmt: skip
    assert line.getMessage().startswith("GET /about/ 200, ")
    assert (line.ms > 0, len(line.request_id)) == (True, 16)


@pytest.mark.parametrize("name", BY_LINK)
def test_line_names_a_private_page_without_its_link(caplog, name):
    path = open_address(name)

    ask(path)

    [line] = lines(caplog)
    secrets = [part for part in path.split("/") if len(part) > 20]
    assert ("<" in line.route, [one for one in secrets if one in str(vars(line))]) == (True, [])


@pytest.mark.parametrize(
    ("path", "route"),
    [("/no-such-page/", ""), ("/static/css/site.css", "/static/"), ("/healthz", "/healthz"), ("/", "/")],
)
def test_line_names_what_no_view_answers(caplog, path, route):
    ask(path)

    assert [line.route for line in lines(caplog)] == [route]


def test_line_tells_what_the_page_cache_did(caplog):
    application = PageCache(WSGIHandler())
    path = make_practice().get_absolute_url()

    _status, headers, _content = ask(path, application)
    ask(path, application)
    ask(path, application, **{"If-None-Match": headers["ETag"]})
    ask("/submit/", application)

    route = "/practices/<int:pk>-<practice_slug:slug>/"
    seen = [(line.route.split("-")[0], line.status, line.cache) for line in lines(caplog)]
    start = route.split("-", maxsplit=1)[0]
    assert seen == [
        (start, 200, "miss"), (start, 200, "hit"), (start, 304, "not modified"), ("/submit/", 200, ""),
    ]  # fmt: skip


def test_made_up_method_is_not_logged_as_it_is(caplog):
    ask("/about/", method="A" * 50)

    assert [line.method for line in lines(caplog)] == ["other"]


def test_log_costs_no_query(django_assert_num_queries):
    ask("/about/")
    application = WSGIHandler()
    with django_assert_num_queries(1):
        application(RequestFactory().get("/about/").environ, lambda *answer: None)

    with django_assert_num_queries(1):
        ask("/about/")


def test_file_passes_as_it_is(caplog):
    file = FileWrapper(io.BytesIO(b"text"))

    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "4")])
        return file

    environ = RequestFactory().get("/").environ | {"wsgi.file_wrapper": FileWrapper}
    response = RequestLog(application)(environ, lambda *answer: None)

    assert (response is file, [line.bytes for line in lines(caplog)]) == (True, [4])


# Errors -----------------------------------------------------------------------------


def test_error_names_its_request_to_the_visitor(caplog):
    _status, headers, _content = ask("/about/", failing)
    _status, well, _content = ask("/about/")

    ids = {record.request_id for record in caplog.records[:2]}
    assert (ids, "X-Request-ID" in well) == ({headers["X-Request-ID"]}, False)


def test_errors_of_one_kind_are_counted_with_their_page():
    for _time in range(3):
        _status, headers, _content = ask("/about/", failing)

    fault = Fault.objects.get()
    assert (fault.what, fault.count, fault.route) == ("Failure", 3, "/about/")
    assert (fault.request_id, "anna" in str(vars(fault))) == (headers["X-Request-ID"], False)


def asking_the_database(question):
    """Return an application that logs how the database refuses a question."""

    def refuse(execute, sql, params, many, context):
        return execute("SELECT nothing", (), many, context)

    def application(environ, start_response):
        try:
            with transaction.atomic(), connection.execute_wrapper(refuse):
                question()
        except DatabaseError:
            logging.getLogger("django.request").exception("Internal Server Error")
        start_response("500 Internal Server Error", [])
        return [b""]

    return application


def test_error_of_the_database_is_one_of_whoever_asked():
    for question in (statistics.by_publication_year, lambda: outbox.oldest_due_age(timezone.now())):
        ask("/about/", asking_the_database(question))

    places = Fault.objects.order_by("place").values_list("place", flat=True)
    assert [place.partition(":")[0] for place in places] == [
        "practices/discovery/statistics.py",
        "practices/notifications/outbox/queue.py",
    ]


def test_errors_of_two_pages_that_only_wrappers_saw_are_two_kinds():
    for path in ("/about/", "/contact/", "/contact/"):
        ask(path, asking_the_database(OutboxMessage.objects.count))

    assert sorted(Fault.objects.values_list("route", "count")) == [("/about/", 1), ("/contact/", 2)]


def test_refused_request_is_no_error(caplog, settings):
    settings.DEBUG = False

    ask("/about/", host="evil.example")
    ask("/no-such-page/")

    assert [record.exc_info for record in caplog.records if record.levelno > logging.WARNING] == []
    assert [record for record in caplog.records if record.exc_info] == []
    assert not Fault.objects.exists()


def test_thread_without_a_request_has_no_id():
    ask("/about/")

    assert trace.current().id == ""


# What a request causes ----------------------------------------------------------------


def test_message_is_sent_under_the_id_of_the_request_that_queued_it(caplog, mail_server):
    submission = make_submission()
    OutboxMessage.objects.all().delete()
    request_id = trace.begin()
    workflow.mail_link(submission)
    trace.end()

    sender.send_due()

    sent = [record.request_id for record in caplog.records if record.getMessage() == "message sent"]
    assert sent == [request_id]


def test_news_carries_the_id_of_the_publication():
    make_subscription(21)
    request_id = trace.begin()
    make_practice(announce=True)
    trace.end()

    sender.fan_out_all()

    ids = {*Broadcast.objects.values_list("request_id", flat=True)}
    ids |= {*OutboxMessage.objects.filter(kind=Kind.PRACTICE_PUBLISHED).values_list("request_id", flat=True)}
    assert ids == {request_id}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL has a log of slow statements")
@pytest.mark.parametrize("in_statements", [True, False])
def test_statement_names_its_request(in_statements):
    request_id = trace.begin(in_statements=in_statements)

    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND %s", [True])
        [statement] = cursor.fetchone()

    trace.end()
    assert (request_id in statement) == in_statements
