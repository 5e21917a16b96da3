"""Three-way merge of an update that was made from an older revision with the newest one, field by field.

Fields that the update left alone follow the newest revision; fields that only the update changed keep its change.
Where both changed a field, differently, a person has to decide.
"""

import dataclasses

from practices.documents.fields import FIELDS, parts
from practices.documents.schema import Document, changed_fields, complete
from practices.models import Revision, Submission


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

    def resolve(self, *, published: set[str]) -> Document:
        """Return the document with the conflicts named in `published` as in the newest revision."""
        stays = published & set(self.conflicts)
        return self.document | {name: complete(self.revision.document)[name] for name in stays}


def merge_newest(submission: Submission, document: Document | None = None) -> Merge | None:
    """Merge an update with the newest revision; None where that is the one it was made from.

    `document` replaces the document of the submission where it is not saved yet. At most two queries.
    """
    if submission.practice is None or submission.based_on is None:
        return None
    newest = submission.practice.revisions.first()
    base = submission.practice.revisions.filter(number=submission.based_on).first()
    if newest is None or base is None or newest == base:
        return None
    return merge(base, newest, document or submission.document)


def merge(base: Revision, newest: Revision, update: Document) -> Merge:
    old, published, proposed = (complete(each) for each in (base.document, newest.document, update))
    changed_since, changed = set(changed_fields(old, published)), set(changed_fields(old, proposed))
    incoming: set[str] = set()
    conflicts: set[str] = set()
    for part in parts(divide=True):
        differing = {name for name in part.names if published[name] != proposed[name]}
        if not part.updatable or changed.isdisjoint(part.names):
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
