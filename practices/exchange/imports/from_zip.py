"""ZIP: a dump, as `manage.py dump_data` writes it: `practices.json` and the files by their SHA-256."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from practices.core.archives import BROKEN
from practices.exchange.dumps import CATALOGUE, FILES, PRACTICES
from practices.exchange.imports import from_json
from practices.exchange.imports.errors import UnreadableFile

MOST_BYTES = 10_000
MOST_NUMBERS = 2**53
"""Programs that read JSON know no higher integers."""


def read(path: Path) -> Iterator[Any]:
    """Yield the items of a dump. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(PRACTICES) as part:
            yield from from_json.items(io.TextIOWrapper(part, encoding="utf-8-sig"))
    except KeyError as error:
        raise UnreadableFile(gettext("the archive has no %(name)s") % {"name": PRACTICES}) from error
    except BROKEN as error:
        raise UnreadableFile(gettext("the archive cannot be read: %(why)s") % {"why": error}) from error


def highest_number(path: Path) -> int:
    """Return the highest number that the catalogue of a dump had given; 0 if it does not say, as of earlier versions."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(CATALOGUE) as part:
            number = json.loads(part.read(MOST_BYTES)).get("highest_number")
    except (KeyError, AttributeError, *BROKEN):
        return 0
    return number if isinstance(number, int) and 0 < number < MOST_NUMBERS else 0


@contextmanager
def contents(path: Path) -> Iterator[Callable[[str, int], bytes | None]]:
    """Yield a function that returns the file of a hash and a size; None if the archive does not have it."""
    with zipfile.ZipFile(path) as archive:

        def content(sha256: str, size: int) -> bytes | None:
            try:
                with archive.open(FILES + sha256) as part:
                    found = part.read(size + 1)
            except (KeyError, *BROKEN):
                return None
            return found if len(found) == size and hashlib.sha256(found).hexdigest() == sha256 else None

        yield content
