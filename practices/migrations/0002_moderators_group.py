"""The Moderators group, with just the rights that reading and deciding take."""

from django.db import migrations

GROUP = "Moderators"
RIGHTS = {
    "submission": ["view", "change"],
    "submitter": ["view"],
    "moderationevent": ["view"],
    "practice": ["view", "add", "change"],
    "revision": ["view"],
}
ACTIONS = {"view": "Can view", "add": "Can add", "change": "Can change", "delete": "Can delete"}


def create_group(apps, schema_editor, rights=RIGHTS):
    """The group with these rights, beside those it has. Later migrations call it with rights of their own."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    for model, actions in rights.items():
        # Django makes these rows after all migrations; what it finds there it keeps.
        content_type, _created = ContentType.objects.get_or_create(app_label="practices", model=model)
        name = apps.get_model("practices", model)._meta.verbose_name
        for action in actions:
            permission, _created = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"{ACTIONS[action]} {name}"},
            )
            group.permissions.add(permission)


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_group, remove_group)]
