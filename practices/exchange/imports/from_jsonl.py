"""JSON Lines: an item per line, as the export of that name writes it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from practices.exchange.imports.errors import UnreadableFile, reading
from practices.exchange.imports.from_json import LONGEST_ITEM


def read(path: Path) -> Iterator[Any]:
    """Yield the items of a file. Raises UnreadableFile."""
    with reading(), path.open(encoding="utf-8-sig") as file:
        number = 0
        while line := file.readline(LONGEST_ITEM):
            number += 1
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise UnreadableFile(
                    gettext("line %(line)s, column %(column)s is not JSON: %(why)s")
                    % {"line": number, "column": error.colno, "why": error.msg}
                ) from error
