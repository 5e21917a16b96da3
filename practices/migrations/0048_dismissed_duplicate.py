"""Record which likely duplicates moderators found to be none."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0047_formertag"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "DismissedDuplicate",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.deletion.CASCADE,
                        related_name="+",
                        to="practices.submission",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.deletion.CASCADE,
                        related_name="+",
                        to="practices.practice",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="dismissed_duplicates",
                        to="practices.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "dismissed duplicate",
                "verbose_name_plural": "dismissed duplicates",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(practice=None, other__isnull=False)
                        | models.Q(practice__isnull=False, other=None),
                        name="dismissed_duplicate_is_one_thing",
                    ),
                    models.UniqueConstraint(
                        fields=["submission", "practice"], name="practice_is_dismissed_once_for_a_submission"
                    ),
                    models.UniqueConstraint(
                        fields=["submission", "other"], name="submission_is_dismissed_once_for_another"
                    ),
                ],
            },
        ),
    ]
