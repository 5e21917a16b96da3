"""The address of a kit, which has all of it: the keys of practices in order, a title and a note."""

import dataclasses
from urllib.parse import urlencode

from django.urls import reverse

from practices.core.http.numbers import whole_number
from practices.core.plain_text import plain
from practices.exchange.kits import MOST

TITLE_LENGTH, NOTE_LENGTH = 120, 1_000
CODE_LENGTH = 250
"""Characters of a path that a QR code of three centimetres can hold."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """The content that the address of a kit asks for."""

    keys: tuple[int, ...]
    """Keys of practices, each once, in order; some may not be published."""
    title: str
    note: str

    def with_keys(self, keys):
        return dataclasses.replace(self, keys=tuple(keys))

    @property
    def query(self):
        """The query string of the kit; empty for one with nothing in it."""
        said = {
            "ids": ",".join(map(str, self.keys)),
            "title": self.title,
            "note": self.note,
        }
        return urlencode({name: text for name, text in said.items() if text}, safe=",")

    @property
    def path(self):
        return reverse("practices:kit") + (f"?{self.query}" if self.query else "")

    @property
    def short_path(self):
        """The path of the same practices for a QR code: without what makes it too dense to be read by a phone."""
        all_of_it = self.with_keys(self.keys[:MOST])  # no code can hold thousands
        shorter = (all_of_it, dataclasses.replace(all_of_it, note=""))
        bare = Asked(all_of_it.keys, "", "").path
        return next((each.path for each in shorter if len(each.path) <= CODE_LENGTH), bare)

    @property
    def filter_query(self):
        """The query string of the list of its practices, which can be subscribed to and has a feed."""
        return urlencode([("practice", key) for key in sorted(self.keys)[:MOST]])

    @property
    def embed_query(self):
        """The query string of its page to embed, in its order."""
        pairs = [("practice", key) for key in self.keys[:MOST]]
        return urlencode([*pairs, *([("title", self.title)] if self.title else [])])

    def file_path(self, extension):
        return f"{reverse('practices:kit-file', args=[extension])}?{self.query}"


def asked_in(query):
    """Return the content that the query string of a kit asks for."""
    numbers = map(whole_number, query.get("ids", "").split(","))
    keys = tuple(dict.fromkeys(number for number in numbers if number))
    return Asked(keys, title_of(query), plain(query.get("note", "")).strip()[:NOTE_LENGTH])


def title_of(query):
    return " ".join(plain(query.get("title", "")).split())[:TITLE_LENGTH]
