"""Reasons that moderators often give to reject, and the right to edit them."""

import importlib

from django.db import migrations

REASONS = [
    (
        "Not about migration",
        "The catalogue collects practices that serve an objective of the Global Compact for Migration. We could not see which one this serves.",
    ),
    (
        "A plan, not yet a practice",
        "It describes what is intended. We publish what has been tried, even where it failed. Please come back once there is something to tell.",
    ),
    (
        "Too little to go by",
        "A reader could not tell from it what was done, where and by whom, and we could not find out elsewhere.",
    ),
    (
        "Already in the catalogue",
        "This practice is in the catalogue already. From its page you can propose an update to it.",
    ),
    (
        "Advertising",
        "It promotes a product, a service or a person rather than sharing what others could learn from.",
    ),
    (
        "It could harm people",
        "It names or shows people who could be put at risk by it, or speaks of them in a way we do not publish.",
    ),
]
RIGHTS = {"rejectionreason": ["view", "add", "change", "delete"]}
moderators = importlib.import_module("practices.migrations.0002_moderators_group")


def add_reasons(apps, schema_editor):
    reasons = apps.get_model("practices", "RejectionReason").objects
    for position, (title, text) in enumerate(REASONS):
        reasons.get_or_create(title=title, defaults={"text": text, "position": position})


def grant(apps, schema_editor):
    moderators.create_group(apps, schema_editor, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("practices", "0015_staffprofile")]

    operations = [
        migrations.RunPython(add_reasons, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
