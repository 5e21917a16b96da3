"""Steps that bring a database up to this release, shared by the commands of first start."""

import secrets
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from practices.core import catalogue_version
from practices.discovery import semantic
from practices.models import IndexedPractice, Objective, Practice


class PreparingCommand(BaseCommand):
    """A command that sets up whatever is missing. Idempotent."""

    def prepare(self):
        """Migrate, load reference data and the thesaurus, and index the practices if that is needed."""
        is_upgrade = self.has_migrations_to_run()
        call_command("migrate", verbosity=0, skip_checks=False)
        if not Objective.objects.exists():
            call_command("loaddata", "reference", "countries", verbosity=0)
        known_names = catalogue_version.names_version()
        call_command("load_thesaurus", verbosity=0)
        has_new_names = catalogue_version.names_version() != known_names
        self.rebuild_search(is_upgrade=is_upgrade or has_new_names)

    def has_migrations_to_run(self):
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def rebuild_search(self, *, is_upgrade):
        """Index the practices that are there if none is, or anew after an upgrade, which may index more of each."""
        lacks_vectors = semantic.is_available() and not semantic.has_vectors()
        if Practice.objects.exists() and (
            is_upgrade or lacks_vectors or not IndexedPractice.objects.exists()
        ):
            call_command("rebuild_search", stdout=self.stdout)

    def load_practices(self, file: Path):
        """Import the practices of a file into an empty catalogue.

        Another one keeps its practices: those whose source has changed since would be imported a second time.
        """
        if not Practice.objects.exists():
            call_command("import_practices", file, stdout=self.stdout, verbosity=0)

    def create_moderator(self, name: str) -> str | None:
        """Create a moderator and return the password; None if there is an account of this name already."""
        users = get_user_model().objects
        if users.filter(username=name).exists():
            return None
        password = secrets.token_urlsafe(12)
        moderator = users.create_user(name, password=password, is_staff=True)
        moderator.groups.add(Group.objects.get(name="Moderators"))
        return password
