"""Record with a request for changes which files there were, and with the answer what changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0040_criteriontick_waiver")]

    operations = [
        migrations.AddField(
            "moderationevent",
            "files",
            models.JSONField(
                "files at the time",
                blank=True,
                help_text="What identifies the files when changes were requested, to show which ones are new.",
                null=True,
            ),
        ),
        migrations.AlterField(
            "moderationevent",
            "changes",
            models.JSONField(
                "changes of the text",
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                help_text=(
                    "Corrections by a moderator, or what a submitter changed on request: field of the document → "
                    "its value before and after."
                ),
            ),
        ),
    ]
