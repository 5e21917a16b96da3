import os
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.core.management.base import CommandError

from practices.management.preparation import PreparingCommand

HOST = "127.0.0.1"
MODERATOR = "moderator"
PRACTICES = settings.BASE_DIR / "fixtures" / "practices.json"


class Command(PreparingCommand):
    help = (
        "Set up whatever is missing on a development machine, then serve the catalogue and send its e-mail."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        self.check_port(port)
        self.prepare()
        self.load_practices(PRACTICES)
        password = self.create_moderator(MODERATOR)
        self.show_addresses(port, password)
        self.serve(port)

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
