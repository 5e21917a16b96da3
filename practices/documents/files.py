"""Files beside a document: what identifies them, and how two lists of them differ, for people to read."""

from collections.abc import Iterable, Sequence

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practices.documents.diff import Difference
from practices.models import Practice, Revision, StoredFile

type Files = Sequence[StoredFile]

LABEL = _("Files")


def facts(files: Iterable[StoredFile]) -> list[list[str | int]]:
    """Return all that readers get of these files, in order, as plain values that can be compared and hashed."""
    return [[file.name, file.description, file.content_type, file.size, file.sha256] for file in files]


def of_revision(revision: Revision) -> Files | None:
    """Return the files of a revision; None if they were not recorded."""
    return list(revision.files.all()) if revision.files_recorded else None


def of_practice(practice: Practice) -> Files:
    """Return the files of the latest revision of a practice. At most two queries."""
    latest = practice.revisions.defer("document").first()
    recorded = of_revision(latest) if latest else []
    # A version before 0.3.0 that runs beside this one records no files, but still marks its attachments.
    return list(practice.attachments.all()) if recorded is None else recorded


def between(old: Iterable[StoredFile] | None, new: Iterable[StoredFile] | None) -> list[Difference]:
    """Return the difference of `new` files from `old` ones, in a list like that of `diff.between`.

    Empty if they are the same, or if one of the two was not recorded. A file is the same one while its content is;
    another content of the same name replaces it.
    """
    before, after = ([*files] if files is not None else None for files in (old, new))
    if before is None or after is None or facts(before) == facts(after):
        return []
    kept = {file.sha256 for file in before} & {file.sha256 for file in after}
    gone = [file for file in before if file.sha256 not in kept]
    come = [file for file in after if file.sha256 not in kept]
    replaced = []
    for file in [*gone]:
        if successor := next((each for each in come if each.name == file.name), None):
            gone.remove(file)
            come.remove(successor)
            replaced.append((line(file), line(successor)))
    described = {file.sha256: file for file in before}
    renamed = [
        (line(described[file.sha256]), line(file))
        for file in after
        if file.sha256 in kept and facts([described[file.sha256]]) != facts([file])
    ]
    order_before = [file.sha256 for file in before if file.sha256 in kept]
    order_after = [file.sha256 for file in after if file.sha256 in kept]
    return [
        Difference(
            "files",
            LABEL,
            added=[line(file) for file in come],
            removed=[line(file) for file in gone],
            replaced=replaced,
            described=renamed,
            order=[line(file) for file in after] if order_before != order_after else [],
        )
    ]


def line(file: StoredFile) -> str:
    """Return a file in one line: what it is, its name and size, and the beginning of its SHA-256."""
    if not file.name:
        return gettext("a file that was permanently deleted")
    return f"{file.description} ({file.name}, {filesizeformat(file.size)}, {file.sha256[:8]})"
