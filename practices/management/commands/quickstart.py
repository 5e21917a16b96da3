import os
import secrets
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from practices.core import catalogue_version
from practices.discovery import semantic
from practices.models import IndexedPractice, Objective, Practice

HOST = "127.0.0.1"
MODERATOR = "moderator"


class Command(BaseCommand):
    help = (
        "Set up whatever is missing on a development machine, then serve the catalogue and send its e-mail."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        self.check_port(port)
        is_upgrade = self.has_migrations_to_run()
        call_command("migrate", verbosity=0, skip_checks=False)
        if not Objective.objects.exists():
            call_command("loaddata", "reference", "countries", verbosity=0)
        known_names = catalogue_version.names_version()
        call_command("load_thesaurus", verbosity=0)
        has_new_names = catalogue_version.names_version() != known_names
        self.rebuild_search(is_upgrade=is_upgrade or has_new_names)
        self.load_practices()
        password = self.create_moderator()
        self.show_addresses(port, password)
        self.serve(port)

    def load_practices(self):
        """Import the practices of the fixture into an empty catalogue.

        Another one keeps its practices: those whose source has changed since would be imported a second time.
        """
        if not Practice.objects.exists():
            call_command(
                "import_practices",
                settings.BASE_DIR / "fixtures" / "practices.json",
                stdout=self.stdout,
                verbosity=0,
            )

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

    def check_port(self, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError) as error:
                why = getattr(error, "strerror", None) or "it must be a number up to 65535"
                raise CommandError(
                    f"Port {port} cannot be used ({why}): choose another, as in: PORT=8001 make run"
                ) from error

    def create_moderator(self):
        """Create the moderator and return the password; None if there is one already."""
        users = get_user_model().objects
        if users.filter(username=MODERATOR).exists():
            return None
        password = secrets.token_urlsafe(12)
        moderator = users.create_user(MODERATOR, password=password, is_staff=True)
        moderator.groups.add(Group.objects.get(name="Moderators"))
        return password

    def show_addresses(self, port, password):
        site = f"http://{HOST}:{port}"
        who = (
            f"name: {MODERATOR}   password: {password}   (shown this once)"
            if password
            else f"name: {MODERATOR}"
        )
        self.stdout.write(
            f"\n  Read        {site}/\n"
            f"  Submit      {site}/submit/\n"
            f"  Moderate    {site}/admin/   {who}\n"
            f"  E-mail      {site}/mailbox/   (files in {settings.MAIL_FOLDER})\n"
            "\n  Stop with Ctrl-C.\n"
        )

    def serve(self, port):
        """Run the server and the sender side by side until one ends or the command is stopped; then end both."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        manage = [sys.executable, sys.argv[0]]
        environment = {"SITE_URL": f"http://{HOST}:{port}", **os.environ}
        commands = {"sender": ["send_outbox", "--forever"], "server": ["runserver", f"{HOST}:{port}"]}
        self.stdout.flush()
        children: dict[str, subprocess.Popen] = {}
        try:
            for name, command in commands.items():
                children[name] = subprocess.Popen([*manage, *command], env=environment)  # noqa: S603 - our own
            while True:
                for name, child in children.items():
                    if child.poll() is not None:
                        raise CommandError(
                            f"The {name} has ended (exit code {child.returncode}), so everything stops."
                        )
                time.sleep(0.5)
        except KeyboardInterrupt:
            pass
        finally:
            for child in children.values():
                child.terminate()
            for child in children.values():
                child.wait()
