"""Files of Drupal's JSON:API: documents with nodes, and the users and terms that they include."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
from django.utils.translation import gettext

from practices.exchange.imports.errors import UnreadableFile, reading
from practices.exchange.predecessor.dates import day_of
from practices.exchange.predecessor.entries import Entry, clean_credit
from practices.exchange.predecessor.html_pages import text_of


def read(path: Path) -> Iterator[Entry]:
    """Yield the nodes of a document with a title. Raises UnreadableFile."""
    with reading():
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(document, dict) or "data" not in document:
        raise UnreadableFile(gettext("%(name)s is not a document of JSON:API") % {"name": path.name})
    data = document["data"] if isinstance(document["data"], list) else [document["data"]]
    related = {
        each.get("id"): each for each in [*document.get("included", []), *data] if isinstance(each, dict)
    }
    links = document.get("links", {})
    site = str(_href(links.get("self"))).partition("/jsonapi")[0]
    for node in data:
        if isinstance(node, dict) and str(node.get("type", "")).startswith("node--"):
            yield _entry(node, related, site)


def _entry(node: dict, related: dict[Any, dict], site: str) -> Entry:
    said = node.get("attributes", {})
    entry = Entry(title=" ".join(str(said.get("title") or "").split()), day=day_of(said.get("created")))
    body = said.get("body") or {}
    html = (body.get("processed") or body.get("value") or "") if isinstance(body, dict) else str(body)
    if html.strip():
        entry.body = text_of(lxml.html.fragment_fromstring(html, create_parent="div"))
    path = said.get("path") or {}
    if alias := path.get("alias"):
        entry.add_address(f"{site}{alias}")
    if number := said.get("drupal_internal__nid"):
        entry.add_address(f"{site}/node/{number}")
    for name, relation in node.get("relationships", {}).items():
        targets = relation.get("data") or []
        for target in targets if isinstance(targets, list) else [targets]:
            found = related.get(target.get("id"), {}).get("attributes", {})
            text = str(found.get("name") or found.get("display_name") or "")
            if name == "uid":
                entry.credit = clean_credit(str(found.get("display_name") or text))
            elif str(target.get("type", "")).startswith("taxonomy_term--") and text:
                entry.terms.append(text)
    return entry


def _href(link: Any) -> Any:
    return link.get("href", "") if isinstance(link, dict) else link or ""
