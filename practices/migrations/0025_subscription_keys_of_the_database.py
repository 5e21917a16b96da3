"""Let the database make the keys of links, so that rows which the previous version inserts have them, too."""

from django.db import migrations, models
from django.db.models.functions import UUID4


class Migration(migrations.Migration):
    dependencies = [("practices", "0024_submission_warned_at")]

    operations = [
        migrations.AlterField(
            name,
            "key",
            models.CharField("key in links", max_length=40, unique=True, db_default=UUID4(), editable=False),
        )
        for name in ("subscriber", "subscription")
    ]
