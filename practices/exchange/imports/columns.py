"""Columns of tables that others have made: which of ours each of their headings stands for."""

from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import override

from practices.core.cache import cached_per_version
from practices.core.titles import folded
from practices.documents.fields import FIELD_OF_FORM
from practices.exchange.exports import COLUMNS
from practices.models import ColumnMapping

OTHER_NAMES = {
    "countries": ["country", "pays", "país", "location", "where"],
    "objectives": ["objective", "gcm objective", "gcm objectives", "objective number"],
    "implementers": ["implementer", "organisation", "organization", "implementing organisations", "author"],
    "partners": ["partner"],
    "sdgs": ["sdg", "goals"],
    "tags": ["tag", "topic", "keywords", "thematic area"],
    "principles": ["guiding principle"],
    "source_url": ["source url", "link", "website", "web page"],
    "summary": ["description", "abstract", "brief description"],
    "start_year": ["start", "start date", "from"],
    "end_year": ["end", "end date", "to"],
    "credit": ["submitted by", "submitter"],
    "submitted_on": ["date submitted", "submission date"],
    "title": ["name", "titre", "título", "practice", "title of practice"],
}
"""Headings that people use for our columns, beside their names and labels."""
NAMES = [name for name in COLUMNS if name != "files"]
"""Our columns that a table can have. Files only come with their contents, in a dump."""


def guessed(headings: Iterable[str]) -> dict[str, str]:
    """Return the name of our column for each heading; empty for one that we do not know."""
    known = _known()
    return {heading: known.get(folded(heading), "") for heading in headings}


@cached_per_version(across_publications=True, in_process=True)
def _known() -> dict[str, str]:
    """Return the name of a column by its folded name, labels and other names."""
    known: dict[str, str] = {}
    with override("en"):
        labels = {name: [str(column.label)] for name, column in COLUMNS.items()}
        for form_name, field in FIELD_OF_FORM.items():
            labels[field.name].append(form_name)
    for name, others in OTHER_NAMES.items():
        labels[name] += others
    for name, texts in labels.items():
        for text in (name, *texts):
            known.setdefault(folded(text), name)
    return {text: name for text, name in known.items() if name in NAMES}


def remembered(name: str) -> dict[str, str] | None:
    """Return the columns that were remembered by this name, or None."""
    found = ColumnMapping.objects.filter(name=name).first()
    return _valid(found.columns) if found else None


def remembered_for(headings: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return the name and the columns that were remembered last for a table with all these headings."""
    for found in ColumnMapping.objects.order_by("-pk"):
        if set(headings) <= set(found.columns):
            return found.name, _valid(found.columns)
    return "", {}


def remember(name: str, columns: Mapping[str, str]) -> None:
    """Remember columns by a name, in the place of what had that name."""
    ColumnMapping.objects.update_or_create(name=name, defaults={"columns": dict(columns)})


def _valid(columns: Mapping[str, str]) -> dict[str, str]:
    """Return what a mapping says of columns that there still are."""
    return {heading: name for heading, name in columns.items() if not name or name in NAMES}
