from datetime import UTC

from django.core.management.base import CommandError

from practices import clock
from practices.core import job_runs
from practices.exchange import backups
from practices.management.backups import BackupCommand, explained, file_size, passphrase

NAME = "catalogue-{:%Y-%m-%dT%H%M%SZ}.zip"
NAMES = "catalogue-????-??-??T??????Z.zip"

DAMAGED = "It cannot be restored: make a new backup, and check the earlier ones."


class Command(BackupCommand):
    help = (
        "Write all that the catalogue holds, with uploaded files, into one archive, while it is in use. If FILE is a "
        "folder, the archive gets the time as its name. restore reads it, on SQLite and on PostgreSQL alike."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--verify", action="store_true", help="write nothing; check that FILE is whole")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="of a folder, delete the backups before the newest N"
        )

    def handle(self, *, path, passphrase_file, verify, keep, verbosity, **options):
        secret = passphrase(passphrase_file)
        if keep is not None and (keep < 1 or verify or not path.is_dir()):
            raise CommandError("--keep takes a number from 1, and FILE must then be a folder to write to.")
        if verify:
            self.verify(path, secret)
            return
        folder = path if path.is_dir() else None
        if folder:
            path = folder / NAME.format(clock.now().astimezone(UTC))
        elif path.exists():
            raise CommandError(f"{path} exists already. Choose another name, or a folder.")
        with job_runs.recorded("backup"), explained(path):
            show = self.show if verbosity > 1 else lambda _what, _count: None
            manifest = backups.write(path, passphrase=secret, progress=show)
            if folder and keep and not manifest.missing:
                others = sorted(
                    set(folder.glob(NAMES)) - {path}
                )  # those of a clock that was ahead are not newer
                for old in others[: max(0, len(others) + 1 - keep)]:
                    old.unlink()
            self.stdout.write(f"{path}, {file_size(path)}: {self.summary(manifest)}")
            if manifest.missing:
                raise CommandError(
                    f"The backup is written, but the storage did not give {len(manifest.missing)} of its files: "
                    f"{', '.join(manifest.missing[:5])}{' …' if len(manifest.missing) > 5 else ''}."
                    f"{' No earlier backup was deleted.' if keep else ''}"
                )

    def verify(self, path, secret):
        with explained(path, DAMAGED), backups.opened(path, secret) as (archive, manifest):
            backups.check(archive, manifest)
            self.stdout.write(f"{path} is whole: {self.summary(manifest)}")
