"""Let a subscription keep the keys of those merged into it, so that links to unsubscribe from those end it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0020_fill_subscription_keys")]

    operations = [
        migrations.AddField(
            "subscription",
            "former_keys",
            models.TextField(
                "keys of subscriptions merged into it", blank=True, db_default="", default="", editable=False
            ),
        ),
    ]
