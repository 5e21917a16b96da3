"""Changes that updates of practices made, as e-mails to subscribers say them: fields by name, short values in full."""

from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from practices import documents
from practices.core.punctuation import labelled, listed, listed_apart
from practices.core.quotes import quoted
from practices.documents import diff, files
from practices.models import Revision

type Span = tuple[int, int]
"""Numbers of the revision before the update, and of its last one."""

SHORT = 100
"""Characters up to which an e-mail says what a text was and what it is now."""


def fields(spans: Mapping[int, Span]) -> dict[int, list[str]]:
    """Practice → names of the fields that changed. Two queries for all practices."""
    found = _revisions(spans)
    return {
        practice: [
            *(
                str(documents.label(name))
                for name in documents.changed_fields(before.document, after.document)
            ),
            *_files(before, after),
        ]
        for practice, (before, after) in found.items()
    }


def details(practice: int, span: Span) -> list[str]:
    """Return each field that changed, with its old and new value where both are short."""
    found = _revisions({practice: span}).get(practice)
    if found is None:
        return []
    before, after = found
    differences = diff.between(before.document, after.document)
    return [*map(_in_words, differences), *_files(before, after)]


def _revisions(spans: Mapping[int, Span]) -> dict[int, tuple[Revision, Revision]]:
    """Practice → its two revisions, if both are there."""
    wanted = [Q(practice=practice, number__in=span) for practice, span in spans.items()]
    rows = Revision.objects.filter(reduce(or_, wanted)).prefetch_related("files") if wanted else []
    found = {(row.practice_id, row.number): row for row in rows}
    return {
        practice: (found[practice, first], found[practice, last])
        for practice, (first, last) in spans.items()
        if {(practice, first), (practice, last)} <= set(found)
    }


def _files(before: Revision, after: Revision) -> list[str]:
    changed = files.between(files.of_revision(before), files.of_revision(after))
    return [str(difference.label) for difference in changed]


def _in_words(difference: diff.Difference) -> str:
    """Return a difference in one line, such as “Countries: Nepal added”."""
    label = str(difference.label)
    added, removed = listed(difference.added), listed(difference.removed)
    if added or removed:
        words = [
            _("%(items)s added") % {"items": added} if added else "",
            _("%(items)s removed") % {"items": removed} if removed else "",
        ]
        text = listed_apart(filter(None, words))
    else:
        text = _before_and_after(difference.pieces)
    is_short = 0 < len(text) <= 2 * SHORT
    return labelled(label, text) if is_short else label


def _before_and_after(pieces: list[diff.Piece]) -> str:
    """Return the old and the new text; empty if one is long."""
    before, after = (
        " ".join("".join(piece.text for piece in pieces if piece.kind in ("same", kind)).split())
        for kind in ("removed", "added")
    )
    if any(piece.kind == "left_out" for piece in pieces) or max(len(before), len(after)) > SHORT:
        return ""
    if not before:
        return quoted(after) if after else ""
    if not after:
        return _("“%(before)s” removed") % {"before": before}
    return _("“%(after)s” instead of “%(before)s”") % {"before": before, "after": after}
