import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0026_fill_title_keys")]

    operations = [
        migrations.CreateModel(
            name='SuspendedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('because', models.CharField(choices=[('bounces', 'e-mail that came back'), ('complaint', 'a complaint')], max_length=20, verbose_name='because of')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
            ],
        ),
        migrations.AlterModelOptions(
            name='subscription',
            options={'ordering': ['pk'], 'verbose_name': 'subscription', 'verbose_name_plural': 'subscriptions'},
        ),
        migrations.RemoveConstraint(
            model_name='subscription',
            name='subscriber_follows_an_objective_once',
        ),
        migrations.AddField(
            model_name='subscriber',
            name='bounces',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='refusals in a row'),
        ),
        migrations.AddField(
            model_name='subscriber',
            name='digest_hour',
            field=models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hour of daily and weekly e-mails'),
        ),
        migrations.AddField(
            model_name='subscriber',
            name='digest_weekday',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, verbose_name='day of weekly e-mails'),
        ),
        migrations.AddField(
            model_name='subscriber',
            name='suspended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='suspended'),
        ),
        migrations.AddField(
            model_name='subscriber',
            name='suspended_because',
            field=models.CharField(blank=True, choices=[('bounces', 'e-mail that came back'), ('complaint', 'a complaint')], max_length=20, verbose_name='suspended because of'),
        ),
        migrations.AddField(
            model_name='subscriber',
            name='time_zone',
            field=models.CharField(default='UTC', max_length=50, verbose_name='time zone'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='cadence',
            field=models.CharField(choices=[('at_once', 'at once'), ('daily', 'daily, several in one e-mail'), ('weekly', 'weekly, several in one e-mail')], default='at_once', max_length=20, verbose_name='how often'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='consent',
            field=models.CharField(blank=True, help_text="Which version of the form's text.", max_length=20, verbose_name='wording agreed to'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='paused_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='paused'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='query',
            field=models.CharField(blank=True, db_index=True, help_text='As in the address of a listing; empty is every practice.', max_length=1000, verbose_name='filter'),
        ),
        migrations.AddConstraint(
            model_name='subscriber',
            constraint=models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23), ('digest_weekday__lte', 6)), name='subscriber_has_an_hour_and_a_day'),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='objective',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='practices.objective'),
        ),
    ]
