"""A publication writes its words down, and every eighth or so files them for all."""

from django.db import migrations


def together(apps, schema_editor):
    _set(schema_editor, "SET (fastupdate = on, gin_pending_list_limit = 64)")  # kB; a search reads what waits


def at_once(apps, schema_editor):
    _set(schema_editor, "SET (fastupdate = off)")


def _set(schema_editor, how):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER INDEX practices_search_vector {how}")


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0038_filings"),
    ]

    operations = [migrations.RunPython(together, at_once)]
