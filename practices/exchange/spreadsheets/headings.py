"""Headings of the template, in the language in which it is offered, and what they mean in all of them."""

from django.conf import settings
from django.utils.translation import override, pgettext, pgettext_lazy

from practices.core.titles import folded

HEADINGS = (
    pgettext_lazy("heading of a column", "field"),
    pgettext_lazy("heading of a column", "question"),
    pgettext_lazy("heading of a column", "your answer"),
    pgettext_lazy("heading of a column", "help"),
    pgettext_lazy("heading of a column", "choices"),
)
ANSWER = 2
"""Place of the column for answers."""
_READ = dict(zip(HEADINGS, ("field", "question", "answer"), strict=False))


def sheet_title() -> str:
    """Return the name of the sheet with the questions."""
    return pgettext("name of a sheet", "Practice")


def columns() -> dict[str, str]:
    """Return folded heading, in all languages, → the column that it stands for."""
    known = {"answer": "answer", "answers": "answer"}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {folded(str(heading)): column for heading, column in _READ.items()}
    return known
