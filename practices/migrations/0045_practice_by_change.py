"""Index practices by their last change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0044_practice_changed_at")]

    operations = [
        migrations.AddIndex("practice", models.Index(fields=["changed_at", "id"], name="practice_by_change")),
    ]
