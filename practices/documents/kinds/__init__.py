"""Kinds of field of a practice document, and how each is validated, asked for, stored, shown and compared.

A field itself is declared in `fields.py`. A kind implements the abstract methods of `Field` and overrides those in
which it differs.
"""

from practices.documents.kinds.base import (
    LINE_LENGTH,
    TEXT_LENGTH,
    TRANSLATED,
    URL_LENGTH,
    Diff,
    Display,
    Field,
    Item,
    Layout,
    RelationMixin,
    Values,
    language_of,
)
from practices.documents.kinds.keys import (
    Countries,
    Key,
    Keys,
    Objectives,
)
from practices.documents.kinds.texts import (
    Figures,
    Line,
    Lines,
    Tags,
    Text,
    TypedText,
    WebAddress,
)
from practices.documents.kinds.values import (
    FIRST_YEAR,
    LAST_YEAR,
    Choice,
    Day,
    WrittenIn,
    Year,
)

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "LINE_LENGTH",
    "TEXT_LENGTH",
    "TRANSLATED",
    "URL_LENGTH",
    "Choice",
    "Countries",
    "Day",
    "Diff",
    "Display",
    "Field",
    "Figures",
    "Item",
    "Key",
    "Keys",
    "Layout",
    "Line",
    "Lines",
    "Objectives",
    "RelationMixin",
    "Tags",
    "Text",
    "TypedText",
    "Values",
    "WebAddress",
    "WrittenIn",
    "Year",
    "language_of",
]
