from django.core.management.base import BaseCommand

from practices import workflow
from practices.notifications import hold

TIME = "%Y-%m-%d %H:%M UTC"


class Command(BaseCommand):
    help = (
        "Say why nothing is sent. After restore, show what waits, and decide: --drop cancels what was probably sent "
        "between the backup and the loss, --release sends everything."
    )

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--release", action="store_true", help="send everything that waits")
        choice.add_argument(
            "--drop", action="store_true", help="cancel what was probably sent before the loss; send the rest"
        )

    def handle(self, *, release, drop, **options):
        if held := hold.current():
            self.show(held, hold.waiting(held))
            self.decide(release=release, drop=drop)
        for reason in hold.reasons():
            if reason != hold.RESTORE:
                self.stdout.write(f"{reason.sentence} {reason.remedy}")
        if not hold.is_held():
            self.stdout.write("Sending is not held.")

    def decide(self, *, release, drop):
        if release and hold.release():
            self.stdout.write("Everything that waits may be sent.")
        elif drop and workflow.drop_probably_sent():
            self.stdout.write("What was probably sent is cancelled. The rest may be sent.")
        else:
            self.stdout.write("Nothing is sent until you run held_mail --drop or held_mail --release.")

    def show(self, held, waiting):
        self.stdout.write(
            f"The backup of {held.backup_at:{TIME}} was restored at {held.restored_at:{TIME}}. "
            f"Until {held.sent_until:{TIME}}, the catalogue that was lost probably sent:"
        )
        for kind, count in waiting.due.items():
            self.stdout.write(f"  {kind}: {count}")
        for count, what in [
            (waiting.news, "publications with e-mails to subscribers who want them at once"),
            (waiting.digests, "entries of digests"),
            (waiting.pings, "pings of feed hubs"),
        ]:
            if count:
                self.stdout.write(f"  {what}: {count}")
        if not waiting.probably_sent:
            self.stdout.write("  nothing that the backup knows of")
        self.stdout.write(f"Not yet due then, so not sent: {waiting.later}")
        self.stdout.write(f"Written since the restore, so not sent: {waiting.new}")
