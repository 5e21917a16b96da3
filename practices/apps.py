from collections.abc import Iterator
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import checks
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q, QuerySet
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _

from practices.core import colours


class PracticesConfig(AppConfig):
    name = "practices"
    verbose_name = _("Catalogue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        checks.register(check_history, checks.Tags.database)
        checks.register(check_moderators, checks.Tags.database)
        checks.register(colours.check_contrast)
        checks.register(check_logo)
        pre_migrate.connect(refuse_loss, sender=self, dispatch_uid="practices.refuse_loss")


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


def check_logo(app_configs, **kwargs):
    """Refuse a logo that is nowhere: pages could not be rendered in production."""
    if not settings.LOGO or finders.find(settings.LOGO):
        return []
    return [
        checks.Error(
            f"LOGO is “{settings.LOGO}”, and there is no such static file.",
            hint=f"Put it into {settings.OVERRIDES_DIR / 'static'}, then run “manage.py collectstatic”.",
            id="practices.E003",
        )
    ]


def check_moderators(app_configs, databases, **kwargs):
    """Warn where several moderators have to approve each text, but one who edits a text leaves too few others."""
    from practices import workflow  # noqa: PLC0415 - models are not loaded yet where this module is

    if settings.APPROVALS_NEEDED <= 1 or not databases or not _has_accounts():
        return []
    number = workflow.too_few_moderators()
    if number is None:
        return []
    return [
        checks.Warning(
            f"APPROVALS_NEEDED is {settings.APPROVALS_NEEDED}, and {number} moderators have an account.",
            hint=(
                f"At least {settings.APPROVALS_NEEDED + 1} are needed: whoever writes or corrects a text cannot approve "
                "it."
            ),
            id="practices.W001",
        )
    ]


def _has_accounts() -> bool:
    """Return whether the tables of accounts have been created: `migrate` runs the checks first."""
    with connection.cursor() as cursor:
        return "auth_group_permissions" in connection.introspection.table_names(cursor)


def _ours(loader):
    return [each for each in loader.disk_migrations.values() if each.app_label == PracticesConfig.name]


def _is_half_applied(migration, loader):
    applied = [replaced in loader.applied_migrations for replaced in migration.replaces]
    return any(applied) and not all(applied)


# Going back -----------------------------------------------------------------------

REBUILT = {
    "catalogueversion", "facetkey", "facetentry", "facetcount", "fault", "filing", "indexedpractice", "indexedword",
    "jobrun", "limitbucket", "sentform", "tally", "word",
}  # fmt: skip
"""Models whose rows are made from others, or of use for some time only. Going back may drop them."""
COMPUTED = {
    ("revision", "fingerprint"), ("revision", "source_key"), ("practice", "source_page"),
    ("broadcast", "request_id"), ("outboxmessage", "request_id"),
}  # fmt: skip
"""(model, field) of columns that are computed from others, or that only lead to log lines."""


def refuse_loss(*, plan, apps, using, **kwargs):
    """Refuse to migrate back where that would delete what somebody has entered, before anything is changed.

    Going back is for databases that hold nothing yet: the previous release runs on the newer schema. Raises CommandError.
    """
    lost: dict[str, list[str]] = {}
    for migration, backwards in plan:
        if backwards and migration.app_label == PracticesConfig.name:
            for what, rows in _lost(migration, apps):
                if count := rows.using(using).count():
                    lost.setdefault(migration.name, []).append(f"{count} × {what}")
    if lost:
        lines = [f"  {name}: {', '.join(what)}" for name, what in lost.items()]
        raise CommandError(
            "Nothing was changed. Going back past these migrations would delete data of the catalogue:\n"
            + "\n".join(lines)
            + "\nThe previous release runs on this schema, so it is enough to deploy its code again. If you want to "
            "delete the data, make a backup, empty the tables with “manage.py flush”, then migrate back."
        )


def _lost(migration, apps) -> Iterator[tuple[str, QuerySet]]:
    """Yield (name, rows) of what the tables and columns that a migration has added hold."""
    for operation in _flat(migration.operations):
        name = getattr(operation, "model_name_lower", None) or getattr(operation, "name_lower", "")
        try:
            model = apps.get_model(migration.app_label, name)
        except LookupError:
            continue  # renamed or deleted since
        if name in REBUILT:
            continue
        if isinstance(operation, operations.CreateModel):
            yield str(model._meta.verbose_name), _entered(name, model)
        elif isinstance(operation, operations.AddField) and _is_entered(name, operation):
            yield f"{model._meta.verbose_name}: {operation.name}", _filled(model, operation)


def _is_entered(name, operation) -> bool:
    return (name, operation.name) not in COMPUTED and not operation.field.many_to_many


def _flat(some) -> Iterator[operations.base.Operation]:
    for operation in some:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _entered(name, model):
    """Return the rows of a table, without the reasons to reject that migrations add and remove themselves."""
    rows = model._base_manager.all()
    if name != "rejectionreason":
        return rows
    untouched = Q(pk=None)
    for migration, first in (("0007_moderators", 0), ("0066_reasons_for_translations", 100)):
        reasons = import_module(f"practices.migrations.{migration}").REASONS
        for position, (title, text) in enumerate(reasons.items(), first):
            untouched |= Q(title=title, text=text, position=position)
    return rows.exclude(untouched)


def _filled(model, operation):
    """Return the rows in which a column holds something else than when it was added."""
    rows, field = _entered(model._meta.model_name, model), operation.field
    if field.null:
        return rows.exclude(**{f"{operation.name}__isnull": True})
    empty = field.get_default() if field.has_default() or not field.has_db_default() else field.db_default
    return rows.exclude(**{operation.name: empty})
