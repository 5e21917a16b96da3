"""Add to each index row of what it was made, so that outdated ones are found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0058_revision_redaction")]

    operations = [
        migrations.AddField(
            "indexedpractice", "made_as", models.CharField(blank=True, db_default="", max_length=30)
        ),
    ]
