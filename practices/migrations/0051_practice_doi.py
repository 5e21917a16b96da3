"""Give practices a DOI, where the operator registers them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0050_sending_hold")]

    operations = [
        migrations.AddField(
            "practice",
            "doi",
            models.CharField(blank=True, db_default="", editable=False, max_length=100, verbose_name="DOI"),
        ),
    ]
