from django.db import migrations, models
from django.db.models import F


def mark_checked(apps, schema_editor):
    """Fill the new column for what moderators have marked as spam so far."""
    submissions = apps.get_model("practices", "Submission").objects.using(schema_editor.connection.alias)
    marked = submissions.filter(state="spam", events__to_state="spam", events__by__isnull=False)
    marked.update(spam_checked_at=F("decided_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0036_indexed_word_written"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="spam_checked_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When a moderator marked or confirmed it as spam.",
                null=True,
                verbose_name="checked for spam",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="spam_signs",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="Names of the signs that were found when it arrived.",
                verbose_name="signs of spam",
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
                    ("spam_confirmed", "confirmed as spam"),
                ],
                db_default="step",
                default="step",
                max_length=20,
                verbose_name="type",
            ),
        ),
        migrations.RunPython(mark_checked, migrations.RunPython.noop),
    ]
