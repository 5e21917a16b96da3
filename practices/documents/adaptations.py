"""Adaptations of practices: what somebody tells of a use elsewhere, in fields of a practice document.

Who has used a practice answers few questions, in `FIELDS_ASKED`. The document of such a submission has the title and
objectives of the practice, by which moderators find it, and is blank otherwise.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practices.choices import Licence
from practices.core import languages
from practices.documents import fields
from practices.documents.fields import FIELDS
from practices.documents.kinds import Field
from practices.documents.lookup import rows_named
from practices.documents.schema import Document, complete
from practices.models import Adaptation, Country, Submission

ENOUGH_TEXT = 60
"""Characters from which on the language of a text is believed."""
LABELS = {
    "countries": _("Country"),
    "area": _("City or area"),
    "implementers": _("Who used it"),
    "start_year": FIELDS["start_year"].label,
    "end_year": FIELDS["end_year"].label,
    "summary": _("What was changed"),
    "results": FIELDS["results"].label,
    "hindsight": _("What did not work"),
    "source_url": _("Link"),
}
FIELDS_ASKED: dict[str, Field] = {
    name: dataclasses.replace(FIELDS[name], label=label) for name, label in LABELS.items()
}
"""Fields of a document in which an adaptation is told, in the order of its form, each with its own label."""
REQUIRED = ("countries", "implementers", "summary")
"""Fields without which an adaptation says too little."""
_COLUMNS = {
    "area": "area",
    "implementers": "organisations",
    "start_year": "start_year",
    "end_year": "end_year",
    "summary": "changes",
    "results": "results",
    "hindsight": "failures",
    "source_url": "link",
    "language": "language",
    "credit": "credit",
}
"""Field of the document → column of `Adaptation`. The country is a row of its own."""


def label(name: str) -> Any:
    """Return the label of a field as an adaptation is asked for it, or as a practice has it where it is not."""
    return LABELS.get(name) or fields.label(name)


def label_in(submission: Submission, name: str) -> Any:
    """Return the label of a field in the form of a submission."""
    return label(name) if submission.is_adaptation else fields.label(name)


def blank(practice: Document, *, language: str) -> Document:
    """Return the document of an adaptation of a practice before anything is told."""
    kept = {name: practice[name] for name in ("title", "objectives")}
    return complete({**kept, "language": language, "licence": Licence.CC_BY})


def with_language(document: Document) -> Document:
    """Return the document with the language of its texts, if they show another one than it names."""
    texts = [document[name] for name in ("summary", "results", "hindsight")]
    if sum(map(len, texts)) < ENOUGH_TEXT:
        return document
    found = languages.detect(*texts, countries=document["countries"])
    return document | {"language": found or document["language"]}


def one_country(countries: list[str]) -> list[str]:
    """Return the value of the field. Raises ValidationError if it has several countries."""
    if len(countries) > 1:
        raise ValidationError(
            _("Enter one country only. You can tell us of the others afterwards, one by one.")
        )
    return countries


def columns_of(document: Document) -> dict[str, Any]:
    """Return the columns of the adaptation that a document tells; `country` is None if it names none."""
    document = complete(document)
    country = next(iter(rows_named(Country, document["countries"][:1])), None)
    return {"country": country, **{column: document[name] for name, column in _COLUMNS.items()}}


def stated_of(columns: Mapping[str, Any]) -> Document:
    """Return the fields of a document that tell an adaptation, from its columns by name. The country is apart."""
    return {name: columns[column] for name, column in _COLUMNS.items()}


def document_of(adaptation: Adaptation) -> Document:
    """Return the document that tells an adaptation, for a form."""
    columns = {name: getattr(adaptation, column) for name, column in _COLUMNS.items()}
    return complete({**columns, "countries": [adaptation.country.code]})


def proposed(document: Document) -> Adaptation:
    """Return the adaptation that would be published from a document. It is not saved, and may have no country yet."""
    return Adaptation(**columns_of(document))
