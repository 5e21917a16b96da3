"""Request bodies without a length, as a WSGI server hands them on."""

import io

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from catalogue.chunked_bodies import ChunkedBodies

MB = 1024 * 1024
BOUNDARY = "multipart/form-data; boundary=b"


def read_form(environ, start_response):
    """Application that returns what Django reads of the form in a request."""
    return WSGIRequest(environ).POST.dict()


def send(body, content_type="application/x-www-form-urlencoded", **changes):
    """Send a chunked body to an application behind the middleware, and return what that read."""
    environ = RequestFactory().post("/", content_type=content_type).environ
    del environ["CONTENT_LENGTH"]
    environ |= {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": io.BytesIO(body),
    }
    return ChunkedBodies(read_form)(environ | changes, None)


def test_chunked_form_is_read():
    assert send(b"address=ana%40example.org&title=" + b"x" * MB) == {
        "address": "ana@example.org",
        "title": "x" * MB,
    }


@pytest.mark.parametrize("size", [3 * MB, 12 * MB])
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", BOUNDARY])
def test_chunked_form_that_is_too_large_is_refused(size, content_type):
    start = (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n'
        if content_type == BOUNDARY
        else b"title="
    )

    with pytest.raises(RequestDataTooBig):
        send(start + b"x" * size + b"\r\n--b--\r\n", content_type)


def test_body_is_left_alone_where_no_server_tells_its_end():
    assert send(b"title=x", **{"wsgi.input_terminated": False}) == {}
