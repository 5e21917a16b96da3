"""Ranges of files and dumps: a download that was cut is resumed."""

import pytest

from practices import workflow
from practices.exchange import dumps
from tests.support.factories import NOW, document, make_file

pytestmark = pytest.mark.django_db

CONTENT = b"0123456789"


def published_file():
    practice = workflow.publish_document(document(title="Desks"), files=[make_file("report.pdf", CONTENT)])
    return practice.revisions.get().files.get()


@pytest.mark.parametrize(
    ("asked", "content_range", "part"),
    [
        ("bytes=0-3", "bytes 0-3/10", b"0123"),
        ("bytes=4-", "bytes 4-9/10", b"456789"),
        ("bytes=-3", "bytes 7-9/10", b"789"),
        ("bytes=-99", "bytes 0-9/10", CONTENT),
        ("Bytes=9-9", "bytes 9-9/10", b"9"),
        ("bytes=8-99", "bytes 8-9/10", b"89"),
    ],
)
def test_range_of_a_file_is_a_part_of_it(client, asked, content_range, part):
    path = published_file().get_absolute_url()

    response = client.get(path, headers={"range": asked})

    assert (response.status_code, response.headers["Content-Range"], response.getvalue()) == (
        206,
        content_range,
        part,
    )
    assert int(response.headers["Content-Length"]) == len(part)


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_range_beyond_the_end_is_refused_with_the_size(client, asked):
    path = published_file().get_absolute_url()

    response = client.get(path, headers={"range": asked})

    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */10")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,4-5", "bytes=5-4", "bytes=-", "bytes=²-", "lines=1-2", f"bytes={'9' * 5000}-", "bytes"],
)
def test_range_in_other_words_brings_the_whole_file(client, asked):
    path = published_file().get_absolute_url()

    response = client.get(path, headers={"range": asked})

    assert (response.status_code, response.getvalue()) == (200, CONTENT)


def test_range_is_for_get_only(client):
    path = published_file().get_absolute_url()

    response = client.head(path, headers={"range": "bytes=0-3"})

    assert (response.status_code, response.headers["Content-Length"]) == (200, "10")


def test_file_of_the_same_version_is_resumed(client):
    path = published_file().get_absolute_url()
    whole = client.get(path)

    response = client.get(path, headers={"range": "bytes=4-", "if-range": whole.headers["ETag"]})

    assert whole.headers["Accept-Ranges"] == "bytes"
    assert (response.status_code, response.getvalue()) == (206, b"456789")


@pytest.mark.parametrize("known", ['"another"', "W/{etag}", "Mon, 30 Nov 2026 07:00:00 GMT"])
def test_file_of_another_version_is_sent_whole(client, known):
    path = published_file().get_absolute_url()
    etag = client.get(path).headers["ETag"]

    response = client.get(path, headers={"range": "bytes=4-", "if-range": known.format(etag=etag)})

    assert (response.status_code, response.getvalue()) == (200, CONTENT)


def test_client_that_has_the_whole_file_needs_no_range(client):
    path = published_file().get_absolute_url()
    etag = client.get(path).headers["ETag"]

    response = client.get(path, headers={"range": "bytes=4-", "if-none-match": etag})

    assert (response.status_code, response.headers["ETag"]) == (304, etag)


def test_dump_is_sent_in_ranges(client):
    published_file()
    dump = dumps.make(now=NOW)
    path = f"/data/dumps/{dump.name}"
    whole = client.get(path).getvalue()

    first = client.get(path, headers={"range": "bytes=0-99"})
    parts = [first.getvalue()]
    rest = client.get(path, headers={"range": "bytes=100-", "if-range": first.headers["ETag"]})
    parts.append(rest.getvalue())

    assert (first.status_code, rest.status_code, b"".join(parts)) == (206, 206, whole)
