"""Create the table of requests for the link to one's personal data."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0012_submission_begun_from")]

    operations = [
        migrations.CreateModel(
            "DataRequest",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=40, unique=True, verbose_name="key")),
                ("address", models.EmailField(db_index=True, max_length=254, verbose_name="e-mail address")),
                (
                    "requested_at",
                    models.DateTimeField(db_index=True, verbose_name="requested"),
                ),
            ],
            options={
                "verbose_name": "request for personal data",
                "verbose_name_plural": "requests for personal data",
            },
        ),
    ]
