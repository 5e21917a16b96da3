"""XLSX for spreadsheets: the columns of the CSV, with numbers and dates as such. Written row by row to a temporary file.

The same practices make the same bytes, as an ETag and a checksum promise: no date in the file is that of its making.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from practices.core.reproducible_zip import FIXED_DATE, part
from practices.exchange.exports.as_csv import cell
from practices.exchange.exports.columns import COLUMNS, Column
from practices.exchange.exports.records import records
from practices.models import Practice

PIECE = 64 * 1024  # bytes


class _ReproducibleZip(zipfile.ZipFile):
    """Archive in which every part has the same date."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **options: Any) -> None:
        super().writestr(part(zinfo_or_arcname), data, *args, **options)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **options: Any) -> None:
        with (
            Path(filename).open("rb") as source,
            self.open(part(arcname), "w", force_zip64=True) as copy,
        ):
            shutil.copyfileobj(source, copy)


def write(practices: QuerySet[Practice]) -> Iterator[bytes]:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("practices")
    try:
        yield from _pieces(workbook, sheet, practices)
    finally:
        # openpyxl deletes its temporary file of the sheet only after it was saved, else when the process ends.
        if sheet._writer and Path(sheet._writer.out).exists():
            with suppress(OSError):  # no space to end the sheet
                sheet.close()
            sheet._writer.cleanup()


def _pieces(workbook: Any, sheet: Any, practices: QuerySet[Practice]) -> Iterator[bytes]:
    sheet.freeze_panes = "A2"
    sheet.append([*COLUMNS])
    for record in records(practices):
        sheet.append([_cell(column, column.value(record)) for column in COLUMNS.values()])
    workbook.properties.created = workbook.properties.modified = FIXED_DATE
    with tempfile.TemporaryFile() as file:
        # As Workbook.save does, but for the dates.
        with _ReproducibleZip(file, "w") as archive:
            ExcelWriter(workbook, archive).save()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _cell(column: Column, value: Any) -> Any:
    """Return `value` as the program wants it. It knows no time zones, so instants are in UTC without saying so."""
    match column.schema.get("format"):
        case "date-time":
            return datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0)
        case "date" if value:
            return date.fromisoformat(value)
        case _:
            return value if isinstance(value, int) else cell(value, column.parts)
