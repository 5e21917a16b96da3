"""Add the revision that an approval to restore a practice counts for, so that no instants are compared."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0022_subscriber_bounced_on")]

    operations = [
        migrations.AddField(
            "moderationevent",
            "revision",
            models.PositiveIntegerField(
                "revision it counts for",
                blank=True,
                null=True,
                help_text="Of an approval to restore a practice: its newest revision then.",
            ),
        ),
    ]
