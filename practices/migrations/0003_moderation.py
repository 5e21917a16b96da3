"""Moderation: ticked criteria, approvals, reasons for a rejection, and preferences of members of staff."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("practices", "0012_criteriontick"),
        ("practices", "0013_rejectionreason"),
        ("practices", "0014_approval"),
        ("practices", "0015_staffprofile"),
        ("practices", "0035_staffprofile_answers"),
    ]

    dependencies = [
        ("practices", "0002_submissions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CriterionTick",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "submission",
                    models.ForeignKey("practices.submission", models.CASCADE, related_name="ticks"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="by"
                    ),
                ),
                ("criterion", models.SlugField("criterion")),
                ("at", models.DateTimeField("when")),
            ],
            options={
                "verbose_name": "tick",
                "verbose_name_plural": "ticks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "by", "criterion"), name="moderator_ticks_a_criterion_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectionReason",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("title", models.CharField("title", help_text="As it stands in the list.", max_length=100)),
                ("text", models.TextField("text", help_text="The submitter reads this.")),
                ("position", models.PositiveSmallIntegerField("position", default=0)),
            ],
            options={
                "verbose_name": "reason to reject",
                "verbose_name_plural": "reasons to reject",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "submission",
                    models.ForeignKey("practices.submission", models.CASCADE, related_name="approvals"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="by"
                    ),
                ),
                ("document_hash", models.CharField("which document", max_length=64)),
                (
                    "conflict",
                    models.TextField(
                        "conflict of interest", blank=True, help_text="Empty: they declared to have none."
                    ),
                ),
                ("at", models.DateTimeField("when")),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "by", "document_hash"),
                        name="moderator_approves_a_document_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffProfile",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        models.CASCADE,
                        related_name="profile",
                        verbose_name="member of staff",
                    ),
                ),
                (
                    "organisation",
                    models.CharField(
                        "organisation",
                        blank=True,
                        help_text="Nobody approves what their own organisation submitted.",
                        max_length=200,
                    ),
                ),
                (
                    "nightly_summary",
                    models.BooleanField(
                        "nightly summary",
                        default=False,
                        help_text="An e-mail about what awaits a decision, on nights when something does.",
                    ),
                ),
                (
                    "answers",
                    models.BooleanField(
                        "answers of submitters",
                        db_default=False,
                        default=False,
                        help_text=(
                            "An e-mail when the submitter of what is yours to decide on writes, "
                            "or sends it in again."
                        ),
                    ),
                ),
                ("summarised_on", models.DateField("last summary", blank=True, editable=False, null=True)),
            ],
            options={"verbose_name": "staff profile", "verbose_name_plural": "staff profiles"},
        ),
    ]
