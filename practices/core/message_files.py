"""Message files: the translations in `locale`, compiled for gettext.

Uses Babel, as GNU gettext is not on every machine, and not Django, so that .ci/setup can run it before there are
settings: `python -m practices.core.message_files locale`.
"""

import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path


def compile_messages(folders: Iterable[Path]) -> list[Path]:
    """Compile the message files below `folders` that are newer than what was compiled of them. Return those."""
    outdated = [
        source
        for folder in folders
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))
        if _is_outdated(source)
    ]
    for source in outdated:
        _compile(source)
    return outdated


def _is_outdated(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - takes longer to import than to find nothing to do
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    # Other processes read the file meanwhile: they find the old one or the new one, whole.
    unfinished = source.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(compiled.getvalue())
    unfinished.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    compile_messages(map(Path, sys.argv[1:]))
