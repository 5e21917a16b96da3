"""Translations of practices, and submissions that are translations."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0061_staffprofile_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="indexedpractice",
            name="translations",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="submission",
            name="machine",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="The program that made the first version of a translation; empty if people did.",
                max_length=100,
                verbose_name="machine",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="translates_into",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Language of a translation of the practice; empty for a practice or an update.",
                max_length=10,
                verbose_name="translates into",
            ),
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "texts",
                    models.JSONField(
                        help_text="Field of the document → its text. What is missing is read in the original.",
                        verbose_name="texts",
                    ),
                ),
                (
                    "translator",
                    models.CharField(
                        blank=True,
                        help_text="Public. With a machine, whoever checked it. Empty if they want no name shown.",
                        max_length=200,
                        verbose_name="translator",
                    ),
                ),
                (
                    "machine",
                    models.CharField(
                        blank=True,
                        help_text="Public. The program that made the first version; empty if people did.",
                        max_length=100,
                        verbose_name="machine",
                    ),
                ),
                (
                    "of_revision",
                    models.PositiveIntegerField(
                        help_text="The revision of the practice that was translated.",
                        verbose_name="of revision",
                    ),
                ),
                (
                    "is_outdated",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="A text of the practice has changed since.",
                        verbose_name="outdated",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("published_at", models.DateTimeField(verbose_name="published")),
                ("revised_at", models.DateTimeField(verbose_name="last revised")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                ("withdrawal_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="practices.practice",
                        verbose_name="practice",
                    ),
                ),
            ],
            options={
                "verbose_name": "translation",
                "verbose_name_plural": "translations",
                "ordering": ["practice", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "language"), name="practice_is_translated_once_a_language"
                    )
                ],
            },
        ),
    ]
