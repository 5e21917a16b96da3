from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practices', '0012_criteriontick'),
    ]

    operations = [
        migrations.CreateModel(
            name='RejectionReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='As it stands in the list.', max_length=100, verbose_name='title')),
                ('text', models.TextField(help_text='The submitter reads this.', verbose_name='text')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'reason to reject',
                'verbose_name_plural': 'reasons to reject',
                'ordering': ['position', 'pk'],
            },
        ),
    ]
