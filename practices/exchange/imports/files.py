"""Files with practices. To add a format, write a module with `read` and add its line to FORMATS."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from practices import workflow
from practices.core.punctuation import listed
from practices.exchange.imports import from_json, from_jsonl, from_table, from_zip
from practices.exchange.imports.errors import UnreadableFile
from practices.exchange.imports.importer import Content, no_content

FORMATS: dict[str, Callable[[Path], Iterator[Any]]] = {
    ".json": from_json.read,
    ".jsonl": from_jsonl.read,
    ".csv": from_table.read,
    ".xlsx": from_table.read,
    ".zip": from_zip.read,
}
"""Readers by file extension. A reader yields the items of a file or raises UnreadableFile."""
TABLES = {extension for extension, reader in FORMATS.items() if reader is from_table.read}


def read(path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Yield the items of a file, unchecked. Raises UnreadableFile with a message for people.

    `mapping`: for a table, the name of a column by heading, empty for those to leave out. Others are guessed.
    """
    extension = path.suffix.lower()
    if extension in TABLES:
        return from_table.read(path, mapping=mapping)
    reader = FORMATS.get(extension)
    if reader is None:
        known = listed(FORMATS)
        raise UnreadableFile(gettext("the file must be one of: %(formats)s") % {"formats": known})
    return reader(path)


def contents(path: Path) -> AbstractContextManager[Content]:
    """Return the files that come with the items of a file."""
    return from_zip.contents(path) if path.suffix.lower() == ".zip" else nullcontext(no_content)


def reserve_numbers(path: Path) -> None:
    """Have the next practice get none of the numbers that the catalogue of a dump had given, if it is one.

    Withdrawn practices are in no dump, and their numbers are never given to others.
    """
    if path.suffix.lower() == ".zip" and (highest := from_zip.highest_number(path)):
        workflow.reserve_numbers(highest)
