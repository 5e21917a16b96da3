"""The practice document: all a practice says, as one plain JSON object.

A draft holds it, a submission proposes it, a revision records it, import reads it, export writes it. It names
things by natural keys: objective and goal numbers, ISO 3166 codes, slugs, tag names. `FIELDS` is the one list
of what it holds; the published schema, the form's labels and the practice page follow from it.
"""

from practices.documents.columns import apply, fill_columns
from practices.documents.lookup import countries_of
from practices.documents.presentation import Reading, read
from practices.documents.schema import (
    FIELDS,
    FIRST_YEAR,
    LAST_YEAR,
    LINE_LENGTH,
    REASON_LENGTH,
    SCHEMA,
    SECTIONS,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Document,
    Fault,
    changed_fields,
    complete,
    label,
    lacking,
    plain,
    shape_faults,
)

__all__ = [
    "FIELDS",
    "FIRST_YEAR",
    "LAST_YEAR",
    "LINE_LENGTH",
    "REASON_LENGTH",
    "SCHEMA",
    "SECTIONS",
    "SUMMARY_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "Document",
    "Fault",
    "Reading",
    "apply",
    "changed_fields",
    "complete",
    "countries_of",
    "fill_columns",
    "label",
    "lacking",
    "plain",
    "read",
    "shape_faults",
]
