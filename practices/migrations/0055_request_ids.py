"""Name the request or run that caused a message."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0054_former_address")]

    operations = [
        migrations.AddField(
            model_name="broadcast",
            name="request_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=16, verbose_name="request"
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="request_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=16, verbose_name="request"
            ),
        ),
    ]
