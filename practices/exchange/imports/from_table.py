"""Tables, CSV or XLSX, with an item per row below the headings."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from django.utils.translation import gettext

from practices.core.plain_text import plain
from practices.documents.schema import REQUIRED
from practices.exchange.exports.as_csv import FORMULA_STARTS
from practices.exchange.imports import columns
from practices.exchange.imports.errors import UnreadableFile
from practices.exchange.spreadsheets import tables
from practices.exchange.spreadsheets.reader import REASONS
from practices.exchange.spreadsheets.tables import Rejected

MOST_HEADINGS = 20
LONGEST_HEADING = 60
"""Headings that a message names, and characters of each."""


class Cells(dict[str, str]):
    """Texts of a row by the name of the column, or by its heading where we have no such column. None is empty."""

    row: int
    """Number of the row in the file, from 1."""


def read(path: Path, *, mapping: Mapping[str, str] | None = None, needs_ours: bool = True) -> Iterator[Cells]:
    """Yield the rows of a table. Raises UnreadableFile, also if it `needs_ours` and has none of our columns.

    `mapping`: the name of a column by heading, empty for those to leave out; without it, headings are guessed.
    """
    try:
        with (
            path.open("rb") as file,
            closing(tables.rows(file, extension=path.suffix.lower())) as found,
        ):
            _number, headings = next(found)
            headings = [plain(heading).strip() for heading in headings]
            names = _names(headings, mapping)
            if needs_ours and not set(names).intersection(columns.NAMES):
                raise UnreadableFile(_no_column(headings))
            for number, row in found:
                yield _cells(number, zip(names, row, strict=False))
    except OSError as error:
        raise UnreadableFile(
            gettext("the file cannot be opened: %(why)s") % {"why": error.strerror}
        ) from error
    except Rejected as rejected:
        raise UnreadableFile(str(REASONS[rejected.reason] % rejected.details).rstrip(".")) from rejected


def _no_column(headings: list[str]) -> str:
    text = gettext(
        "no column is one that the catalogue knows. The first row of the table has: %(headings)s. It must have the "
        "names of columns, at least %(required)s; all are: %(known)s"
    )
    present = [f"“{heading[:LONGEST_HEADING]}”" for heading in headings if heading]
    more = ["…"] if len(present) > MOST_HEADINGS else []
    return text % {
        "headings": ", ".join(present[:MOST_HEADINGS] + more),
        "required": ", ".join(REQUIRED),
        "known": ", ".join(columns.NAMES),
    }


def _names(headings: list[str], mapping: Mapping[str, str] | None) -> list[str]:
    """Return the name of each column: ours, or its heading if there is none; empty for those to leave out."""
    guessed = columns.guessed(headings)
    if mapping is None:
        return [guessed[heading] or heading for heading in headings]
    return [mapping.get(heading, guessed[heading] or heading) for heading in headings]


def _cells(number: int, pairs: Iterable[tuple[str, str]]) -> Cells:
    cells = Cells()
    cells.row = number
    for name, cell in pairs:
        text = _as_written(plain(cell).strip())
        if name and text and name != "files":  # whose contents no table has
            # Several columns may stand for one of ours, such as one for each country.
            cells[name] = f"{cells[name]}\n{text}" if name in cells else text
    return cells


def _as_written(text: str) -> str:
    """Return the text of a cell without the apostrophe that keeps spreadsheets from running it (see `as_csv.cell`)."""
    bare = text[1:]
    return bare if text.startswith("'") and bare.lstrip().startswith(FORMULA_STARTS) else text
