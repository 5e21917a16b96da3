"""Ranges of files, with which a download that was cut is resumed (RFC 9110 §14): one range per request."""

import re

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.responders import SlicedFile

from practices.core.http.caching import is_not_modified

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


def part_of(request, response: FileResponse) -> HttpResponseBase:
    """Return what a request asks for of a file: a part (206), no part because there is none (416), or the whole.

    `response` is the whole file with a strong ETag. It is also the answer to a request for several ranges.
    """
    content = response.file_to_stream
    if content is None or not response.has_header("Content-Length"):
        return response
    response.headers["Accept-Ranges"] = "bytes"
    size = int(response.headers["Content-Length"])
    asked = _range_asked_for(request, response, size)
    if asked is None:
        return response
    first, last = asked
    if first > last:
        content.close()
        headers = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        return HttpResponse(status=416, headers=headers, content_type="text/plain; charset=utf-8")
    response.status_code = 206
    response.streaming_content = SlicedFile(content, first, last)
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _range_asked_for(request, response: FileResponse, size: int) -> tuple[int, int] | None:
    """Return the positions of the first and the last byte of the range; the first is greater if the file has none of it.

    None if the whole file is the answer: no range is asked for, or none that we understand, or the client has parts of
    another version (If-Range), or all of this one.
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if_range = request.headers.get("If-Range", "").strip()
    if (
        request.method != "GET"
        or asked is None
        or (if_range and if_range != response.headers["ETag"])
        or is_not_modified(request.META, response.headers)
    ):
        return None
    first, last = asked.groups()
    if not first:  # the last so many bytes
        return (max(size - int(last), 0), size - 1) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1
