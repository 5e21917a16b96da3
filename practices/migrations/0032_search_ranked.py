"""Columns that ranked search reads: the number of practices of each word, and the words of each practice in order.

Until `manage.py rebuild_search` has run, the practices that are there are found, but not ranked.
"""

from django.db import migrations, models

OLD = "title, title_stems, head, head_stems, body, body_stems, keys"
NEW = "title, title_stems, head, head_stems, names, names_stems, body, body_stems, keys"
TOKENIZER = "tokenize = \"ascii tokenchars ':~-_.'\""


def _recreate(columns):
    return [
        f"CREATE VIRTUAL TABLE practices_search_new USING fts5 ({columns}, {TOKENIZER})",
        f"INSERT INTO practices_search_new (rowid, {OLD}) SELECT rowid, {OLD} FROM practices_search",  # noqa: S608 - our own names
        "DROP TABLE practices_search",
        "ALTER TABLE practices_search_new RENAME TO practices_search",
    ]


FORWARDS = {
    "sqlite": _recreate(NEW),
    "postgresql": ["ALTER TABLE practices_search ADD COLUMN columns text NOT NULL DEFAULT ''"],
}
BACKWARDS = {
    "sqlite": _recreate(OLD),
    "postgresql": ["ALTER TABLE practices_search DROP COLUMN columns"],
}


def add(apps, schema_editor):
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("practices", "0031_concept")]

    operations = [
        migrations.AddField("indexedword", "count", models.IntegerField(db_default=1)),
        migrations.RunPython(add, remove),
    ]
