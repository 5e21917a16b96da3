"""`docs/security.md` has every line of OWASP ASVS 5.0, and names files and tests that exist."""

import re
from collections import Counter

from django.conf import settings

LINES = {
    "1.1": [1, 2], "1.2": range(1, 10), "1.3": range(1, 12), "1.4": [1, 2, 3], "1.5": [1, 2],
    "2.1": [1, 2, 3], "2.2": [1, 2, 3], "2.3": [1, 2, 3, 4], "2.4": [1],
    "3.2": [1, 2], "3.3": [1, 2, 3, 4], "3.4": range(1, 7), "3.5": range(1, 6), "3.7": [1, 2],
    "4.1": [1, 2, 3], "4.2": [1], "4.3": [1, 2], "4.4": [1, 2, 3, 4],
    "5.1": [1], "5.2": [1, 2, 3], "5.3": [1, 2], "5.4": [1, 2, 3],
    "6.1": [1, 2, 3], "6.2": range(1, 13), "6.3": [1, 2, 3, 4], "6.4": [1, 2, 3, 4], "6.5": range(1, 6),
    "6.6": [1, 2, 3], "6.8": [1, 2, 3, 4],
    "7.1": [1, 2, 3], "7.2": [1, 2, 3, 4], "7.3": [1, 2], "7.4": range(1, 6), "7.5": [1, 2], "7.6": [1, 2],
    "8.1": [1, 2], "8.2": [1, 2, 3], "8.3": [1], "8.4": [1],
    "9.1": [1, 2, 3], "9.2": [1, 2, 3, 4],
    "10.1": [1, 2], "10.2": [1, 2], "10.3": [1, 2, 3, 4], "10.4": range(1, 12), "10.5": range(1, 6),
    "10.6": [1, 2], "10.7": [1, 2, 3],
    "11.1": [1, 2], "11.2": [1, 2, 3], "11.3": [1, 2, 3], "11.4": [1, 2, 3, 4], "11.5": [1], "11.6": [1],
    "12.1": [1, 2, 3], "12.2": [1, 2], "12.3": [1, 2, 3, 4],
    "13.1": [1], "13.2": range(1, 6), "13.3": [1, 2], "13.4": range(1, 6),
    "14.1": [1, 2], "14.2": [1, 2, 3, 4], "14.3": [1, 2, 3],
    "15.1": [1, 2, 3], "15.2": [1, 2, 3], "15.3": range(1, 8),
    "16.1": [1], "16.2": range(1, 6), "16.3": [1, 2, 3, 4], "16.4": [1, 2, 3], "16.5": [1, 2, 3],
    "17.1": [1], "17.2": [1, 2, 3, 4], "17.3": [1, 2],
}  # fmt: skip
"""Section of OWASP ASVS 5.0.0 → numbers of its lines of level 1 and 2."""
TEXT = (settings.BASE_DIR / "docs/security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+\.\d", line)
]


def test_every_line_of_the_standard_occurs_once():
    assert [row[0] for row in ROWS] == [
        f"{section}.{number}" for section, numbers in LINES.items() for number in numbers
    ]
    assert len(ROWS) == 253


def test_numbers_of_lines_are_those_of_the_tables():
    said = re.findall(r"^\| (yes|partly|no|not applicable) \| (\d+) \|$", TEXT, re.MULTILINE)

    assert {state: int(number) for state, number in said} == Counter(row[3] for row in ROWS)


def test_every_line_says_where_it_is_met_or_why_not():
    assert [row for row in ROWS if len(row) != 6 or not row[4] or row[1] not in ("1", "2")] == []


def test_files_of_the_lines_exist():
    named = {name for row in ROWS for name in re.findall(r"`([\w.-]+/[\w./-]+)`", row[4])}

    assert {name for name in named if not (settings.BASE_DIR / name).exists()} == set()


def test_tests_of_the_lines_exist():
    named = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[5])}
    files = (settings.BASE_DIR / "tests").rglob("test_*.py")
    there = {
        name
        for path in files
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert named - there == set()
