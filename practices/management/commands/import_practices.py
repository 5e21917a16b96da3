from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from practices.exchange import imports

EVERY = 500  # items between two lines of progress


class Command(BaseCommand):
    help = (
        "Publish the practices of a file (JSON). Every fault is reported with its item and field, and nothing "
        "changes when there is one, unless --skip-faulty is given. The same file twice changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--skip-faulty", action="store_true", help="import the sound items all the same")

    def handle(self, *, file, skip_faulty, **options):
        try:
            items = imports.read(file)
        except imports.UnreadableFile as error:
            raise CommandError(f"{file}: {error}.") from error
        report = imports.run(items, skip_faulty=skip_faulty, progress=self.show_progress)
        for item in report.faults:
            where = f"{item.fault.field}: " if item.fault.field else ""
            self.stderr.write(f"item {item.position} (“{item.title}”): {where}{item.fault.message}")
        if report.faults and not skip_faulty:
            raise CommandError(
                f"{report.faulty_items} of {len(items)} items have faults, so nothing was imported. "
                "Mend them, or import the others with --skip-faulty."
            )
        skipped = f", {report.faulty_items} skipped" if report.faults else ""
        self.stdout.write(
            f"{len(items)} practices in {file.name}: {report.new} new, {report.revised} revised, "
            f"{report.unchanged} unchanged{skipped}."
        )

    def show_progress(self, done):
        if done % EVERY == 0:
            self.stdout.write(f"  {done} …")
