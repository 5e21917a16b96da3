"""XLSX for spreadsheets: the columns of the CSV, with years as numbers. Written row by row to a temporary file.

The same practices make the same bytes, as an ETag and a checksum promise: no date in the file is that of its making.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from practices.documents import FIELDS
from practices.exchange.exports.as_csv import cell
from practices.exchange.exports.source import latest_documents
from practices.models import Practice

PIECE = 64 * 1024  # bytes
FIXED_DATE = datetime(1980, 1, 1)  # noqa: DTZ001 - the first that ZIP can express, which has no time zones


class _ReproducibleZip(zipfile.ZipFile):
    """Archive in which every part has the same date."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **options: Any) -> None:
        super().writestr(self._part(zinfo_or_arcname), data, *args, **options)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **options: Any) -> None:
        with (
            Path(filename).open("rb") as source,
            self.open(self._part(arcname), "w", force_zip64=True) as part,
        ):
            shutil.copyfileobj(source, part)

    @staticmethod
    def _part(name: str) -> zipfile.ZipInfo:
        part = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
        part.compress_type = zipfile.ZIP_DEFLATED
        return part


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
    sheet.append(["url", "published_on", *FIELDS])
    for practice, document in latest_documents(practices):
        address = settings.SITE_URL + practice.get_absolute_url()
        values = [value if isinstance(value, int) else cell(value) for value in map(document.get, FIELDS)]
        sheet.append([address, timezone.localdate(practice.published_at).isoformat(), *values])
    workbook.properties.created = workbook.properties.modified = FIXED_DATE
    with tempfile.TemporaryFile() as file:
        # As Workbook.save does, but for the dates.
        with _ReproducibleZip(file, "w") as archive:
            ExcelWriter(workbook, archive).save()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
