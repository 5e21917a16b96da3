"""JSON for a script element that browsers do not run, such as JSON-LD."""

import json
from typing import Any

from django.utils.safestring import SafeString

_HTML = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
"""Escapes that keep text from closing the script element around it."""


def json_script(value: Any) -> SafeString:
    return SafeString(json.dumps(value, ensure_ascii=False).translate(_HTML))
