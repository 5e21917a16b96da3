"""Add the last day on which e-mail to a subscriber was refused: several refusals of one day count once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0021_subscription_former_keys")]

    operations = [
        migrations.AddField(
            "subscriber", "bounced_on", models.DateField("last day with a refusal", blank=True, null=True)
        ),
    ]
