"""Three-way merge of an update that was made from an older revision with the newest one, field by field.

Fields that the update left alone follow the newest revision; fields that only the update changed keep its change.
Where both changed a field, differently, a person has to decide. The files are merged as one more field, FILES, as a
whole.
"""

import dataclasses

from practices.documents import diff, files
from practices.documents.diff import Difference
from practices.documents.fields import FIELDS, parts
from practices.documents.schema import Document, changed_fields, complete
from practices.models import Revision, StoredFile, Submission

FILES = "files"


@dataclasses.dataclass(frozen=True)
class Merge:
    """The result of a merge. `document` has the update's own values in its conflicts."""

    revision: Revision
    """The newest."""
    base: Document
    """The document that the update was made from."""
    document: Document
    incoming: list[str]
    """Fields that follow the newest revision."""
    conflicts: list[str]
    """Fields that both changed, differently."""
    base_files: files.Files | None = None
    """The files of the revision the update was made from; None if they were not recorded."""
    merged_files: files.Files = ()
    """The files that would be published; those of the update where they are in conflict."""

    @property
    def published_files(self) -> files.Files:
        return files.of_revision(self.revision) or []

    def resolve(self, *, published: set[str]) -> Document:
        """Return the document with the conflicts named in `published` as in the newest revision."""
        stays = published & set(self.conflicts) - {FILES}
        return self.document | {name: complete(self.revision.document)[name] for name in stays}


def merge_newest(submission: Submission, document: Document | None = None) -> Merge | None:
    """Merge an update with the newest revision; None where that is the one it was made from, or for a translation.

    `document` replaces the document of the submission where it is not saved yet. At most two queries, and three more
    for the files.
    """
    if submission.practice is None or submission.based_on is None or not submission.is_revising:
        return None
    newest = submission.practice.revisions.first()
    base = submission.practice.revisions.filter(number=submission.based_on).first()
    if newest is None or base is None or newest == base:
        return None
    return _merge_files(merge(base, newest, document or submission.document), base, submission)


def _merge_files(merged: Merge, base: Revision, submission: Submission) -> Merge:
    old, published = files.of_revision(base), files.of_revision(merged.revision)
    proposed: list[StoredFile] = list(submission.attachments.all())
    own = dataclasses.replace(merged, base_files=old, merged_files=proposed)
    if published is None or files.facts(published) == files.facts(proposed):
        return own
    if old is not None and files.facts(old) == files.facts(proposed):
        return dataclasses.replace(own, merged_files=published, incoming=[*merged.incoming, FILES])
    if old is not None and files.facts(old) == files.facts(published):
        return own
    return dataclasses.replace(own, conflicts=[*merged.conflicts, FILES])


def differences_of(merged: Merge, name: str) -> tuple[list[Difference], list[Difference]]:
    """Return the differences in one field that the newest revision made, and that the update would make of it."""
    if name == FILES:
        published = merged.published_files
        return files.between(merged.base_files or [], published), files.between(
            published, merged.merged_files
        )
    before, published, proposed = merged.base, merged.revision.document, merged.document
    made, would_make = diff.between(before, published), diff.between(published, proposed)
    return [one for one in made if one.field == name], [one for one in would_make if one.field == name]


def merge(base: Revision, newest: Revision, update: Document, *, all_updatable: bool = False) -> Merge:
    """Merge an update made from `base` with the newest revision.

    Fields that a submitter cannot update follow the newest revision, unless `all_updatable`, as for moderators.
    """
    old, published, proposed = (complete(each) for each in (base.document, newest.document, update))
    changed_since, changed = set(changed_fields(old, published)), set(changed_fields(old, proposed))
    incoming: set[str] = set()
    conflicts: set[str] = set()
    for part in parts(divide=True):
        differing = {name for name in part.names if published[name] != proposed[name]}
        if (not part.updatable and not all_updatable) or changed.isdisjoint(part.names):
            incoming |= differing
        elif not changed_since.isdisjoint(part.names):
            conflicts |= differing
    return Merge(
        newest,
        old,
        proposed | {name: published[name] for name in incoming},
        incoming=[name for name in FIELDS if name in incoming],
        conflicts=[name for name in FIELDS if name in conflicts],
    )
