"""ZIP: a dump, as `manage.py dump_data` writes it: `practices.json` and the files by their SHA-256."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from practices.core.archives import BROKEN
from practices.exchange.dumps import FILES, PRACTICES
from practices.exchange.imports import from_json
from practices.exchange.imports.errors import UnreadableFile


def read(path: Path) -> Iterator[Any]:
    """Yield the items of a dump. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(PRACTICES) as part:
            yield from from_json.items(io.TextIOWrapper(part, encoding="utf-8-sig"))
    except KeyError as error:
        raise UnreadableFile(gettext("the archive has no %(name)s") % {"name": PRACTICES}) from error
    except BROKEN as error:
        raise UnreadableFile(gettext("the archive cannot be read: %(why)s") % {"why": error}) from error


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
