from django.core.management.base import BaseCommand

from practices import personal_data


class Command(BaseCommand):
    help = (
        "Erase all that is held on an address, as its owner asked. Published practices stay, with their public "
        "credit unless --remove-credit. Make sure of who asks: it cannot be undone."
    )

    def add_arguments(self, parser):
        parser.add_argument("address")
        parser.add_argument("--remove-credit", action="store_true", help="in earlier revisions too")

    def handle(self, *, address, remove_credit, **options):
        personal_data.erase(personal_data.Held.on_address(address), keep_credit=not remove_credit)
        self.stdout.write("Nothing is held on this address any more.")
