"""Rename the act of bringing a submission up to the newest revision, in rows and choices."""

from django.db import migrations, models


def rename(apps, old, new):
    apps.get_model("practices", "ModerationEvent").objects.filter(act=old).update(act=new)


def forwards(apps, schema_editor):
    rename(apps, "caught_up", "rebased")


def backwards(apps, schema_editor):
    rename(apps, "rebased", "caught_up")


class Migration(migrations.Migration):
    dependencies = [("practices", "0028_broadcast_fanned_out_at")]

    operations = [
        migrations.AlterField(
            "moderationevent",
            "act",
            models.CharField(
                "what",
                choices=[
                    ("step", "step"),
                    ("assigned", "assigned"),
                    ("proposed", "proposed by a moderator"),
                    ("approved", "approved"),
                    ("conflict", "conflict of interest declared"),
                    ("corrected", "corrected"),
                    ("rebased", "brought up to the newest revision"),
                    ("merged", "merged"),
                ],
                db_default="step",
                default="step",
                max_length=20,
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
