"""Reader of filled-in spreadsheet templates, XLSX or CSV."""

from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from practices.core import sandbox
from practices.core.sandbox import Busy, Rejected
from practices.core.titles import folded
from practices.documents import plain
from practices.exchange.spreadsheets import parser
from practices.exchange.spreadsheets.headings import columns

MOST_BYTES = 1024 * 1024
REASONS = {
    "broken_xlsx": gettext_lazy("This spreadsheet cannot be read. Please save it again as XLSX or CSV."),
    "broken_csv": gettext_lazy("This file cannot be read. Please save it as CSV in UTF-8, or as XLSX."),
    "password": gettext_lazy("This spreadsheet has a password. Please save it without one."),
    "other_kind": gettext_lazy(
        "This is a file of the type %(kind)s, which we cannot read. Please open it and save it as XLSX."
    ),
    "no_headings": gettext_lazy(
        "This file has no columns called “field” and “your answer”, as our template has. "
        "Please keep its first row, or copy your answers into a new template."
    ),
    "several_sheets": gettext_lazy(
        "This file has more than one sheet with our questions: %(sheets)s. "
        "Please keep one practice in each file, and delete the other sheets."
    ),
    "errors": gettext_lazy("There are errors such as #REF! in %(cells)s. Please correct these cells."),
    "outside": gettext_lazy(
        "There is text beside the column “your answer”, in %(cells)s. Please move it into that column, or delete it."
    ),
    "below": gettext_lazy(
        "There is text below row %(row)s, in %(cells)s, which we do not read. Please move it up, or delete it."
    ),
    "too_much": gettext_lazy(
        "This spreadsheet contains much more than our template. Please copy your answers into a new template."
    ),
    "no_rows": gettext_lazy("This file is empty."),
    "unreadable": gettext_lazy("This spreadsheet cannot be read. Please save it again as XLSX or CSV."),
}
"""Sentences for the reasons for which `parser`, `tables` and the sandbox reject a file."""


class Unreadable(Exception):
    """The file is not a filled-in template; the message says why, and what to do."""


class Answers(NamedTuple):
    """Answers of a filled-in template."""

    by_field: dict[str, str]
    """Name of a field → its answer."""
    unknown_rows: list[int]
    """Numbers of the rows whose answers belong to no field."""


def read(content: bytes, *, fields: Mapping[str, str]) -> Answers:
    """Return the answer to each of `fields` that a row names by its name, or by its label in any language.

    `fields`: lazy labels by name.

    Raises Unreadable, and Busy while other files are being read.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            _("This file is larger than 1 MB. Please choose the completed template, which is much smaller.")
        )
    try:
        rows, _none = sandbox.run(
            parser.rows, content, most_elements=settings.SPREADSHEET_ELEMENTS, columns=columns()
        )
    except Rejected as rejected:
        raise Unreadable(REASONS[rejected.reason] % rejected.details) from rejected
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {folded(str(label)): name for name, label in fields.items()}
    known |= {folded(name): name for name in fields}
    found: dict[str, list[str]] = {}
    unknown = []
    for number, name, label, answer in rows:
        if field := known.get(folded(name)) or known.get(folded(label)):
            found.setdefault(field, []).append(plain(answer).strip())
        elif answer:
            unknown.append(number)
    if not found:
        raise Unreadable(_("This file is not our template. Please download the template and fill it in."))
    return Answers({name: "\n".join(filter(None, parts)) for name, parts in found.items()}, unknown)


__all__ = ["MOST_BYTES", "Answers", "Busy", "Unreadable", "read"]
