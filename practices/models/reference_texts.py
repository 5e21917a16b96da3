"""Reference data in other languages: `reference.json` beside the message files, and what staff have written over it.

A file has kind → key → column → text. Texts that were seen in no official source are named in `our_translation`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, to_locale

FILE = "reference.json"


def active_language() -> str:
    """Return the language in which names are shown."""
    return get_language() or settings.LANGUAGE_CODE


def shipped(language: str, kind: str, key: str, column: str) -> str:
    """Return the text that files have in a language; "" if none has it. Files of OVERRIDES_DIR come first."""
    for texts in _files(language):
        if text := texts.get(kind, {}).get(key, {}).get(column, ""):
            return text
    return ""


def is_ours(language: str, kind: str, key: str, column: str) -> bool:
    """Return whether the text that is shipped is our translation of an official one."""
    return any(f"{kind} {key} {column}" in texts.get("our_translation", ()) for texts in _files(language))


@cache
def _files(language: str) -> list[dict[str, Any]]:
    """Return the content of the files of a language. Translations are read once, as gettext reads its files."""
    paths = [Path(folder) / to_locale(language) / FILE for folder in settings.LOCALE_PATHS]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
