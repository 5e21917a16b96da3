"""Let a moderator waive a criterion with a reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0039_submitter_erased_key")]

    operations = [
        migrations.AddField(
            "criteriontick",
            "waiver",
            models.CharField(
                "reason to waive it",
                blank=True,
                db_default="",
                help_text="Empty if the criterion is met.",
                max_length=300,
            ),
        ),
    ]
