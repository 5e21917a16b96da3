"""Add random keys, which links name instead of row numbers. Null in rows that the previous version inserts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0018_moderation_event_proposed")]

    operations = [
        migrations.AddField(
            "subscriber",
            "key",
            models.CharField("key in links", max_length=40, null=True, unique=True, editable=False),
        ),
        migrations.AddField(
            "subscription",
            "key",
            models.CharField("key in links", max_length=40, null=True, unique=True, editable=False),
        ),
    ]
