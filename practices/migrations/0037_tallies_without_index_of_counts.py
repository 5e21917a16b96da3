"""Counts change with every publication: without them in an index, and with room in each page of the table,
PostgreSQL changes a row where it stands (HOT)."""

from django.db import migrations, models


def leave_room(apps, schema_editor):
    _set(schema_editor, "SET (fillfactor = 50)")


def fill_up(apps, schema_editor):
    _set(schema_editor, "RESET (fillfactor)")


def _set(schema_editor, how):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE practices_tally {how}")


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0036_practice_resources"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="tally", name="tally_most_used_first"),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(fields=["scope", "facet"], name="tally_by_scope_and_facet"),
        ),
        migrations.RunPython(leave_room, fill_up),
    ]
