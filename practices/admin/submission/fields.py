"""The text on the review page: each field with its value, the criteria it has to meet, and a comment."""

import dataclasses
from typing import Any

from django.forms import BoundField

from practices import workflow
from practices.admin.submission.decisions import AT, DecisionForm
from practices.documents import Reading, criteria
from practices.documents.fields import Field, Group, parts
from practices.documents.kinds import Text
from practices.documents.presentation import Fact


@dataclasses.dataclass(frozen=True)
class Assessment:
    """A criterion, whether this moderator has ticked it, and who else has."""

    criterion: criteria.Criterion
    looks_met: bool
    is_ticked: bool
    others: list[Any]

    @property
    def is_missing(self) -> bool:
        """Return whether it is required and nobody has ticked it."""
        return self.criterion.essential and not self.is_ticked and not self.others


@dataclasses.dataclass(frozen=True)
class Row:
    """A field, or a group that readers see as one."""

    part: Field | Group
    fact: Fact
    assessments: list[Assessment]
    comments: list[BoundField]

    @property
    def is_stated(self) -> bool:
        return any(self.fact.values[name] for name in _names(self.part)) and (
            self.part.name != "evidence" or bool(self.fact.text or self.fact.values["evidence_reason"])
        )

    @property
    def is_text(self) -> bool:
        return isinstance(self.part, Text) or self.part.name in ("title", "credit")

    @property
    def has_comments(self) -> bool:
        return any(comment.value() for comment in self.comments)


def rows(reading: Reading, assessments: list[Assessment], form: DecisionForm) -> list[Row]:
    """Return a row for each part of a document, in its order."""
    return [
        Row(
            part,
            Fact(part, reading.values),
            [
                one
                for one in assessments
                if one.criterion.fields[:1] and one.criterion.fields[0] in _names(part)
            ],
            [form[AT + name] for name in _form_fields(part) if AT + name in form.fields],
        )
        for part in parts()
        if part.name != "submitted_on"
    ]


def assess(submission, *, by, ticked: list[str] | None = None) -> list[Assessment]:
    """Return every criterion with its ticks. `ticked` are those on the form of `by`, else what they have saved."""
    saved: dict[str, list] = {}
    for tick in workflow.ticks(submission).select_related("by"):
        saved.setdefault(tick.criterion, []).append(tick.by)
    has_files = submission.attachments.exists()
    return [
        Assessment(
            criterion,
            criterion.looks_met(submission.document, has_files=has_files),
            by in saved.get(criterion.slug, []) if ticked is None else criterion.slug in ticked,
            [other for other in saved.get(criterion.slug, []) if other != by],
        )
        for criterion in criteria.CRITERIA
    ]


def _names(part: Field | Group) -> list[str]:
    return part.names if isinstance(part, Group) else [part.name]


def _form_fields(part: Field | Group) -> list[str]:
    members = part.members if isinstance(part, Group) else [part]
    return [name for member in members for name in member.form_sections()]
