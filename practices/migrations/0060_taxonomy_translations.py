"""Add translations to reference data."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0059_indexed_practice_made_as"),
    ]

    operations = [
        migrations.AddField(
            model_name="country",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="translations"),
        ),
        migrations.AddField(
            model_name="guidingprinciple",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="translations"),
        ),
        migrations.AddField(
            model_name="implementerkind",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="translations"),
        ),
        migrations.AddField(
            model_name="objective",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="translations"),
        ),
        migrations.AddField(
            model_name="practicetype",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="translations"),
        ),
        migrations.AddField(
            model_name="region",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="translations"),
        ),
        migrations.AddField(
            model_name="sustainabledevelopmentgoal",
            name="translations",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="translations"),
        ),
    ]
