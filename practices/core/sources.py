"""Names of the pages that web addresses lead to.

A line of a document's text, such as “Policy study of 2025: https://…”, names a page. Otherwise its publisher does:
practices/core/publishers.json, written by hand, holds names by host; a subdomain belongs to the same publisher.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from practices.core.web_addresses import page_key, without_sentence_end

_START = re.compile(r"https?://", re.IGNORECASE)
_LONGEST_NAME = 150
"""Characters; more are a sentence that ends with an address."""


def named_address(line: str) -> tuple[str, str] | None:
    """Return the name and the address of a line that is “name: address”; None for other lines."""
    start = _START.search(line)
    if start is None:
        return None
    before, address = line[: start.start()].strip(), without_sentence_end(line[start.start() :].strip())
    name = before[:-1].strip(" -–*•·")
    if not before.endswith((":", "：")) or not name or len(name) > _LONGEST_NAME:
        return None
    return (name, address) if page_key(address) and not re.search(r"\s", address) else None


def names_of_pages(text: str) -> dict[str, str]:
    """Return the names that lines of a text give to pages, by `page_key`."""
    named = filter(None, map(named_address, text.splitlines()))
    return {page_key(address): name for name, address in named}


def name_of_page(address: str, names: Mapping[str, str]) -> str:
    """Return the name that `names` has for a page, or else that of its publisher, or else its host."""
    if name := names.get(page_key(address)):
        return name
    host = host_of(address)
    labels = host.split(".")
    hosts = (".".join(labels[at:]) for at in range(len(labels) - 1))
    return next((name for each in hosts if (name := _publishers().get(each))), host or address)


def host_of(address: str) -> str:
    """Return the host of an address without “www.”; empty for what is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:  # what people type may be no address, such as https://[
        return ""


@cache
def _publishers() -> dict[str, str]:
    publishers: dict[str, str] = json.loads(
        Path(__file__).with_name("publishers.json").read_text(encoding="utf-8")
    )
    return publishers
