"""Full-text search table and storage settings of PostgreSQL, which models cannot express.

Search is FTS5 on SQLite, and a tsvector with a GIN index on PostgreSQL.
"""

from django.db import migrations

FORWARDS = {
    "sqlite": [
        (
            "CREATE VIRTUAL TABLE practices_search USING fts5 ("
            "title, title_stems, head, head_stems, body, body_stems, keys, "
            "tokenize = \"ascii tokenchars ':~-_.'\")"
        ),
    ],
    "postgresql": [
        (
            "CREATE TABLE practices_search ("
            "practice_id bigint PRIMARY KEY, published_at timestamptz NOT NULL, vector tsvector NOT NULL)"
        ),
        # Long vectors are stored apart, so that matches are sorted from narrow rows.
        "ALTER TABLE practices_search SET (toast_tuple_target = 128)",
        # A publication appends to the pending list, and about every eighth merges it into the index. The limit
        # is in kB and small, because each search reads the whole list.
        (
            "CREATE INDEX practices_search_vector ON practices_search USING gin (vector) "
            "WITH (fastupdate = on, gin_pending_list_limit = 64)"
        ),
        # Every publication changes counts: with room in each page a row is updated in place (HOT).
        "ALTER TABLE practices_tally SET (fillfactor = 50)",
    ],
}
BACKWARDS = {
    "sqlite": ["DROP TABLE practices_search"],
    "postgresql": ["ALTER TABLE practices_tally RESET (fillfactor)", "DROP TABLE practices_search"],
}


def create(apps, schema_editor):
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [
        ("practices", "0023_search_index"),
        ("practices", "0037_tallies_without_index_of_counts"),
        ("practices", "0039_search_index_takes_several_at_once"),
    ]

    dependencies = [("practices", "0005_listing")]

    operations = [migrations.RunPython(create, drop)]
