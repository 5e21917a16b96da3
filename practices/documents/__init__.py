"""The practice document: all a practice says, as one plain JSON object.

A draft holds it, a submission proposes it, a revision records it, import reads it, export writes it. It names
things by natural keys: objective and goal numbers, ISO 3166 codes, slugs, tag names. `fields.py` declares what it
holds.
"""

from practices.core.plain_text import plain
from practices.documents.columns import apply, create, fill_columns, sort_title
from practices.documents.fields import FIELDS, LONG_TEXTS, NOT_UPDATABLE, SUMMARY_LENGTH, TITLE_LENGTH, label
from practices.documents.identity import fingerprint, source_key, source_page
from practices.documents.kinds import FIRST_YEAR, LAST_YEAR, LINE_LENGTH, TEXT_LENGTH
from practices.documents.lookup import tags_named
from practices.documents.personal_details import find_personal_details
from practices.documents.presentation import Reading, countries_of, read, side_by_side
from practices.documents.schema import (
    SCHEMA,
    Document,
    Fault,
    changed_fields,
    complete,
    for_readers,
    lacking,
    shape_faults,
)
from practices.documents.translations import (
    NEEDED,
    TRANSLATABLE,
    load_in,
    load_local,
    own_texts,
    texts_of,
    translations_into,
    version_into,
    versions_of,
)

__all__ = [
    "FIELDS",
    "FIRST_YEAR",
    "LAST_YEAR",
    "LINE_LENGTH",
    "LONG_TEXTS",
    "NEEDED",
    "NOT_UPDATABLE",
    "SCHEMA",
    "SUMMARY_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "TRANSLATABLE",
    "Document",
    "Fault",
    "Reading",
    "apply",
    "changed_fields",
    "complete",
    "countries_of",
    "create",
    "fill_columns",
    "find_personal_details",
    "fingerprint",
    "for_readers",
    "label",
    "lacking",
    "load_in",
    "load_local",
    "own_texts",
    "plain",
    "read",
    "shape_faults",
    "side_by_side",
    "sort_title",
    "source_key",
    "source_page",
    "tags_named",
    "texts_of",
    "translations_into",
    "version_into",
    "versions_of",
]
