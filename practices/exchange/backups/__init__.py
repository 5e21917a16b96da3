"""Backups: all that a catalogue holds in one archive, and its restore into either database.

An archive is a ZIP file with the rows of each table as JSON Lines, the uploaded files, and a manifest with the number
and the SHA-256 of each. Encrypted, it is a ZIP file of two age files (https://age-encryption.org/v1): `key.age`, a key
made for this archive and encrypted with the passphrase, and `backup.zip.age`, the archive encrypted to that key.

What follows from other tables, such as the index of search, is not in it: a restore makes it anew.
"""

from practices.exchange.backups.archive import (
    Manifest,
    NoPassphrase,
    NotABackup,
    Unreadable,
    WrongPassphrase,
    opened,
)
from practices.exchange.backups.checking import Damaged, check
from practices.exchange.backups.restoring import CannotRestore, NotEmpty, OtherRelease, restore
from practices.exchange.backups.writing import NotMigrated, write

__all__ = [
    "CannotRestore",
    "Damaged",
    "Manifest",
    "NoPassphrase",
    "NotABackup",
    "NotEmpty",
    "NotMigrated",
    "OtherRelease",
    "Unreadable",
    "WrongPassphrase",
    "check",
    "opened",
    "restore",
    "write",
]
