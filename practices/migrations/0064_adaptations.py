"""Uses of practices elsewhere, and submissions that tell of them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0062_translations"),
    ]

    operations = [
        migrations.AddField(
            model_name="indexedpractice",
            name="adaptations",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="submission",
            name="is_adaptation",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It tells where the practice was used elsewhere.",
                verbose_name="use elsewhere",
            ),
        ),
        migrations.CreateModel(
            name="Adaptation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area", models.CharField(blank=True, max_length=200, verbose_name="area")),
                ("organisations", models.JSONField(blank=True, default=list, verbose_name="organisations")),
                (
                    "start_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="start year"),
                ),
                (
                    "end_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="end year"),
                ),
                ("changes", models.TextField(verbose_name="what was changed")),
                ("results", models.TextField(blank=True, verbose_name="results")),
                ("failures", models.TextField(blank=True, verbose_name="what did not work")),
                ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                (
                    "credit",
                    models.CharField(
                        blank=True,
                        help_text="Empty if submitted anonymously.",
                        max_length=200,
                        verbose_name="public credit",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("published_at", models.DateTimeField(verbose_name="published")),
                ("revised_at", models.DateTimeField(verbose_name="last revised")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                ("withdrawal_reason", models.TextField(blank=True, verbose_name="reason for withdrawal")),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adaptations",
                        to="practices.country",
                        verbose_name="country",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adaptations",
                        to="practices.practice",
                        verbose_name="practice",
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="adaptation",
                        to="practices.submission",
                        verbose_name="submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "adaptation",
                "verbose_name_plural": "adaptations",
                "ordering": ["published_at", "pk"],
            },
        ),
    ]
