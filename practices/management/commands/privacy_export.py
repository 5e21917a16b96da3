import json

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from practices import personal_data


class Command(BaseCommand):
    help = "Write all personal data of an e-mail address as JSON, to give to its owner."

    def add_arguments(self, parser):
        parser.add_argument("address")

    def handle(self, *, address, **options):
        held = personal_data.export(personal_data.Held.on_address(address))
        self.stdout.write(json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
