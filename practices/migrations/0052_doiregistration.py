"""Record what DataCite has yet to be told of each practice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0051_practice_doi")]

    operations = [
        migrations.CreateModel(
            "DoiRegistration",
            [
                (
                    "practice",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="registration",
                        serialize=False,
                        to="practices.practice",
                        verbose_name="practice",
                    ),
                ),
                ("noticed_at", models.DateTimeField(db_index=True, verbose_name="last change noticed")),
                ("due_at", models.DateTimeField(db_index=True, null=True, verbose_name="due")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("error", models.TextField(blank=True, verbose_name="last error")),
            ],
            options={"verbose_name": "DOI", "verbose_name_plural": "DOIs"},
        ),
    ]
