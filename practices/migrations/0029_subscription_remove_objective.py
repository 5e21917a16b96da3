from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0028_subscription_query_from_objective")]

    operations = [
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('subscriber', 'query'), name='subscriber_follows_a_filter_once'),
        ),
        migrations.RemoveField(
            model_name='subscription',
            name='objective',
        ),
    ]
