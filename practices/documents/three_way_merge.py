"""An update made from an older revision, laid on top of the newest one: field by field, in three ways.

What the update left alone follows what was published since. What it changes stays changed. Of what both changed,
differently, a person has to say which stays.
"""

import dataclasses

from practices.documents.fields import FIELDS, parts
from practices.documents.schema import Document, changed_fields, complete
from practices.models import Revision, Submission


@dataclasses.dataclass(frozen=True)
class Newer:
    """What was published after an update was begun, and what becomes of the update on top of it."""

    revision: Revision
    """The newest."""
    base: Document
    """What the update was made from."""
    document: Document
    """The update with what was `taken`; of what is `disputed`, it has its own."""
    taken: list[str]
    """Fields that follow what was published since."""
    disputed: list[str]
    """Fields that both changed, in different ways."""

    def settled(self, *, published: set[str]) -> Document:
        """The update where, of what is disputed, those fields stay as `published` and the others do not."""
        stays = published & set(self.disputed)
        return self.document | {name: complete(self.revision.document)[name] for name in stays}


def newer(submission: Submission, document: Document | None = None) -> Newer | None:
    """How an update stands to what was published since it was begun; None where nothing was.

    `document` is what it says where that is not yet what it holds. At most two queries.
    """
    if submission.practice is None or submission.based_on is None:
        return None
    newest = submission.practice.revisions.first()
    base = submission.practice.revisions.filter(number=submission.based_on).first()
    if newest is None or base is None or newest == base:
        return None
    return reconcile(base, newest, document or submission.document)


def reconcile(base: Revision, newest: Revision, update: Document) -> Newer:
    was, is_now, proposed = (complete(document) for document in (base.document, newest.document, update))
    moved, changed = set(changed_fields(was, is_now)), set(changed_fields(was, proposed))
    taken: set[str] = set()
    disputed: set[str] = set()
    for part in parts(divide=True):
        differing = {name for name in part.names if is_now[name] != proposed[name]}
        if not part.updatable or changed.isdisjoint(part.names):
            taken |= differing
        elif not moved.isdisjoint(part.names):
            disputed |= differing
    document = proposed | {name: is_now[name] for name in taken}
    return Newer(
        newest,
        was,
        document,
        taken=[name for name in FIELDS if name in taken],
        disputed=[name for name in FIELDS if name in disputed],
    )
