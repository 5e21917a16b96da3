from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0016_sentform"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="fingerprint",
            field=models.CharField(db_index=True, editable=False, max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="source_key",
            field=models.CharField(db_index=True, editable=False, max_length=64, null=True),
        ),
    ]
