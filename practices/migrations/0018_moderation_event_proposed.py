"""Record that a moderator has proposed a text that others have to approve."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0017_revision_identity"),
    ]

    operations = [
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
                    ("caught_up", "brought up to the newest revision"),
                    ("merged", "merged"),
                ],
                db_default="step",
                default="step",
                max_length=20,
                verbose_name="what",
            ),
        ),
    ]
