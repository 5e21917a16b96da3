"""The same page in another language: all pages have one path, after the prefix of their language."""

import re

from django.conf import settings
from django.urls import get_script_prefix

_PREFIX = re.compile(r"/([a-z-]+)(?=/)")


def without_prefix(path_info: str) -> str:
    """Return the path that the page has in English, which has no prefix."""
    found = _PREFIX.match(path_info)
    is_language = found and found[1] in dict(settings.LANGUAGES) and found[1] != settings.LANGUAGE_CODE
    return path_info[found.end() :] if found and is_language else path_info


def path_in(language: str, path_info: str) -> str:
    """Return the path of a page in `language`, from its path in any. Paths of requests are `request.path_info`."""
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{get_script_prefix().removesuffix('/')}{prefix}{without_prefix(path_info)}"
