"""Reader of filled-in spreadsheet templates, XLSX or CSV."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices.core import sandbox
from practices.core.sandbox import Busy, Rejected
from practices.documents import plain
from practices.exchange.spreadsheets import parser

MOST_BYTES = 1024 * 1024
_REASONS = {
    "broken_xlsx": gettext_lazy("This spreadsheet cannot be read. Please save it again as XLSX or CSV."),
    "broken_csv": gettext_lazy("This file cannot be read. Please save it as CSV in UTF-8, or as XLSX."),
    "formulas": gettext_lazy("Formulas cannot be read. Please enter plain values in %(cells)s."),
    "too_much": gettext_lazy(
        "This spreadsheet contains much more than our template. Please copy your answers into a new template."
    ),
    "unreadable": gettext_lazy("This spreadsheet cannot be read. Please save it again as XLSX or CSV."),
}
"""Sentences for the reasons for which `parser` and the sandbox reject a file."""


class Unreadable(Exception):
    """The file is not a filled-in template; the message says why, and what to do."""


def answers(content: bytes, *, fields: Iterable[str]) -> dict[str, str]:
    """Return the answer to each of `fields` that the first column names.

    Raises Unreadable, and Busy while other files are being read.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            _("This file is larger than 1 MB. Please choose the completed template, which is much smaller.")
        )
    try:
        rows, _none = sandbox.run(parser.rows, content, most_elements=settings.SPREADSHEET_ELEMENTS)
    except Rejected as rejected:
        raise Unreadable(_REASONS[rejected.reason] % rejected.details) from rejected
    known = set(fields)
    found = {name: answer for name, answer in rows if name in known}
    if not found:
        raise Unreadable(_("This file is not our template. Please download the template and fill it in."))
    return {name: plain(answer).strip() for name, answer in found.items()}


__all__ = ["MOST_BYTES", "Busy", "Unreadable", "answers"]
