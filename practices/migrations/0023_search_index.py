"""The table that words are searched in: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL."""

from django.db import migrations

CREATE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE practices_search USING fts5 ("
        "title, title_stems, head, head_stems, body, body_stems, keys, "
        "tokenize = \"ascii tokenchars ':~-_.'\")",
    ],
    "postgresql": [
        "CREATE TABLE practices_search (practice_id bigint PRIMARY KEY, published_at timestamptz NOT NULL, "
        "vector tsvector NOT NULL)",
        # Long vectors lie apart, so that what matches is sorted from narrow rows.
        "ALTER TABLE practices_search SET (toast_tuple_target = 128)",
        "CREATE INDEX practices_search_vector ON practices_search USING gin (vector) WITH (fastupdate = off)",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE practices_search")


class Migration(migrations.Migration):

    dependencies = [("practices", "0022_listing")]

    operations = [migrations.RunPython(create, drop)]
