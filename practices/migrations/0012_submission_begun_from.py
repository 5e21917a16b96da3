"""Record the published submission by whose private link an update was begun."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0011_subscriber_one_mailbox")]

    operations = [
        migrations.AddField(
            "submission",
            "begun_from",
            models.ForeignKey(
                "practices.submission",
                django.db.models.deletion.SET_NULL,
                null=True,
                blank=True,
                related_name="updates",
                verbose_name="submission it was begun from",
                help_text="The published one by whose private link this update was begun.",
            ),
        ),
    ]
