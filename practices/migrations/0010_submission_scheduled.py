import practices.choices
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practices', '0009_hub_ping'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='is_material',
            field=models.BooleanField(db_default=False, default=False, help_text='Once it is published on its date, subscribers hear of it.', verbose_name='a material change'),
        ),
        migrations.AddField(
            model_name='submission',
            name='publish_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='to be published'),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='from_state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('changes_requested', 'changes requested'), ('scheduled', 'scheduled'), ('published', 'published'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('spam', 'spam')], max_length=20, verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='to_state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('changes_requested', 'changes requested'), ('scheduled', 'scheduled'), ('published', 'published'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('spam', 'spam')], max_length=20, verbose_name='to'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='kind',
            field=models.CharField(choices=[('submission_confirm', 'confirm a submission'), ('submission_link', 'link to a draft'), ('submission_expires', 'draft expires'), ('submission_message', 'message of a moderator'), ('submission_received', 'submission received'), ('submission_changes_requested', 'changes requested'), ('submission_scheduled', 'submission scheduled'), ('submission_published', 'submission published'), ('submission_rejected', 'submission rejected'), ('subscription_confirm', 'confirm a subscription'), ('practice_published', 'announcement of a practice')], max_length=40, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('in_review', 'in review'), ('changes_requested', 'changes requested'), ('scheduled', 'scheduled'), ('published', 'published'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('spam', 'spam')], db_index=True, default='draft', max_length=20, verbose_name='state'),
        ),
        # The states that the database allows are those of the table when the constraint was made.
        migrations.RemoveConstraint(
            model_name='submission',
            name='submission_state_is_known',
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', practices.choices.State)), name='submission_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publish_at__isnull', False), ('state', 'scheduled')), models.Q(models.Q(('state', 'scheduled'), _negated=True), ('publish_at', None)), _connector='OR'), name='scheduled_submission_alone_has_its_date'),
        ),
    ]
