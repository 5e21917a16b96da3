"""Record forms that were sent, so that one that is sent twice acts once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0015_files_of_latest_revisions")]

    operations = [
        migrations.CreateModel(
            "SentForm",
            fields=[
                ("id", models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
