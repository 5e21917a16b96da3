import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections

from practices import workflow
from practices.notifications import sender, websub


class Command(BaseCommand):
    help = (
        "Send what waits in the outbox, once (for cron) or --forever (as a service). "
        "Any number may run at once; each message goes out once. As a service it also publishes what is scheduled."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--forever", action="store_true", help="keep looking for new messages until stopped"
        )

    def handle(self, *, forever, **options):
        if not forever:
            attempted = sender.send_due()
            websub.deliver_due()
            self.stdout.write(f"{attempted} messages attempted.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            self.deliver(stop)
            stop.wait(settings.OUTBOX_POLL_SECONDS)

    def deliver(self, stop):
        try:
            workflow.publish_due()
            sender.send_due(stopped=stop.is_set)
            websub.deliver_due()
        except (DatabaseError, InterfaceError) as error:
            self.stderr.write(f"The database does not answer: {error}. Trying again.")
        finally:
            close_old_connections()
