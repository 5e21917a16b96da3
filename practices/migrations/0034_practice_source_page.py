from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0033_practice_vector")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="source_page",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=500),
        ),
        migrations.RemoveIndex(model_name="practice", name="practice_by_source_url"),
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(models.F("source_page"), name="practice_by_source_page"),
        ),
    ]
