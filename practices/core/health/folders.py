"""Checks of the disk and of the storage of uploaded files."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from practices.core import stored_files
from practices.core.findings import Finding, Severity, fault, ok, warning
from practices.core.stored_files import Condition

LITTLE_SPACE = 2 * 1024**3  # bytes
NO_SPACE = 200 * 1024**2
PROBE = "doctor-probe"


def disk() -> Finding:
    name = _("Disk")
    folder = settings.DATA_DIR
    if not os.access(folder, os.W_OK):
        return fault(
            name,
            _("%(folder)s cannot be written to by this user.") % {"folder": folder},
            _("Give the folder to the user of the services, and run commands as that user."),
        )
    usage = shutil.disk_usage(folder)
    free = usage.free
    sentence = _("%(free)s of %(total)s are free in %(folder)s.") % {
        "free": filesizeformat(free),
        "total": filesizeformat(usage.total),
        "folder": folder,
    }
    if free < LITTLE_SPACE:
        return (fault if free < NO_SPACE else warning)(
            name, sentence, _("Make room: SQLite, uploads, the archives of /data/ and logs need space.")
        )
    return ok(name, sentence)


def static_files() -> Finding:
    """Check that collectstatic has run since the style sheets and scripts of this release were written."""
    name = _("Static files")
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return ok(name, _("They are read from the source."))
    manifest = Path(settings.STATIC_ROOT) / staticfiles_storage.manifest_name
    remedy = _("Run “manage.py collectstatic --noinput”, then restart the web server.")
    if not manifest.exists():
        return fault(name, _("They have not been collected: pages have no style."), remedy)
    newest = max(
        path.stat().st_mtime for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*")
    )
    if newest > manifest.stat().st_mtime:
        return warning(name, _("They have changed since they were collected."), remedy)
    return ok(name, _("They have been collected."))


def storage() -> Finding:
    """Ask the storage whether it is there, with the files that the database names, and write nothing."""
    name = _("Uploaded files")
    mount = _("Mount the share of uploaded files, or bring the files back from a backup.")
    match stored_files.condition():
        case Condition.AWAY:
            return fault(name, _("The storage does not answer."), _repair())
        case Condition.READ_ONLY:
            return fault(
                name, _("The folder of uploaded files cannot be written to by this user."), _repair()
            )
        case Condition.NO_FOLDER:
            sentence = _("The folder of uploaded files is not there.")
            return fault(name, sentence, mount + " " + _("In a new installation, run “manage.py set_up”."))
        case Condition.NO_FILES:
            return fault(name, _("The newest files that the database names are not in the storage."), mount)
    return ok(name, _("The storage answers, with the newest files."))


def uploads() -> Finding:
    """Write a small file into the storage, read it back and delete it."""
    if (found := storage()).state is Severity.FAULT:
        return found  # a trial would create the folder, hidden beneath a share that is mounted later
    name = _("Uploaded files")
    why = _("another content came back")
    try:
        stored = default_storage.save(PROBE, ContentFile(b"probe"))
        with default_storage.open(stored) as file:
            is_same = file.read() == b"probe"
        default_storage.delete(stored)
    except Exception as error:  # each storage raises errors of its own
        is_same, why = False, f"{type(error).__name__}: {error}"
    if not is_same:
        sentence = _("The storage does not keep what is written to it: %(why)s")
        return fault(name, sentence % {"why": why}, _repair())
    return ok(name, _("The storage keeps what is written to it."))


def _repair() -> str:
    return _("Check FILES_BACKEND, FILES_OPTIONS and their secrets, or who may write to DATA_DIR/files.")
