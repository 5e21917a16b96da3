"""Columns of the exports: facts about a practice, the fields of its document, and its files."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from practices import documents
from practices.core.http.guards import site_address
from practices.documents.adaptations import FIELDS_ASKED
from practices.documents.kinds import Field, Figures
from practices.documents.widgets import FIGURE_PARTS
from practices.exchange.exports.records import Record
from practices.models.attachment import public_url


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a table, and the member of the same name in JSON."""

    name: str
    label: Any
    meaning: Any
    schema: dict[str, Any]
    """JSON Schema of the value."""
    example: Any
    """A value as JSON has it."""
    value: Callable[[Record], Any]
    parts: tuple[str, ...] = ()
    """Names of the parts of each item, in the order in which a cell lists them."""
    field: Field | None = None
    """The declaration of the field, if it is one of the document."""
    may_be_empty: bool = False
    """For a fact about a practice that some practices do not have."""


MOST_ENTRIES = 500
"""Files, translations, reports or questions of a practice in a file: an import checks each of them."""
_INSTANT = {"type": "string", "format": "date-time"}
FILE = {
    "name": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": r"^[^/\\\x00-\x1f]+$"},
    "description": {"type": "string", "minLength": 1, "maxLength": 200},
    "type": {"type": "string", "maxLength": 100, "pattern": "^[a-z0-9.+-]+/[a-z0-9.+-]+$"},
    "size": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "url": {"type": "string"},
}
"""JSON Schema of the parts of a file."""


def _files(record: Record) -> list[dict[str, Any]]:
    """Return the facts of each file. Its address is the same whichever page the export was downloaded from."""
    with override(settings.LANGUAGE_CODE):
        return [
            {
                "name": file.name,
                "description": file.description,
                "type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "url": site_address(public_url(record.practice.pk, file)),
            }
            for file in record.files
        ]


def _of_field(field: Field) -> Column:
    parts = tuple(FIGURE_PARTS) if isinstance(field, Figures) else ()

    def value(record: Record) -> Any:
        stated = record.document[field.name]
        # PostgreSQL keeps the parts of an object in an order of its own.
        return [{part: each[part] for part in parts} for each in stated] if parts else stated

    return Column(
        field.name,
        field.label,
        field.meaning,
        field.json_schema(),
        field.example,
        value,
        parts=parts,
        field=field,
    )


def in_utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


_ABOUT = [
    Column(
        "id",
        _("Number"),
        _(
            "Number of the practice in this catalogue. It never changes and is never given to another practice, unless "
            "the catalogue had to be restored from a backup."
        ),
        {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
        417,
        lambda record: record.practice.pk,
    ),
    Column(
        "url",
        _("Permanent address"),
        _("Leads to the page of the practice, even after its title has changed."),
        {"type": "string"},
        "https://practices.example.org/p/417",
        lambda record: site_address(record.practice.get_permanent_url()),
    ),
    Column(
        "doi",
        _("DOI"),
        _("DOI of the practice, such as 10.5072/practice.417; empty where it has none."),
        {"type": "string", "maxLength": 100, "pattern": r"^(10\.\d{4,9}/\S+)?$"},
        "10.5072/practice.417",
        lambda record: record.practice.doi,
        may_be_empty=True,
    ),
    Column(
        "published_at",
        _("Published"),
        _("Date and time of the first publication in this catalogue, in UTC."),
        _INSTANT,
        "2026-11-02T09:30:00+00:00",
        lambda record: in_utc(record.practice.published_at),
    ),
    Column(
        "revised_at",
        _("Last revised"),
        _("Date and time of the publication of this revision, in UTC."),
        _INSTANT,
        "2026-11-20T14:05:00+00:00",
        lambda record: in_utc(record.practice.revised_at),
    ),
    Column(
        "checked_on",
        _("Checked"),
        _("Day on which the submitter last confirmed that the practice is still described correctly."),
        {"type": ["string", "null"], "format": "date"},
        "2027-11-02",
        lambda record: record.practice.checked_on and record.practice.checked_on.isoformat(),
        may_be_empty=True,
    ),
    Column(
        "revision",
        _("Revision"),
        _("Number of this revision, counted from 1. Every published change makes a new one."),
        {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        2,
        lambda record: record.practice.revision_number,
    ),
]
_USED = Column(
    "used_elsewhere",
    _("Used elsewhere"),
    _("Number of reports on its use elsewhere that are published here. JSON has them in “adaptations”."),
    {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    2,
    lambda record: len(record.adaptations),
)
_FILES_COLUMN = Column(
    "files",
    _("Files"),
    _(
        "Files of this revision, each with its name, description, media type, size in bytes, SHA-256 and address."
    ),
    {
        "type": "array",
        "maxItems": MOST_ENTRIES,
        "items": {
            "type": "object",
            "properties": FILE,
            "required": ["name", "description", "type", "size", "sha256"],
            "additionalProperties": False,
        },
    },
    [
        {
            "name": "evaluation.pdf",
            "description": "Evaluation, 2024",
            "type": "application/pdf",
            "size": 482133,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "url": "https://practices.example.org/practices/417/files/9f86d081/evaluation.pdf",
        }
    ],
    _files,
    parts=tuple(FILE),
    may_be_empty=True,
)

_LANGUAGE = {"type": "string", "minLength": 2, "maxLength": 10}
_TRANSLATION = {
    "language": _LANGUAGE,
    "translator": {"type": "string", "maxLength": 200},
    "machine": {"type": "string", "maxLength": 100},
    "of_revision": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "is_outdated": {"type": "boolean"},
    **{name: documents.FIELDS[name].json_schema() for name in documents.TRANSLATABLE},
}
"""JSON Schema of the parts of a translation: facts about it, and the fields that are translated."""


def _translations(record: Record) -> list[dict[str, Any]]:
    """Return the translations of a practice, each with those of its texts that the latest revision states."""
    return [
        {
            "language": translation.language,
            "translator": translation.translator,
            "machine": translation.machine,
            "of_revision": translation.of_revision,
            "is_outdated": translation.is_outdated,
            **{
                name: _of_field(documents.FIELDS[name]).value(dataclasses.replace(record, document=texts))
                for name in texts
            },
        }
        for translation in record.translations
        for texts in [documents.own_texts(record.document, translation)]
    ]


_TRANSLATIONS = Column(
    "translations",
    _("Translations"),
    _(
        "Each translation with its language, who translated it (or which program, checked by whom), the revision "
        "that was translated, whether a text has changed since, and the translated texts. In JSON only; the other "
        "columns are always those of the original."
    ),
    {
        "type": "array",
        "maxItems": MOST_ENTRIES,
        "items": {
            "type": "object",
            "properties": _TRANSLATION,
            "required": [
                "language",
                "translator",
                "machine",
                "of_revision",
                "is_outdated",
                *documents.NEEDED,
            ],
            "additionalProperties": False,
        },
    },
    [
        {
            "language": "fr",
            "translator": "Léa Martin",
            "machine": "",
            "of_revision": 2,
            "is_outdated": False,
            "title": "Guichets des pensions dans deux ports",
            "summary": "Des guichets dans deux ports aident à demander les pensions acquises à l’étranger.",
        }
    ],
    _translations,
    parts=("language", "translator", "machine", "of_revision", "is_outdated", *documents.TRANSLATABLE),
    may_be_empty=True,
)

_ADAPTATION = {
    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "area": {"type": "string", "maxLength": 200},
    "organisations": FIELDS_ASKED["implementers"].json_schema(),
    "start_year": FIELDS_ASKED["start_year"].json_schema(),
    "end_year": FIELDS_ASKED["end_year"].json_schema(),
    "changes": {"type": "string"},
    "results": {"type": "string"},
    "failures": {"type": "string"},
    "link": {"type": "string"},
    "language": _LANGUAGE,
    "credit": {"type": "string", "maxLength": 200},
    "published_at": _INSTANT,
}
"""JSON Schema of the parts of a use elsewhere."""


def _adaptations(record: Record) -> list[dict[str, Any]]:
    """Return the uses of a practice elsewhere, oldest first."""
    return [
        {
            "country": adaptation.country.code,
            **{
                name: getattr(adaptation, name)
                for name in _ADAPTATION
                if name not in ("country", "published_at")
            },
            "published_at": in_utc(adaptation.published_at),
        }
        for adaptation in record.adaptations
    ]


_ADAPTATIONS = Column(
    "adaptations",
    _("Uses elsewhere"),
    _(
        "Each use of the practice elsewhere that was reported: the country and area, who used it and when, what was "
        "changed, the results, what did not work, a link, the language of the texts, who reported it (empty if "
        "anonymous) and when the report was published here. In JSON only."
    ),
    {
        "type": "array",
        "maxItems": MOST_ENTRIES,
        "items": {
            "type": "object",
            "properties": _ADAPTATION,
            "required": list(_ADAPTATION),
            "additionalProperties": False,
        },
    },
    [
        {
            "country": "KE",
            "area": "Mombasa",
            "organisations": ["Port of Mombasa"],
            "start_year": 2021,
            "end_year": None,
            "changes": "One desk at the harbour gate, open on Saturdays.",
            "results": "900 seafarers claimed their pensions in two years.",
            "failures": "The first desk was too far from the gate.",
            "link": "https://mombasa.example.org/desk",
            "language": "en",
            "credit": "Amina Otieno",
            "published_at": "2026-11-30T09:30:00+00:00",
        }
    ],
    _adaptations,
    parts=tuple(_ADAPTATION),
    may_be_empty=True,
)

_QUESTION = {
    "question": {"type": "string"},
    "answer": {"type": "string"},
    "answered_on": {"type": "string", "format": "date"},
}


def _questions(record: Record) -> list[dict[str, Any]]:
    """Return the published questions of readers with their answers."""
    return [
        {
            "question": question.shown_text,
            "answer": question.shown_answer,
            "answered_on": question.answered_at.date().isoformat(),
        }
        for question in record.questions
        if question.answered_at
    ]


_QUESTIONS = Column(
    "questions",
    _("Questions and answers"),
    _(
        "Questions of readers that those behind the practice have answered, if both let them be published. In JSON only."
    ),
    {
        "type": "array",
        "maxItems": MOST_ENTRIES,
        "items": {
            "type": "object",
            "properties": _QUESTION,
            "required": list(_QUESTION),
            "additionalProperties": False,
        },
    },
    [
        {
            "question": "How many people work at each desk?",
            "answer": "Two, and one of them speaks Tagalog.",
            "answered_on": "2026-11-24",
        }
    ],
    _questions,
    parts=tuple(_QUESTION),
    may_be_empty=True,
)

COLUMNS = {
    column.name: column
    for column in [*_ABOUT, _USED, *map(_of_field, documents.FIELDS.values()), _FILES_COLUMN]
}
"""Columns by name, in the order of a table."""
MEMBERS = COLUMNS | {column.name: column for column in (_TRANSLATIONS, _ADAPTATIONS, _QUESTIONS)}
"""Members of a practice in JSON by name: the columns, and what no cell can hold."""

SCHEMA = documents.SCHEMA | {
    "title": "Practice",
    "description": "A practice as exports write it. Import needs none of the members beside its document.",
    "properties": {name: column.schema for name, column in MEMBERS.items()},
}
"""JSON Schema (draft 2020-12) of a practice in an export, and of an item to import."""


def item(record: Record) -> dict[str, Any]:
    """Return a practice as JSON has it."""
    return {name: column.value(record) for name, column in MEMBERS.items()}
