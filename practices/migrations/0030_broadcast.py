import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import practices.choices


class Migration(migrations.Migration):
    dependencies = [("practices", "0029_subscription_remove_objective")]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
            ],
        ),
        migrations.CreateModel(
            name='Broadcast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(help_text='1: the practice is new. Above: what changed is told of.', verbose_name='revision')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='what changed')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published')),
                ('matched', models.JSONField(blank=True, help_text='Of all that are followed; found once.', null=True, verbose_name='filters it passes')),
                ('position', models.BigIntegerField(default=0, verbose_name='key of the last subscriber seen to')),
                ('spread_at', models.DateTimeField(blank=True, null=True, verbose_name='announcements made')),
            ],
            options={
                'verbose_name': 'broadcast',
                'verbose_name_plural': 'broadcasts',
                'ordering': ['-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='outboxmessage',
            name='subscriber_hears_of_a_practice_once',
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='kind',
            field=models.CharField(choices=practices.choices.kinds, max_length=40, verbose_name='kind'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('cancelled_at', None), ('failed_at__isnull', False), ('sent_at', None)), fields=['failed_at'], name='outbox_given_up'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='message',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='practices.outboxmessage'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='subscriber',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='practices.subscriber'),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='broadcasts', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='broadcast',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='practices.broadcast'),
        ),
        migrations.AddIndex(
            model_name='broadcast',
            index=models.Index(condition=models.Q(('spread_at', None)), fields=['id'], name='broadcast_to_spread'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.UniqueConstraint(fields=('practice', 'revision'), name='revision_is_news_once'),
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(condition=models.Q(('message', None)), fields=['due_at', 'id'], name='announcement_waiting'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.UniqueConstraint(fields=('subscriber', 'broadcast'), name='subscriber_hears_of_a_broadcast_once'),
        ),
    ]
