"""The group Administrators, with the permissions that daily work without a shell takes."""

from django.db import migrations

GROUP = "Administrators"
PERMISSIONS = {
    "outboxmessage": ["view", "change"],
    "broadcast": ["view"],
    "hubping": ["view"],
    "doiregistration": ["view"],
    "subscriber": ["view", "change", "delete"],
    "submitter": ["view", "delete"],
    "submission": ["view", "delete"],
    "practice": ["view"],
    "revision": ["view", "change"],
    "staffprofile": ["view", "add", "change"],
    "jobrun": ["view"],
    "fault": ["view"],
    "auditevent": ["view"],
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


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0056_operation"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_group, remove_group),
    ]
