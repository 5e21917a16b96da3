"""The codebook held against the files and the form, column by column."""

import pytest

from practices import workflow
from practices.documents import FIELDS
from practices.documents.form import checked
from practices.documents.kinds import WebAddress
from practices.exchange import codebook
from practices.exchange.exports import COLUMNS, FORMATS
from practices.models import Practice, Revision
from tests.support.documents import FULL
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

ENTRIES = {entry.column.name: entry for entry in codebook.entries()}
OTHER = FULL | {
    "title": "Offices in two ports", "summary": "Offices help.", "objectives": [21, 3], "evidence_level": "monitored",
    "language": "fr",
}  # fmt: skip
"""Values of columns that cannot be emptied are others here."""
TEXTS = [
    name for name in FIELDS if COLUMNS[name].schema.get("maxLength") and "pattern" not in COLUMNS[name].schema
]


def exports():
    """Return the bytes of each export, by the label that the codebook has for it."""
    return {
        str(form.label): b"".join(
            piece if isinstance(piece, bytes) else piece.encode()
            for piece in form.write(Practice.objects.published())
        )
        for form in FORMATS.values()
    }


@pytest.mark.parametrize("name", FIELDS)
def test_column_is_in_those_files_that_the_codebook_names_and_in_no_others(name):
    workflow.publish_document(FULL, now=NOW)
    before = exports()
    value = OTHER[name] if OTHER[name] != FULL[name] else FIELDS[name].empty
    Revision.objects.update(document=FULL | {name: value})

    after = exports()

    assert [label for label in before if before[label] != after[label]] == ENTRIES[name].formats


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_the_greatest_length_is_valid_and_a_longer_one_is_not(name):
    longest = COLUMNS[name].schema["maxLength"]
    text = "https://example.org/" if isinstance(FIELDS[name], WebAddress) else ""
    text += "x" * (longest - len(text))

    faults = [{fault.field for fault in checked(FULL | {name: each})[1]} for each in (text, f"{text}x")]

    assert f"at most {longest:,} characters" in ENTRIES[name].limits
    assert faults == [set(), {name}]


@pytest.mark.parametrize("name", [name for name in FIELDS if FIELDS[name].required])
def test_column_that_is_never_empty_must_be_stated(name):
    assert "never empty" in ENTRIES[name].limits
    assert name in {fault.field for fault in checked(FULL | {name: FIELDS[name].empty})[1]}
