"""Migrations since the previous release, as squawk sees them: none locks a table in use for long."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

PREVIOUS = settings.BASE_DIR / ".ci" / "previous_release"
MIGRATIONS = settings.BASE_DIR / "practices" / "migrations"
SQUAWK = shutil.which("squawk", path=Path(sys.executable).parent)

NOT_ABOUT_LOCKS = [
    "prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-identity", "prefer-robust-stmts",
    "prefer-text-field", "prefer-timestamp-tz",
    "require-lock-timeout", "require-statement-timeout",  # our `migrate` sets the first; the second cuts long work off
]  # fmt: skip

ACCEPTED = {
    ("0058_revision_redaction", "constraint-missing-not-valid"): "12 ms with 200,000 revisions of 2 KB",
    ("0065_questions", "adding-foreign-key-constraint"): "1 ms: the column is new, so no row is checked",
    ("0065_questions", "require-concurrent-index-creation"): "190 ms with 200,000 e-mails",
    ("0067_broadcast_event", "ban-drop-constraint"): "made anew in the same transaction, for revisions only",
    ("0067_broadcast_event", "require-concurrent-index-creation"): "119 ms with 200,000 broadcasts",
}
"""(migration, rule of squawk) → why it may stay, such as how many seconds it takes with 50,000 practices."""


def findings(folder):
    """Return (file without suffix, rule) of all that squawk finds in the SQL files of a folder."""
    files = sorted(folder.glob("*.sql"))
    excluded = [f"--exclude={','.join(NOT_ABOUT_LOCKS)}"]
    found = subprocess.run(
        [SQUAWK, "--reporter=json", "--pg-version=15.0", *excluded, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    return {(Path(each["file"]).stem, each["rule_name"]) for each in json.loads(found.stdout)}


def new_migrations():
    """Return the names of the migrations since the previous release."""
    values = dict(line.split("=") for line in PREVIOUS.read_text().splitlines() if not line.startswith("#"))
    return sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py") if path.stem > values["migration"])


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks its only file in any case")
def test_new_migrations_lock_no_table_for_long(tmp_path):
    for name in new_migrations():
        sql = io.StringIO()
        call_command("sqlmigrate", "practices", name, stdout=sql)
        (tmp_path / f"{name}.sql").write_text(sql.getvalue())

    assert findings(tmp_path) - ACCEPTED.keys() == set()


def test_migration_that_locks_a_table_is_found(tmp_path):
    (tmp_path / "0001_bad.sql").write_text("CREATE INDEX title ON practices_practice (title);")

    assert findings(tmp_path) == {("0001_bad", "require-concurrent-index-creation")}
