import json

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from practices import personal_data
from practices.choices import AuditAct
from practices.core import audit


class Command(BaseCommand):
    help = "Write all personal data of an e-mail address as JSON, to give to its owner. Fails if nothing is held on it."

    def add_arguments(self, parser):
        parser.add_argument("address")

    def handle(self, *, address, **options):
        held = personal_data.Held.on_address(address)
        if held.is_empty:
            raise CommandError(f"Nothing is held on “{address}”. Is it spelt correctly?")
        copy = personal_data.export(held)
        audit.record(AuditAct.DATA_EXPORTED, address=address, what="privacy_export")
        self.stdout.write(json.dumps(copy, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
