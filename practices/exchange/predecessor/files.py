"""Files of a predecessor: a folder of them, or one. To read another format, add its reader to READERS."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.utils.translation import gettext

from practices.core.punctuation import listed
from practices.core.titles import folded, title_key
from practices.exchange.imports.errors import UnreadableFile
from practices.exchange.predecessor import html_pages, json_api, table
from practices.exchange.predecessor.entries import Entry

READERS: dict[str, Callable[[Path], Iterable[Entry]]] = {
    ".html": html_pages.read,
    ".htm": html_pages.read,
    ".json": json_api.read,
    ".csv": table.read,
    ".xlsx": table.read,
}
"""Readers by file extension."""


def read(path: Path) -> Iterator[Entry]:
    """Yield the entries of a file or of all files in a folder, those of the same address as one.

    Raises UnreadableFile.
    """
    if not path.exists():
        raise UnreadableFile(gettext("there is no such file or folder"))
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    known = [file for file in files if file.suffix.lower() in READERS]
    if not known:
        raise UnreadableFile(
            gettext("it has no files of these types: %(types)s") % {"types": listed(READERS)}
        )
    yield from _joined(entry for file in known for entry in READERS[file.suffix.lower()](file))


def _joined(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries, each once: a listing has the beginning of what a page has whole."""
    found: list[Entry] = []
    by_address: dict[str, Entry] = {}
    by_text: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = title_key(entry.title), entry.credit
        same = next((by_address[path] for path in entry.paths if path in by_address), None)
        alike = by_text.get(key)
        if (
            same is None
            and alike
            and (not entry.paths or not alike.paths or _is_start(entry.body, alike.body))
        ):
            same = alike
        if same is None:
            found.append(entry)
            same = entry
        elif same is not entry:
            _join(same, entry)
        by_address |= dict.fromkeys(same.paths, same)
        by_text.setdefault(key, same)
    return found


def _is_start(one: str, other: str) -> bool:
    short, long = sorted((folded(one), folded(other)), key=len)
    return bool(short) and long.startswith(short.removesuffix("…"))


def _join(entry: Entry, other: Entry) -> None:
    if len(other.body) > len(entry.body):
        entry.body = other.body
    entry.day, entry.credit = entry.day or other.day, entry.credit or other.credit
    entry.terms = list(dict.fromkeys([*entry.terms, *other.terms]))
    for address in other.addresses:
        entry.add_address(address)


def doubles(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of entries whose titles have the same telling words: perhaps one practice that was entered twice."""
    first: dict[str, Entry] = {}
    for entry in entries:
        key = title_key(entry.title)
        if key in first:
            yield first[key], entry
        first.setdefault(key, entry)
