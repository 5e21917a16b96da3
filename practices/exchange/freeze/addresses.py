"""Addresses that a frozen copy contains, and the file of each."""

import dataclasses
import posixpath
import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote

from django.urls import Resolver404, resolve

PAGES = frozenset(
    ["home", "topic-list", "unused-topic-list", "country-list", "world-map", "statistics", "about",
     "criteria", "contact", "imprint", "data", "privacy", "accessibility"]
)  # fmt: skip
LISTS = frozenset(["practice-list", "objective-detail", "topic-detail", "country-detail", "region-detail"])
"""Pages that go on on further pages."""
FILES = frozenset(
    ["world-map-file", "statistics-file", "practice-export", "practice-feed", "objective-feed",
     "country-feed", "document-schema", "data-description"]
)  # fmt: skip
OF_PRACTICE = frozenset(
    ["practice-detail", "practice-citation", "practice-file", "revision-list", "revision-detail"]
)
"""Pages and files of one practice, whose number is in their address."""
BY = frozenset(["gap-map", "gap-map-file"])
"""Tables that their page offers by several things."""
PAGING = frozenset(["page", "after", "before"])
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$|^\.+')
"""Characters that some systems refuse in names of files; sticks are read on all of them."""
LONGEST_NAME = 200
"""Bytes of a name, of which file systems take 255."""


@dataclasses.dataclass(frozen=True)
class Place:
    """A page or file of the copy."""

    address: str
    """Path and query string on the live site."""
    file: str
    """Path in the folder, with slashes."""
    practice: int | None
    """The number of the practice that it belongs to."""


@lru_cache(maxsize=4096)
def place_of(path: str, query: str) -> Place | None:
    """Return the place of a page or file in the copy; None for what only the live site has."""
    try:
        match = resolve(unquote(path))
    except Resolver404:
        return None
    name = match.view_name.removeprefix("practices:")
    if name in OF_PRACTICE:
        if name == "practice-detail" and "in" in dict(parse_qsl(query)):
            return None  # the texts in another language than that of the page
        if name == "practice-detail":  # its query string is the list that its reader comes from
            query = ""
        page = _only(query, "from") if name == "revision-list" else ("" if not query else None)
        practice = match.kwargs["pk"]
    elif name in LISTS:
        page, practice = _page(query), None
    elif name in BY:
        page, practice = _only(query, "by"), None
    elif name in PAGES | FILES:
        page, practice = ("" if not query else None), None
    else:
        return None
    if page is None:
        return None
    return Place(f"{path}?{query}" if query else path, _file(path, page), practice)


def relative(file: str, *, base: str) -> str:
    """Return the link to one file of the copy from another."""
    return quote(posixpath.relpath(file, posixpath.dirname(base) or "."))


def _page(query: str) -> str | None:
    """Return the name of a page of a list: its number names it, however a reader came to it."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if not asked.keys() <= PAGING:
        return None
    number = asked.get("page", "1")
    return f"page-{number}" if number not in ("", "1") else ""


def _only(query: str, parameter: str) -> str | None:
    """Return the name of a page that has one parameter: its value names it."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if not asked:
        return ""
    return f"{parameter}-{asked[parameter]}" if asked.keys() == {parameter} else None


def _file(path: str, page: str) -> str:
    segments = [_safe(unquote(segment)) for segment in path.strip("/").split("/") if segment]
    if path.endswith("/"):
        segments.append(_safe(f"{page or 'index'}.html"))
    elif page:
        stem, extension = posixpath.splitext(segments[-1])
        segments[-1] = _safe(f"{stem}-{page}{extension}")
    return "/".join(segments)


def _safe(name: str) -> str:
    """Return a name that any file system takes, with the extension that it has."""
    name = _NOT_IN_NAMES.sub("_", name)
    while len(name.encode()) > LONGEST_NAME:
        stem, extension = posixpath.splitext(name)
        name = (stem[:-1] + extension) if stem else name[:-1]
    return name
