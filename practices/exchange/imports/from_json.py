"""JSON: {"practices": [document, …]}, as export writes it, or the bare list."""

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from practices.exchange.imports.errors import UnreadableFile


def read(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnreadableFile(
            gettext("the file cannot be opened: %(why)s") % {"why": error.strerror}
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(gettext("the file is not UTF-8 text")) from error
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            gettext("line %(line)s, column %(column)s is not JSON: %(why)s")
            % {"line": error.lineno, "column": error.colno, "why": error.msg}
        ) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists thousands deep
        raise UnreadableFile(
            gettext("the file is not JSON a computer can hold: %(why)s") % {"why": error}
        ) from error
    items = content.get("practices") if isinstance(content, dict) else content
    if not isinstance(items, list):
        raise UnreadableFile(gettext("the file must hold a list, or an object with the list “practices”"))
    return items
