"""Steps that bring a database up to this release, shared by the commands of first start."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand

from practices.core import message_files, stored_files
from practices.discovery import reindexing
from practices.models import Objective, Practice


class PreparingCommand(BaseCommand):
    """A command that sets up whatever is missing. Idempotent."""

    def prepare(self):
        """Compile translations, migrate, load reference data and the thesaurus, and renew the index."""
        self.compile_messages()
        self.migrate()
        self.load_data()
        self.renew_index()

    def compile_messages(self):
        message_files.compile_messages(settings.LOCALE_PATHS)

    def migrate(self):
        call_command("migrate", verbosity=0, skip_checks=False)

    def load_data(self):
        """Load what every catalogue has, and create the folder of its files."""
        if not Objective.objects.exists():
            call_command("loaddata", "reference", "countries", verbosity=0)
        call_command("load_thesaurus", verbosity=0)
        stored_files.create_folder()

    def renew_index(self):
        """Index the practices that are not in the index, or as an earlier release or thesaurus had them."""
        if reindexing.outdated().exists():
            call_command("rebuild_search", outdated=True, stdout=self.stdout)

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
