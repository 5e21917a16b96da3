from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    name = "practices"
    verbose_name = _("Good practices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        checks.register(check_history, checks.Tags.database)


def check_history(app_configs, databases, **kwargs):
    """Refuse a database that has some, but not all, of the migrations that one of ours replaces.

    `migrate` runs this check first. Without it Django would silently skip the replacement, and the tables that are
    still missing would never be created.
    """
    loaders = [MigrationLoader(connections[alias]) for alias in databases or []]
    if any(_is_half_applied(migration, loader) for loader in loaders for migration in _ours(loader)):
        return [
            checks.Error(
                "This database was last migrated by a version before 0.1.0.",
                hint="Run “manage.py migrate” of version 0.1.0 first, then that of this one.",
                id="practices.E001",
            )
        ]
    return []


def _ours(loader):
    return [each for each in loader.disk_migrations.values() if each.app_label == PracticesConfig.name]


def _is_half_applied(migration, loader):
    applied = [replaced in loader.applied_migrations for replaced in migration.replaces]
    return any(applied) and not all(applied)
