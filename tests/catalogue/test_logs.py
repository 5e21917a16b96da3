"""Logs: no private link and no address in any line, whatever goes wrong."""

import copy
import io
import json
import logging
import re
import time
from datetime import timedelta
from logging.config import DictConfigurator

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpResponse
from django.urls import get_resolver
from django.utils.log import log_response

from catalogue.logs import redact
from practices.core import rate_limits
from practices.models import Submission
from tests.support.addresses import BY_LINK, open_address
from tests.support.factories import make_submission

TOKEN = "dE5-xYz_0123456789abcdefGHIJKLmn"
SIGNED = f"IjQyIg:1vPq3k:{TOKEN}abcdefghijk"


@pytest.fixture(autouse=True)
def info_level(caplog):
    """Log from INFO on, whatever LOG_LEVEL says."""
    caplog.set_level(logging.INFO)


@pytest.fixture(params=["line", "json"])
def log(request):
    """Return a stream of what the configured formatter writes of every record."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    config = copy.deepcopy(django_settings.LOGGING)  # configuring takes it apart
    handler.setFormatter(DictConfigurator(config).configure_formatter(config["formatters"][request.param]))
    loggers = [logging.getLogger(), logging.getLogger("django.server")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


# The function -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"Not Found: /submissions/{TOKEN}/edit/", "Not Found: /submissions/…/edit/"),
        (f"/fr/submissions/{TOKEN}/confirm/{TOKEN}/?all", "/fr/submissions/…/confirm/…/?all"),
        (f"/submissions/{TOKEN}/files/12/", "/submissions/…/files/12/"),
        (f"/submissions/{TOKEN}/privacy.json", "/submissions/…/privacy.json"),
        (f"/subscriptions/leave/{SIGNED}/", "/subscriptions/leave/…/"),
        (f"/subscriptions/{SIGNED}/export.json", "/subscriptions/…/export.json"),
        (f"/personal-data/{SIGNED}/delete/", "/personal-data/…/delete/"),
        (f"/checks/{TOKEN}/", "/checks/…/"),
        ("/admin/account/invitation/MQ/cx3k1s-0123456789abcdef/", "/admin/account/invitation/…/…/"),
        (f"next=%2Fsubmissions%2F{TOKEN}%2F", "next=%2Fsubmissions%2F…%2F"),
        ("/submissions/9-short_Token/", "/submissions/…/"),
        (f"<WSGIRequest: GET '/submissions/{TOKEN}/'>", "<WSGIRequest: GET '/submissions/…/'>"),
        (f"Key (token)=({TOKEN}) already exists.", "Key (token)=(…) already exists."),
        ("Key (address)=(anna@example.org) exists", "Key (address)=(…@…) exists"),
        ("to <anna.o'neil+x@bücher.example>: 550", "to <anna.o'…@…>: 550"),
        ("address=anna%40example.org&x=1", "address=…@…&x=1"),
        (
            "Invalid request from ip=2001:db8::7: Invalid HTTP Method",
            "Invalid request from ip=… Invalid HTTP Method",
        ),
        ("/practices/12-pension-desks-in-two-ports-of-the-philippines/", None),
        ("/submissions/", None),
        ("/subscriptions/sent/", None),
        ("practices.web.submit.status.submission_detail", None),
    ],
)
def test_redacted_text_tells_the_page_and_no_more(text, redacted):
    assert redact(text) == (text if redacted is None else redacted)


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "aA1-" * 250_000, "/submissions/" * 80_000, "a@" * 500_000]
)
def test_redacting_a_long_text_takes_no_long_time(text):
    start = time.perf_counter()

    redact(text)

    assert time.perf_counter() - start < 2


# Every private address --------------------------------------------------------------


@pytest.fixture
def private_patterns():
    """Return the patterns of every URL with an argument that is a secret."""
    families = get_resolver("practices.urls").url_patterns
    patterns = [pattern.pattern for family in families for pattern in family.url_patterns]
    return [str(pattern) for pattern in patterns if {"token", "key"} & set(pattern.regex.groupindex)]


@pytest.mark.parametrize("token", [TOKEN, SIGNED, "aB-3", "x" * 20])
def test_path_with_a_secret_is_redacted(private_patterns, token):
    paths = ["/" + re.sub(r"<\w+:(token|key)>", token, pattern) for pattern in private_patterns]

    redacted = [redact(f"Not Found: {path.replace('<int:attachment>', '1')}") for path in paths]

    assert (len(redacted) > 10, [text for text in redacted if token in text]) == (True, [])


class Failure(Exception):
    pass


def fail(get_response):
    """Middleware that fails, quoting the request."""

    def answer(request):
        if request.headers.get("X-Fail"):
            raise Failure(f"at {request.build_absolute_uri()} of anna@example.org")
        return get_response(request)

    return answer


def wrong_page(client, path):
    return client.get(f"{path}no-such-page/")


def wrong_token(client, path):
    secret = max(path.split("/"), key=len)
    return client.get(path.replace(secret, secret[::-1]))


def wrong_method(client, path):
    return client.put(path)


def another_site(client, path):
    return client.post(path, headers={"Origin": "https://evil.example"})


def wrong_host(client, path):
    return client.get(path, headers={"Host": "evil.example"})


def failure(client, path):
    return client.get(path, headers={"X-Fail": "1"})


def limit_reached(client, path):
    return client.post(path, {"text": "x", "version": "1"})


FAILURES = [wrong_page, wrong_token, wrong_method, another_site, wrong_host, failure]


@pytest.mark.django_db
@pytest.mark.parametrize("name", BY_LINK)
def test_no_failure_logs_a_private_link(client, log, settings, monkeypatch, name):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.fail"]
    client.raise_request_exception = False
    path = open_address(name)

    statuses = {way.__name__: way(client, path).status_code for way in FAILURES}

    def always(*args, **kwargs):
        raise rate_limits.LimitReached(timedelta(minutes=1))

    monkeypatch.setattr(rate_limits, "count", always)
    limit_reached(client, path)
    logged = log.getvalue()
    secrets = [part for part in path.split("/") if len(part) > 20]
    assert (statuses["failure"], statuses["wrong_host"], bool(logged)) == (500, 400, True)
    assert [part for part in [*secrets, *(secret[::-1] for secret in secrets)] if part in logged] == []
    assert "anna@example.org" not in logged


# Other writers of logs --------------------------------------------------------------


@pytest.mark.django_db
def test_error_of_the_database_quotes_no_token(log):
    token, other = make_submission().token, make_submission()

    try:
        with transaction.atomic():
            Submission.objects.filter(pk=other.pk).update(token=token)
    except IntegrityError:
        logging.getLogger("practices").exception("not saved for %s", "ana@example.org")

    logged = log.getvalue()
    assert ("not saved" in logged, token in logged, "ana@example.org" in logged) == (True, False, False)


def test_added_fields_are_redacted(log):
    logging.getLogger("practices").warning("sent", extra={"path": f"/submissions/{TOKEN}/", "to": "a@b.org"})

    logged = log.getvalue()
    assert ("sent" in logged, TOKEN in logged, "a@b.org" in logged) == (True, False, False)


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_json_stays_json_when_it_is_redacted(log):
    logging.getLogger("practices").warning('said "anna@example.org" of /checks/%s/', TOKEN)

    assert json.loads(log.getvalue())["message"] == 'said "…@…" of /checks/…/'


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_lines_of_all_programs_have_the_same_fields(log):
    logging.getLogger("gunicorn.error").info("Listening at %s", "127.0.0.1")
    logging.getLogger("practices").warning("said")

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [list(line) for line in lines] == [
        ["level", "logger", "message", "request_id", "program", "timestamp"]
    ] * 2
    assert lines[0]["timestamp"].endswith("+00:00")


def test_handler_of_another_program_gets_redacted_records():
    """As gunicorn's own handlers, which format records with an access line of named arguments."""
    stream = io.StringIO()
    logger = logging.getLogger("gunicorn.access.test")
    logger.addHandler(logging.StreamHandler(stream))

    logger.warning('"%(r)s" %(s)s', {"r": f"GET /submissions/{TOKEN}/ HTTP/1.1", "s": "404"})

    assert stream.getvalue() == '"GET /submissions/…/ HTTP/1.1" 404\n'


def test_arguments_that_do_not_fit_are_logged_all_the_same(log):
    arguments = (f"/checks/{TOKEN}/",)

    logging.getLogger("practices").warning("two: %s %s", *arguments)

    assert ("two" in log.getvalue(), TOKEN in log.getvalue()) == (True, False)


def test_no_logger_has_a_handler_that_quotes_requests():
    assert logging.getLogger("django").handlers == []


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/practices/43/files/12ab/plan.pdf", "/practices/<int:pk>/files/<slug:sha256>/<file_name:name>"),
        ("/no/such/page/of-anna/", ""),
    ],
)
def test_error_of_django_names_the_route_and_no_path(log, rf, path, logged):
    request = rf.get(path)

    log_response(
        "%s: %s",
        "Service Unavailable",
        path,
        response=HttpResponse(status=503),
        request=request,
        exception=OperationalError("away"),
    )

    assert f"Service Unavailable: {logged}" in log.getvalue()
    assert path not in log.getvalue()
