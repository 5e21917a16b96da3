"""Frozen copies: the public catalogue as plain files, for archives and slow lines.

A copy is read from any disk or web server, without the catalogue. It is written as the catalogue was at one instant.
"""

import json
import posixpath
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, override

from practices import clock
from practices.core import catalogue_version
from practices.core.http.guards import site_address
from practices.core.snapshot import snapshot
from practices.exchange.exports.records import Record, records
from practices.exchange.freeze.addresses import Place, place_of, relative
from practices.exchange.freeze.html import FrozenPage
from practices.exchange.freeze.search_index import write_index
from practices.exchange.freeze.site import PageNotGiven, Site, connection_kept
from practices.models import Practice

STATE = "frozen.json"
"""File of a copy that says of what it is a copy, and whether it is complete."""
SEARCH = "search.html"
_IN_CSS = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")

type Progress = Callable[[int, int], object]


class FolderNotEmpty(Exception):
    """The folder holds something else than a copy of the catalogue."""


def freeze(
    folder: Path, *, progress: Progress = lambda _done, _total: None, now: datetime | None = None
) -> int:
    """Write a copy of the public catalogue into `folder` and return its number of practices.

    `progress` hears how many practices are written, of how many. A copy that was cut off is taken up again if nothing
    has been published since; otherwise an earlier copy in the folder is replaced. Raises FolderNotEmpty for a folder
    that holds anything else, PageNotGiven if the site fails, and OSError.
    """
    with override(settings.LANGUAGE_CODE), connection_kept(), snapshot():
        return _Copy(folder, now=now or clock.now()).write(progress)


class _Copy:
    def __init__(self, folder: Path, *, now: datetime) -> None:
        self._folder = folder
        self._site = Site()
        self._files: set[str] = set()
        """Static files that are written."""
        self._made_at = self._begin(now)

    def write(self, progress: Progress) -> int:
        self._general = deque([_place(reverse("practices:home"))])
        self._met = {self._general[0].file}
        self._write_general()
        total = Practice.objects.published().count()
        done = 0
        for practice in Practice.objects.published().only("title").iterator(chunk_size=500):
            self._write_practice(_place(practice.get_absolute_url()))
            done += 1
            progress(done, total)
        self._write_search()
        self._write_general()
        self._save_state(is_complete=True)
        return done

    # The state of the copy ----------------------------------------------------------------

    def _begin(self, now: datetime) -> datetime:
        """Make the folder ready, and return the instant at which the copy was begun."""
        state = self._folder / STATE
        found = json.loads(state.read_text()) if state.is_file() else None
        if found is None and self._folder.exists() and any(self._folder.iterdir()):
            raise FolderNotEmpty(self._folder)
        if found and not found["is_complete"] and found["of"] == self._original():
            return datetime.fromisoformat(found["made_at"])
        if found:
            for path in self._folder.iterdir():
                if path.name != STATE:  # without it, nobody would know that the rest is a copy
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._made_at = now
        self._save_state(is_complete=False)
        return now

    def _save_state(self, *, is_complete: bool) -> None:
        state = {
            "of": self._original(),
            "made_at": self._made_at.isoformat(),
            "is_complete": is_complete,
        }
        self._save(STATE, [json.dumps(state, indent=1).encode()])

    @staticmethod
    def _original() -> dict[str, str]:
        return {
            "site": settings.SITE_URL,
            "version": catalogue_version.current(),
            "release": catalogue_version.release(),
        }

    # Pages and files ----------------------------------------------------------------------

    def _write_general(self) -> None:
        """Write the pages that belong to no practice, and those that they lead to."""
        while self._general:
            self._note(self._write(self._general.popleft()))

    def _note(self, places: Iterable[Place]) -> None:
        for place in places:
            if place.practice is None and place.file not in self._met:
                self._met.add(place.file)
                self._general.append(place)

    def _write_practice(self, page: Place) -> None:
        """Write the page of a practice last, as the sign that all that belongs to it is written."""
        if (self._folder / page.file).exists():
            return
        waiting, met = deque([page]), {page.file}
        text = ""
        while waiting:
            place = waiting.popleft()
            if place is page:
                text, found = self._rewritten(place)
            else:
                found = self._write(place)
            self._note(found)
            for each in found:
                if each.practice == page.practice and each.file not in met:
                    met.add(each.file)
                    waiting.append(each)
        self._save(page.file, [text.encode()])

    def _write(self, place: Place) -> list[Place]:
        """Write a page or file, and return the places that it leads to."""
        if place.file.endswith(".html"):
            text, found = self._rewritten(place)
            self._save(place.file, [text.encode()])
            return found
        path, _mark, query = place.address.partition("?")
        with closing(self._site.get(path, query)) as answer:
            self._save(place.file, answer)
        return []

    def _rewritten(self, place: Place) -> tuple[str, list[Place]]:
        path, _mark, query = place.address.partition("?")
        with closing(self._site.get(path, query)) as answer:
            html = b"".join(answer).decode(answer.charset)
            return self._frozen(html, file=place.file, address=place.address)

    def _frozen(self, page: str, *, file: str, address: str) -> tuple[str, list[Place]]:
        found: list[Place] = []

        def link(to: str) -> str:
            parts = urlsplit(urljoin(address, to))
            if to.startswith("#") or parts.scheme or parts.netloc:
                return to
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            if parts.path.startswith(settings.STATIC_URL):
                return relative(self._static_file(parts.path), base=file) + fragment
            if place := place_of(parts.path, parts.query):
                found.append(place)
                return relative(place.file, base=file) + fragment
            return site_address(parts._replace(fragment="").geturl()) + fragment

        frozen = FrozenPage(
            link=link,
            live=site_address(address),
            search=relative(SEARCH, base=file),
            banner=self._banner(site_address(address)),
            marks=self._marks,
        )
        return frozen.rewrite(page), found

    def _banner(self, live: str) -> str:
        made_at = date_format(timezone.localdate(self._made_at))
        text = gettext("This is a copy of %(date)s. Corrections and new practices are on the live site:")
        languages = (
            gettext("Links to other languages lead there as well.") if len(settings.LANGUAGES) > 1 else ""
        )
        return format_html(
            '\n<p class="notice" role="note">{} <a href="{}"><bdi>{}</bdi></a> {}</p>',
            text % {"date": made_at}, live, urlsplit(live).netloc, languages,
        )  # fmt: skip

    def _write_search(self) -> None:
        page = render_to_string("exchange/frozen_search.html")
        text, found = self._frozen(page, file=SEARCH, address="/")
        self._save(SEARCH, [text.encode()])
        self._note(found)
        write_index(
            records(Practice.objects.published()),
            write=lambda file, part: self._save(file, [part.encode()]),
            file_of=_page_of,
        )

    # Static files -------------------------------------------------------------------------

    def _static_file(self, path: str) -> str:
        """Write a static file with those that it needs, once, and return its path in the copy."""
        file = unquote(path).lstrip("/")
        if file not in self._files:
            self._files.add(file)
            with closing(self._site.get(path)) as answer:
                content = b"".join(answer)
            if file.endswith(".css"):
                for needed in _IN_CSS.findall(content.decode()):
                    if not urlsplit(needed).scheme:
                        self._static_file(posixpath.normpath(urljoin(path, needed.partition("#")[0])))
            self._save(file, [content])
        return file

    def _marks(self, names: set[str]) -> str:
        """Return symbols of objectives as a part of a page: browsers take them from no other file on a disk."""
        path = static("img/marks.svg")
        text = (self._folder / self._static_file(path)).read_text()
        found = re.findall(r'<symbol id="([^"]+)"(.*?</symbol>)', text, re.DOTALL)
        symbols = "".join(f'<symbol id="mark-{name}"{rest}' for name, rest in found if name in names)
        return f'<svg width="0" height="0" aria-hidden="true" style="position:absolute">{symbols}</svg>\n'

    def _save(self, file: str, pieces: Iterable[bytes]) -> None:
        """Write a file, which is there as a whole or not at all."""
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name("unfinished")
        with unfinished.open("wb") as written:
            for piece in pieces:
                written.write(piece)
        unfinished.replace(path)


def _place(path: str) -> Place:
    place = place_of(path, "")
    if place is None:
        raise PageNotGiven(f"{path} is not part of a copy")
    return place


def _page_of(record: Record) -> str:
    return _place(record.practice.get_absolute_url()).file


__all__ = ["FolderNotEmpty", "PageNotGiven", "freeze"]
