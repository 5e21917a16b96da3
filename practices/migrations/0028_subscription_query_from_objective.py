"""What was followed by objective is followed by filter, and news that waits says so.

Backwards, what follows more or less than one objective is deleted: the column before this could not hold it.
"""

import re

from django.db import migrations


def to_query(apps, schema_editor):
    Subscription = apps.get_model("practices", "Subscription")
    for objective in apps.get_model("practices", "Objective").objects.all():
        Subscription.objects.filter(objective=objective).update(query=f"objective={objective.number}")
    asked = apps.get_model("practices", "OutboxMessage").objects.filter(kind="subscription_confirm")
    for message in asked.filter(context__has_key="objectives").iterator():
        numbers = message.context.pop("objectives")
        message.context |= {"queries": [f"objective={number}" for number in numbers], "cadence": "at_once"}
        message.save(update_fields=["context"])


def to_objective(apps, schema_editor):
    Subscription = apps.get_model("practices", "Subscription")
    for objective in apps.get_model("practices", "Objective").objects.all():
        Subscription.objects.filter(query=f"objective={objective.number}").update(objective=objective)
    Subscription.objects.filter(objective=None).delete()
    asked = apps.get_model("practices", "OutboxMessage").objects.filter(kind="subscription_confirm")
    for message in asked.filter(context__has_key="queries").iterator():
        queries = message.context.pop("queries")
        numbers = [re.fullmatch(r"objective=(\d+)", query) for query in queries]
        message.context["objectives"] = [int(number[1]) for number in numbers if number]
        message.save(update_fields=["context"])


class Migration(migrations.Migration):
    dependencies = [("practices", "0027_subscription_add_query")]

    operations = [migrations.RunPython(to_query, to_objective)]
