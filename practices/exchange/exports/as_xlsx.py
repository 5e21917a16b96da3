"""XLSX for spreadsheets: the columns of the CSV, with years as numbers. Written row by row to a temporary file."""

import tempfile
from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet
from openpyxl import Workbook

from practices.documents import FIELDS
from practices.exchange.exports.as_csv import cell
from practices.exchange.exports.source import latest_documents
from practices.models import Practice

PIECE = 64 * 1024  # bytes


def write(practices: QuerySet[Practice]) -> Iterator[bytes]:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("practices")
    sheet.freeze_panes = "A2"
    sheet.append(["url", "published_on", *FIELDS])
    for practice, document in latest_documents(practices):
        address = settings.SITE_URL + practice.get_absolute_url()
        values = [value if isinstance(value, int) else cell(value) for value in map(document.get, FIELDS)]
        sheet.append([address, practice.published_at.date().isoformat(), *values])
    with tempfile.TemporaryFile() as file:
        workbook.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
