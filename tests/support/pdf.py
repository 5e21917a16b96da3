"""Contents of a PDF document for its readers, by the programs of Poppler."""

import os
import re
import shutil
import subprocess
import zlib

import pytest

from practices.core import html_to_pdf

PROGRAMS = ("pdfinfo", "pdftotext")


def need_pdf():
    """Skip the test where PDF documents cannot be made or read; fail there if REQUIRE_PDF is set."""
    missing = [] if html_to_pdf.is_available() else ["the extra `pdf` and Pango"]
    missing += [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        (pytest.fail if os.environ.get("REQUIRE_PDF") else pytest.skip)(
            f"not installed: {', '.join(missing)}"
        )


def text_of(content, *options):
    """Return the text of a document in reading order."""
    return _said(["pdftotext", *options, "-", "-"], content)


def words_of(content, page):
    """Return where each word of a page stands, as a number of points for xMin, yMin, xMax and yMax."""
    boxes = text_of(content, "-bbox", "-f", str(page), "-l", str(page))
    return {
        word: {name: float(value) for name, value in re.findall(r'(\w+)="([\d.]+)"', place)}
        for place, word in re.findall(r"<word ([^>]*)>(.*?)</word>", boxes)
    }


def info_of(content, *options):
    return _said(["pdfinfo", *options, "-"], content)


def objects_of(content):
    """Return the objects of a document, such as its catalogue, which PDF 1.5 and later keep compressed."""
    return b"".join(
        zlib.decompress(stream)
        for stream in re.findall(rb"/ObjStm.*?stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    )


def _said(command, content):
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
