"""Rename the models of the index in Django's state. Their tables and columns keep their names, so no SQL runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0007_moderators")]

    operations = [
        migrations.AlterModelTable("filing", "practices_filing"),
        migrations.RenameModel("Filing", "IndexedPractice"),
        migrations.AlterField(
            "indexedpractice",
            "practice",
            models.OneToOneField(
                "practices.practice",
                models.CASCADE,
                primary_key=True,
                serialize=False,
                related_name="index_row",
            ),
        ),
        migrations.AlterField("indexedpractice", "signs", models.TextField(db_column="signs")),
        migrations.RenameField("indexedpractice", "signs", "facet_codes"),
        migrations.AlterModelTable("tally", "practices_tally"),
        migrations.RenameModel("Tally", "FacetCount"),
        migrations.AlterModelTable("word", "practices_word"),
        migrations.RenameModel("Word", "IndexedWord"),
    ]
