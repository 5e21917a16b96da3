"""Hold subscribers to one row per canonical address, where letter case alone was ignored before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0010_canonical_addresses")]

    operations = [
        migrations.AddConstraint(
            "subscriber", models.UniqueConstraint(fields=["address"], name="subscriber_has_one_mailbox")
        ),
        migrations.RemoveConstraint("subscriber", "subscriber_has_an_address_of_their_own"),
    ]
