"""Tell subscribers of withdrawals and restorations, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0066_reasons_for_translations"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="broadcast",
            name="revision_is_news_once",
        ),
        migrations.AddField(
            model_name="broadcast",
            name="event",
            field=models.CharField(
                choices=[
                    ("revision", "revision"),
                    ("withdrawal", "withdrawal"),
                    ("restoration", "restoration"),
                ],
                db_default="revision",
                default="revision",
                max_length=20,
                verbose_name="news",
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.UniqueConstraint(
                condition=models.Q(("event", "revision")),
                fields=("practice", "revision"),
                name="revision_is_news_once",
            ),
        ),
    ]
