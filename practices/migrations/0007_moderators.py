"""The group Moderators with the permissions that moderation takes, and reasons often given for a rejection."""

from django.db import migrations

GROUP = "Moderators"
PERMISSIONS = {
    "submission": ["view", "change"],
    "submitter": ["view"],
    "moderationevent": ["view"],
    "practice": ["view", "add", "change"],
    "revision": ["view"],
    "rejectionreason": ["view", "add", "change", "delete"],
}
REASONS = {
    "Not about migration": (
        "The catalogue collects practices that serve an objective of the Global Compact for Migration. We "
        "could not see which one this serves."
    ),
    "A plan, not yet a practice": (
        "It describes what is intended. We publish what has been tried, even where it failed. Please come "
        "back once there is something to tell."
    ),
    "Too little to go by": (
        "A reader could not tell from it what was done, where and by whom, and we could not find out "
        "elsewhere."
    ),
    "Already in the catalogue": (
        "This practice is in the catalogue already. From its page you can propose an update to it."
    ),
    "Advertising": (
        "It promotes a product, a service or a person rather than sharing what others could learn from."
    ),
    "It could harm people": (
        "It names or shows people who could be put at risk by it, or speaks of them in a way we do not "
        "publish."
    ),
}


def create_group(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    for model, actions in PERMISSIONS.items():
        # Django creates these rows only after all migrations, and keeps those that it finds.
        content_type, _created = ContentType.objects.get_or_create(app_label="practices", model=model)
        name = apps.get_model("practices", model)._meta.verbose_name
        for action in actions:
            permission, _created = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {name}"},
            )
            group.permissions.add(permission)


def remove_group(apps, schema_editor):
    """Delete the group if it is as it was created. Members and rights that somebody gave it are kept."""
    given = {f"{action}_{model}" for model, actions in PERMISSIONS.items() for action in actions}
    for group in apps.get_model("auth", "Group").objects.filter(name=GROUP, user=None):
        if set(group.permissions.values_list("codename", flat=True)) == given:
            group.delete()


def add_reasons(apps, schema_editor):
    reasons = apps.get_model("practices", "RejectionReason").objects
    for position, (title, text) in enumerate(REASONS.items()):
        reasons.get_or_create(title=title, defaults={"text": text, "position": position})


def remove_reasons(apps, schema_editor):
    """Delete the reasons that nobody has changed."""
    reasons = apps.get_model("practices", "RejectionReason").objects
    for position, (title, text) in enumerate(REASONS.items()):
        reasons.filter(title=title, text=text, position=position).delete()


class Migration(migrations.Migration):
    replaces = [
        ("practices", "0002_moderators_group"),
        ("practices", "0016_moderators_reasons"),
    ]

    dependencies = [
        ("practices", "0006_search_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_group, remove_group),
        migrations.RunPython(add_reasons, remove_reasons),
    ]
