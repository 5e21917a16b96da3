from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0025_subscription_keys_of_the_database"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="partners",
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name="partners"),
        ),
    ]
