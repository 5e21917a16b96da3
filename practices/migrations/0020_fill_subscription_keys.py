"""Give subscribers and subscriptions that are already there their keys."""

import secrets

from django.db import migrations


def fill(apps, schema_editor):
    for name in ("Subscriber", "Subscription"):
        rows = apps.get_model("practices", name).objects
        while batch := list(rows.filter(key=None).only("pk")[:1000]):
            for row in batch:
                row.key = secrets.token_urlsafe(16)
            rows.bulk_update(batch, ["key"])


class Migration(migrations.Migration):
    dependencies = [("practices", "0019_subscription_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
