"""The documents of the repository name files that exist, and decisions are numbered."""

import re

from django.conf import settings

DOCUMENTS = [
    str(path.relative_to(settings.BASE_DIR))
    for folder, pattern in ((".", "*.md"), ("benchmarks", "*.md"), ("docs", "**/*.md"))
    for path in sorted((settings.BASE_DIR / folder).glob(pattern))
]
RECORDS = ("CHANGELOG.md", "docs/decisions/")
"""Documents about the past, which may name files that are gone."""
FILE = re.compile(r"`((?:practices|catalogue|templates|tests|docs|static|fixtures)/[a-z0-9_/.]*)`")


def test_files_that_documents_name_exist():
    named = {
        name: FILE.findall((settings.BASE_DIR / name).read_text(encoding="utf-8"))
        for name in DOCUMENTS
        if not name.startswith(RECORDS)
    }

    assert [
        (name, path)
        for name, paths in named.items()
        for path in paths
        if not (settings.BASE_DIR / path).exists()
    ] == []


def test_links_of_documents_lead_to_files():
    paths = [settings.BASE_DIR / name for name in DOCUMENTS]
    links = {path: re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")) for path in paths}

    assert [
        (path.name, link)
        for path, found in links.items()
        for link in found
        if ":" not in link and link[0] != "/" and not (path.parent / link).exists()
    ] == []


def test_decisions_have_a_number_each_and_a_row_in_the_table():
    pages = sorted((settings.BASE_DIR / "docs/decisions").glob("0*.md"))
    rows = []
    for page in pages:
        heading, _, date = page.read_text(encoding="utf-8").splitlines()[:3]
        number, title = heading.removeprefix("# ").split(". ", 1)
        day = date.removeprefix("Date: ").split()[0]
        rows.append((int(number), f"| {int(number):04} | [{title}]({page.name}) | {day} |"))
    table = (settings.BASE_DIR / "docs/decisions/README.md").read_text(encoding="utf-8").splitlines()

    assert [number for number, row in rows] == list(range(1, len(pages) + 1))
    assert [line for line in table if re.match(r"\| \d", line)] == [row for number, row in rows]


def test_settings_are_documented_with_their_defaults():
    source = "".join(
        (settings.BASE_DIR / "catalogue" / name).read_text(encoding="utf-8")
        for name in ("settings.py", "database_settings.py")
    )
    page = (settings.BASE_DIR / "docs/settings.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", page, re.MULTILINE))
    read = set(re.findall(r'\b(?:env\.\w+|names|required)\(\s*"([A-Z_]+)"', source))
    literals = re.findall(
        r'env\.(?:int|float|bool)\("([A-Z_]+)", (?:default=)?([\d._]+|True|False)\)', source
    )
    defaults = {name: default.replace("_", "").lower() for name, default in literals}
    for name in ("DATABASE_STATEMENT_SECONDS", "DATABASE_LOCK_SECONDS"):
        del defaults[name]  # which have others in catalogue/wsgi.py

    assert read == set(documented)
    assert {name: documented[name].strip("`").replace(",", "") for name in defaults} == defaults
