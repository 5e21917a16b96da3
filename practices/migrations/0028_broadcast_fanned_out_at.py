"""Rename a field of broadcasts in Django's state. Its column and index keep their names, so no SQL runs."""

from django.db import migrations, models

from practices.migrations._operations import StateOnly


class Migration(migrations.Migration):
    dependencies = [("practices", "0027_practice_figures")]

    operations = [
        migrations.AlterField(
            "broadcast",
            "spread_at",
            models.DateTimeField("announcements made", blank=True, null=True, db_column="spread_at"),
        ),
        StateOnly(
            operations=[
                migrations.RemoveIndex("broadcast", "broadcast_to_spread"),
                migrations.RenameField("broadcast", "spread_at", "fanned_out_at"),
                migrations.AddIndex(
                    "broadcast",
                    models.Index(
                        fields=["id"],
                        condition=models.Q(fanned_out_at=None),
                        name="broadcast_to_spread",
                    ),
                ),
            ]
        ),
    ]
