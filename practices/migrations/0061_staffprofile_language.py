"""Add the language of e-mails to staff profiles."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0060_taxonomy_translations"),
    ]

    operations = [
        migrations.AddField(
            model_name="staffprofile",
            name="language",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Empty for the language of the site.",
                max_length=10,
                verbose_name="language of e-mails",
            ),
        ),
    ]
