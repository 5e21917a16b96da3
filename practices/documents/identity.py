"""Hashes that identify a document: by all that it says, and by its source and title there."""

import hashlib
import json

from practices.core.web_addresses import page_key
from practices.documents.fields import FIELDS
from practices.documents.kinds import URL_LENGTH
from practices.documents.schema import Document, complete


def fingerprint(document: Document) -> str:
    """Return a hash that is equal for documents that say the same.

    Empty fields do not count, so that it stays the same when a field is added to the declarations.
    """
    stated = {name: value for name, value in complete(document).items() if value != FIELDS[name].unsaid}
    return _hash(stated)


def source_page(document: Document) -> str:
    """Return the key of the page that is the source, as `Practice` stores it; empty without a source."""
    return page_key(document.get("source_url") or "")[:URL_LENGTH]


def source_key(document: Document) -> str | None:
    """Return a hash of the page of the source and the title, by which a later version of the same item is known.

    None without a source: countries give different practices the same title.
    """
    document = complete(document)
    if not document["source_url"]:
        return None
    source = source_page(document) or document["source_url"]
    return _hash([source, document["title"].casefold()])


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
