from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0026_practice_partners"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="figures",
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name="key figures"),
        ),
    ]
