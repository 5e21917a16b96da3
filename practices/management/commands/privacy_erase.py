from django.core.management.base import BaseCommand, CommandError

from practices import personal_data


class Command(BaseCommand):
    help = (
        "Delete all personal data of an e-mail address, at its owner's request. Published practices stay, with "
        "their public credit unless you give --remove-credit. Check who is asking first: this cannot be undone. Fails if "
        "nothing is held on the address."
    )

    def add_arguments(self, parser):
        parser.add_argument("address")
        parser.add_argument(
            "--remove-credit",
            action="store_true",
            help="remove the public credit too, also from earlier revisions",
        )

    def handle(self, *, address, remove_credit, **options):
        held = personal_data.Held.on_address(address)
        if held.is_empty:
            raise CommandError(
                f"Nothing is held on “{address}”, so nothing was deleted. Is it spelt correctly?"
            )
        done = personal_data.erase(held, keep_credit=not remove_credit, way="privacy_erase")
        self.stdout.write(
            f"Deleted submissions: {done.submissions}, subscriptions: {done.subscriptions}, e-mails: {done.messages}. "
            f"Kept practices that are published: {done.practices}, no longer in the catalogue: {done.left}, "
            f"translations: {done.translations}, "
            f"with a public credit: {done.credits_kept}."
        )
