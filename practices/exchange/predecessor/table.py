"""A table of a view of Drupal, as its data export writes it."""

import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html

from practices.core.titles import folded
from practices.exchange.imports import from_table
from practices.exchange.predecessor.dates import day_of
from practices.exchange.predecessor.entries import Entry, clean_credit
from practices.exchange.predecessor.html_pages import text_of

HEADINGS = {
    "title": ["title", "name", "titre", "titulo"],
    "body": ["body", "description", "summary", "text", "corps", "cuerpo"],
    "credit": ["author", "submitted by", "uid", "user", "authored by", "auteur", "autor"],
    "day": ["created", "date", "submitted on", "authored on", "post date", "fecha"],
    "address": ["path", "url", "alias", "link", "url alias", "view node"],
}
_TERMS = re.compile("objective|objectif|objetivo|term|topic|tag|countr|pays|pais|categor|theme|sdg")
_BETWEEN = re.compile(r"[;|\n]|, (?=(?:Objective|Objectif|Objetivo|SDG|Goal) \d)")


def read(path: Path) -> Iterator[Entry]:
    """Yield an entry for each row with a title. Raises UnreadableFile."""
    for cells in from_table.read(path, mapping=AsWritten(), needs_ours=False):
        by_name = {folded(heading): text for heading, text in cells.items()}
        said = {
            part: next((by_name[name] for name in names if name in by_name), "")
            for part, names in HEADINGS.items()
        }
        if not said["title"]:
            continue
        entry = Entry(said["title"], clean_credit(said["credit"]), day_of(said["day"]))
        if said["body"]:
            is_html = re.search(r"<\w+[^>]*>", said["body"])
            entry.body = (
                text_of(lxml.html.fragment_fromstring(said["body"], create_parent="div"))
                if is_html
                else said["body"]
            )
        entry.add_address(said["address"])
        terms = [text for name, text in by_name.items() if _TERMS.search(name)]
        entry.terms = [term.strip() for text in terms for term in _BETWEEN.split(text) if term.strip()]
        yield entry


class AsWritten(dict):
    """A mapping that leaves every heading as it is."""

    def get(self, heading, default=None):
        return heading
