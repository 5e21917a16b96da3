"""ZIP archives whose bytes depend on their content alone: every part has the same date."""

import zipfile
from datetime import datetime

FIXED_DATE = datetime(1980, 1, 1)  # noqa: DTZ001 - the first that ZIP can express, which has no time zones


def part(name: str) -> zipfile.ZipInfo:
    """Return the head of a compressed part."""
    info = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
