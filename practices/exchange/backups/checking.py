"""Checking that a backup is whole."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from practices.exchange.backups import tables
from practices.exchange.backups.archive import DAMAGE, FILES, TABLES, Manifest

UNREADABLE = (KeyError, *DAMAGE)


class Damaged(Exception):
    """The content of a backup is not what its manifest says. Holds the names of its damaged parts."""

    def __init__(self, parts: Iterable[str]) -> None:
        self.parts = list(parts)
        super().__init__(", ".join(self.parts))


def check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Compare every table and file of a backup with its manifest. Raises Damaged."""
    if damaged := [*_damaged_tables(archive, manifest), *_damaged_files(archive, manifest)]:
        raise Damaged(damaged)


def _damaged_tables(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    for label, expected in manifest.tables.items():
        try:
            with archive.open(TABLES.format(label)) as table:
                is_whole = tables.facts(table) == expected
        except UNREADABLE:
            is_whole = False
        if not is_whole:
            yield label


def _damaged_files(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    for name, expected in manifest.files.items():
        try:
            with archive.open(FILES.format(name)) as file:
                is_whole = sha256_of(file) == expected["sha256"]
        except UNREADABLE:
            is_whole = False
        if not is_whole:
            yield name


def sha256_of(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()
