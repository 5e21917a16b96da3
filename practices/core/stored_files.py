"""Uploaded files in the storage: stored whole or not at all, and swept once no row names them."""

import errno
import logging
import os
import posixpath
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import batched, chain
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.db import DatabaseError, InterfaceError, models
from django.db.models.fields.files import FieldFile

from practices import clock
from practices.core import deadlines, isolation
from practices.models import Attachment
from practices.models.attachment import FOLDER, remove_file, storage_name
from practices.models.dump import DUMPS
from practices.models.imports import IMPORTS

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
BATCH = 500  # names per query
ANSWER_SECONDS = 0.5
"""Seconds that the storage may take to say whether it is there."""
NOT_MOUNTED = "The folder of uploaded files is not there; is its share mounted?"
_log = logging.getLogger(__name__)
FIRST_ANSWER_SECONDS = 1.5
"""As ANSWER_SECONDS, of the first question of a process: its client of S3 has to be made first."""
_asking = threading.Lock()
_caller = deadlines.Caller()
_turns = threading.BoundedSemaphore(settings.FILES_AT_ONCE)


class StorageFailed(Exception):
    """The storage of uploaded files refuses or is unavailable; nothing was stored."""


class NoTurn(StorageFailed):
    """As many threads as may already wait for the storage."""


class StorageFull(StorageFailed):
    """There is no space left to store a file."""


class StorageMissing(StorageFailed):
    """The folder of files is not there, as when a network share is not mounted."""


class Condition(Enum):
    """State of the storage as a whole."""

    SOUND = auto()
    AWAY = auto()
    NO_FOLDER = auto()
    READ_ONLY = auto()
    NO_FILES = auto()
    """It answers, but without the newest files that rows name."""


class CannotBeListed(Exception):
    """The storage cannot say which files it holds, or how old they are."""


@contextmanager
def _turn() -> Iterator[None]:
    """Use the storage, with FILES_AT_ONCE threads of this process at most. Raises NoTurn.

    A storage that hangs can take any time; the other threads go on answering readers meanwhile.
    """
    if not _turns.acquire(timeout=settings.FILES_WAIT_SECONDS):
        raise NoTurn
    try:
        yield
    finally:
        _turns.release()


def has_no_space(error: BaseException | None) -> bool:
    """Return whether an error, or one that caused it, says that a disk or a quota is full."""
    while error is not None:
        if isinstance(error, StorageFull) or (isinstance(error, OSError) and error.errno in NO_SPACE):
            return True
        # SQLITE_FULL; PostgreSQL: class 53100, disk_full
        if "disk is full" in str(error) or getattr(error, "sqlstate", None) == "53100":
            return True
        error = error.__cause__
    return False


def store(content: bytes, *, name: str, naming: Callable[[None, str], str] = storage_name) -> str:
    """Store a file under an unguessable name and return that name. Raises StorageFull and StorageFailed.

    Where a share is not mounted, nothing is stored: it would lie hidden beneath the share later.
    """
    storage = _storage()
    wanted = naming(None, name)
    try:
        with _turn():
            if _lacks_folder(storage, wanted) and _is_folder_in_use(wanted):
                raise StorageMissing(NOT_MOUNTED)
            return storage.save(wanted, ContentFile(content))
    except StorageMissing:
        _log.exception("An uploaded file could not be stored")
        raise
    except NoTurn:
        raise
    except Exception as error:  # each storage has errors of its own
        _log.exception("An uploaded file could not be stored")
        remove(wanted)
        raise (StorageFull if has_no_space(error) else StorageFailed) from error


def remove(name: str) -> None:
    """Delete what there is of a file that no row names. If the storage fails, the nightly sweep deletes it."""
    try:
        with _turn():
            remove_file(_storage(), name)
    except Exception:
        _log.exception("A file that nothing names could not be deleted")


def opened(file: FieldFile) -> FieldFile:
    """Open a stored file for reading. Raises FileNotFoundError and StorageFailed."""
    try:
        with _turn():
            content = file.open("rb")
            try:
                content.read(1)  # some storages answer only now
                content.seek(0)
            except Exception:
                content.close()
                raise
            return content
    except FileNotFoundError as error:
        if _lacks_folder(file.storage, str(file.name)):
            raise StorageMissing(NOT_MOUNTED) from error
        raise
    except NoTurn:
        raise
    except Exception as error:  # each storage has errors of its own
        raise StorageFailed from error


def condition() -> Condition:
    """Ask the storage whether it is there, in time, with the newest of the files that rows name. Writes nothing."""
    newest = _newest()
    if not _asking.acquire(timeout=ANSWER_SECONDS):
        return Condition.AWAY  # it still owes the last one an answer, so no more threads wait for it

    def ask() -> Condition:
        try:
            return _condition(_storage(), newest)
        finally:
            _asking.release()

    try:
        return _caller.call(ask, within=ANSWER_SECONDS if _caller.has_begun else FIRST_ANSWER_SECONDS)
    except Exception:  # each storage has errors of its own
        return Condition.AWAY


def _condition(storage: Storage, newest: list[list[str]]) -> Condition:
    if isinstance(storage, FileSystemStorage):
        folder = Path(storage.location)
        if not folder.is_dir():
            return Condition.NO_FOLDER
        if not os.access(folder, os.W_OK | os.X_OK):
            return Condition.READ_ONLY
    else:
        storage.exists(FOLDER)
    if any(not any(storage.exists(name) for name in names) for names in newest):
        return Condition.NO_FILES
    return Condition.SOUND


def _newest() -> list[list[str]]:
    """Return the newest two files that each kind of row names; nothing while the database is away."""
    found = []
    with suppress(DatabaseError, InterfaceError):
        for model, field in _file_fields():
            named = model._base_manager.exclude(**{field.name: ""}).order_by("-pk")
            if names := list(named.values_list(field.name, flat=True)[:2]):
                found.append(names)
    return found


def create_folder() -> None:
    """Create the folder of files of a new installation, where the storage is one.

    Once a row names a file, a folder that is not there is a share that is not mounted, and would hide what is stored.
    """
    storage = _storage()
    if isinstance(storage, FileSystemStorage) and not _newest():
        Path(storage.location).mkdir(parents=True, exist_ok=True)


def sweep(*, dry_run: bool = False, now: datetime | None = None) -> list[str]:
    """Delete the files that no row names and that are older than FILES_GRACE_HOURS. Returns their names.

    A younger one may belong to a row that is about to be committed. One that cannot be deleted does not keep the others.
    Raises CannotBeListed.
    """
    storage = _storage()
    before = (now or clock.now()) - timedelta(hours=settings.FILES_GRACE_HOURS)
    swept = []
    try:
        found = chain.from_iterable(_stored(storage, folder) for folder in (FOLDER, DUMPS, IMPORTS))
        for names in batched(found, BATCH, strict=False):
            for name in sorted(set(names) - _in_use(names)):
                is_orphan = storage.get_modified_time(name) < before and not _in_use([name])
                if is_orphan and (dry_run or isolation.one(_removed, name, what="stored file")):
                    swept.append(name)
    except NotImplementedError as error:  # raised by Django's Storage where a backend has no such method
        raise CannotBeListed from error
    return swept


def _removed(name: str) -> bool:
    remove_file(_storage(), name)
    return True


def _storage() -> Storage:
    return Attachment._meta.get_field("file").storage


def _lacks_folder(storage: Storage, name: str) -> bool:
    """Return whether not even the first folder of a name is there. Only the storage of a machine's files can tell."""
    return isinstance(storage, FileSystemStorage) and not storage.exists(name.partition("/")[0])


def _is_folder_in_use(name: str) -> bool:
    """Return whether any row names a file in the same first folder."""
    folder = name.partition("/")[0] + "/"
    return any(
        model._base_manager.filter(**{f"{field.name}__startswith": folder}).exists()
        for model, field in _file_fields()
    )


def _file_fields() -> Iterator[tuple[type[models.Model], models.FileField]]:
    for model in apps.get_app_config("practices").get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield model, field


def _stored(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored, or the folder has just been deleted
        return
    for name in files:
        yield posixpath.join(folder, name)
    for name in folders:
        yield from _stored(storage, posixpath.join(folder, name))


def _in_use(names: Iterable[str]) -> set[str]:
    """Return those of `names` that any row of the catalogue names in a field for files."""
    return {
        name
        for model, field in _file_fields()
        for name in model._base_manager.filter(**{f"{field.name}__in": names}).values_list(
            field.name, flat=True
        )
    }
