"""Hashes that identify a document: by all that it says, and by its source and title there."""

import hashlib
import json

from practices.documents.fields import FIELDS
from practices.documents.schema import Document, complete


def fingerprint(document: Document) -> str:
    """Return a hash that is equal for documents that say the same.

    Empty fields do not count, so that it stays the same when a field is added to the declarations.
    """
    stated = {name: value for name, value in complete(document).items() if value != FIELDS[name].empty}
    return _hash(stated)


def source_key(document: Document) -> str | None:
    """Return a hash of the source and the title, by which a later version of the same item is known.

    None without a source: countries give different practices the same title.
    """
    document = complete(document)
    if not document["source_url"]:
        return None
    return _hash([document["source_url"], document["title"].casefold()])


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
