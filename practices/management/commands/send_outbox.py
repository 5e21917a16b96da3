from functools import partial

from django.conf import settings
from django.utils.translation import ngettext

from practices import workflow
from practices.core import worker_threads
from practices.exchange import dois, imports
from practices.management.jobs import Job
from practices.notifications import sender, watch, websub
from practices.notifications.channels import CHANNELS


class Command(Job):
    help = (
        "Send the messages in the outbox, once (for cron) or --forever (as a service). "
        "Any number may run at once; each message is sent once. As a service it also publishes scheduled practices. "
        "It also sends changes to feed hubs and, where there is an account, to DataCite, and checks and imports the "
        "files that staff have uploaded in the admin."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--forever", action="store_true", help="keep looking for new messages until stopped"
        )

    def handle(self, *, forever, **options):
        with worker_threads.graceful_shutdown(settings.OUTBOX_STOP_SECONDS) as stop:
            if forever:
                worker_threads.run(self.tasks(), stop=stop, pause=settings.OUTBOX_POLL_SECONDS)
                return
            # Hubs first, because each has a deadline, and many messages have many.
            websub.deliver_due(stopped=stop.is_set)
            dois.deliver_due(stopped=stop.is_set)
            attempted = sender.send_due(stopped=stop.is_set)
            imports.run_due(stopped=stop.is_set)
            watch.watch()
            said = ngettext("%(count)s message attempted.", "%(count)s messages attempted.", attempted)
            self.stdout.write(said % {"count": attempted})

    def tasks(self):
        return {
            "watch": lambda stopped: watch.watch(),
            "schedule": lambda stopped: workflow.publish_due(),
            "hubs": lambda stopped: websub.deliver_due(stopped=stopped),
            "dois": lambda stopped: dois.deliver_due(stopped=stopped),
            "imports": lambda stopped: imports.run_due(stopped=stopped),
            **{channel: partial(self.send, channel) for channel in CHANNELS},
        }

    def send(self, channel, stopped):
        sender.send_due(channel=channel, stopped=stopped)
