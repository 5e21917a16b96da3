from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practices', '0010_submission_scheduled'),
    ]

    operations = [
        migrations.AddField(
            model_name='moderationevent',
            name='changes',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='Field of the document → its value before and after.', verbose_name='what a moderator corrected'),
        ),
    ]
