"""Imports of practices: files are read (`files`), their items matched and published (`importer`)."""

from practices.exchange.imports.errors import UnreadableFile
from practices.exchange.imports.files import FORMATS, TABLES, contents, read, reserve_numbers
from practices.exchange.imports.importer import Outcome, Result, run
from practices.exchange.imports.jobs import run_due
from practices.exchange.imports.report import Report, notices

__all__ = [
    "FORMATS",
    "TABLES",
    "Outcome",
    "Report",
    "Result",
    "UnreadableFile",
    "contents",
    "notices",
    "read",
    "reserve_numbers",
    "run",
    "run_due",
]
