"""Examples of requests, with the answers that the catalogue gives to them now."""

import dataclasses
import json
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.utils.encoders import JSONEncoder

from practices.core.cache import cached_per_version
from practices.exchange.api.problems import InvalidParameters

LONGEST = 2_500  # characters of an answer that are shown


@dataclasses.dataclass(frozen=True)
class Example:
    """A request: the name of its view, its query string, and a sentence that says what it asks for."""

    view: str
    query: str
    sentence: Any

    @property
    def path(self) -> str:
        path = reverse(f"practices:api:{self.view}")
        return f"{path}?{self.query}" if self.query else path

    @property
    def answer(self) -> str:
        """The beginning of the answer, as indented JSON; empty before the reference data is loaded."""
        return _answer(self.view, self.query)


EXAMPLES = [
    Example(
        "practice-list",
        "objective=21&limit=2&fields=title,countries,url",
        _("Two practices of objective 21, with three of their fields"),
    ),
    Example(
        "practice-list",
        "q=reintegration&limit=2&fields=title,match",
        _("A search: “match” names the words that are missing"),
    ),
    Example(
        "practice-list",
        "changed_since=2026-01-01&limit=2&fields=status,changed_at",
        _("What has changed since the beginning of 2026, for a copy that follows the catalogue"),
    ),
    Example("taxonomy-list", "", _("The filters that have a list of values")),
]


@cached_per_version
def _answer(view: str, query: str) -> str:
    match: Any = resolve(reverse(f"practices:api:{view}"))
    try:
        response = match.func.cls().get(SimpleNamespace(GET=QueryDict(query)), **match.kwargs)
    except InvalidParameters:  # without objectives, there is no objective 21 to filter by
        return ""
    text = json.dumps(response.data, cls=JSONEncoder, ensure_ascii=False, indent=2)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
