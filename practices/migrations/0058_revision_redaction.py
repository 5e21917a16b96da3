"""Record what was removed from an earlier revision, when and why; a redaction is a moderation event."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0057_administrators"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="redacted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="redacted"),
        ),
        migrations.AddField(
            model_name="revision",
            name="redacted_fields",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="Names of the fields of its document from which a text was removed.",
                verbose_name="redacted fields",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="redaction_note",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Public.",
                max_length=200,
                verbose_name="why it was redacted",
            ),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="act",
            field=models.CharField(
                choices=[
                    ("step", "step"),
                    ("assigned", "assigned"),
                    ("proposed", "proposed by a moderator"),
                    ("approved", "approved"),
                    ("conflict", "conflict of interest declared"),
                    ("corrected", "corrected"),
                    ("rebased", "updated to the latest revision"),
                    ("merged", "merged"),
                    ("redacted", "redacted"),
                    ("spam_confirmed", "confirmed as spam"),
                    ("undone", "undone"),
                    ("undo", "undo of the last step"),
                ],
                db_default="step",
                default="step",
                max_length=20,
                verbose_name="type",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("redacted_at", None), ("redaction_note", "")),
                    models.Q(("redacted_at__isnull", False), models.Q(("redaction_note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="redacted_revision_says_why",
            ),
        ),
    ]
