"""The text on the review page: each field with its value, its changes, the criteria it has to meet, and comments."""

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext

from practices import documents, workflow
from practices.admin.submission.decisions import AT, WAIVE, DecisionForm
from practices.admin.submission.resubmission import Resubmission
from practices.core.punctuation import listed
from practices.documents import Document, criteria
from practices.documents.adaptations import FIELDS_ASKED
from practices.documents.diff import Difference
from practices.documents.fields import FIELDS, Field, Group, parts
from practices.documents.kinds import Text
from practices.documents.presentation import Fact, Reading
from practices.documents.translations import TRANSLATABLE
from practices.models import CriterionTick


@dataclasses.dataclass(frozen=True)
class Assessment:
    """A criterion, whether this moderator has ticked or waived it, and who else has."""

    criterion: criteria.Criterion
    lacking: str
    """The fields that lack something for it, in words."""
    is_unstated: bool
    """It is required and its facts are missing, so that it can only be waived."""
    is_left_alone: bool
    """An update leaves these facts as unstated as they are published, so that nothing has to be done."""
    is_ticked: bool
    waiver: BoundField | None
    """The reason why this moderator waives it; None where it is not required."""
    others: list[Any]
    """Members of staff who have ticked it."""
    waived: list[CriterionTick]
    """Waivers of others."""

    @property
    def is_missing(self) -> bool:
        """Return whether it is required and nobody has ticked or waived it."""
        is_settled = self.is_ticked or self.others or self.waived or (self.waiver and self.waiver.value())
        return self.criterion.essential and not is_settled and not self.is_left_alone


@dataclasses.dataclass(frozen=True)
class Row:
    """A field, or a group that readers see as one."""

    part: Field | Group
    fact: Fact
    assessments: list[Assessment]
    comments: list[BoundField]
    asked: list[tuple[Any, str]]
    """(label, request) of what a moderator asked for here before it was sent again."""
    changes: list[Difference]
    """Differences since then."""
    details: list[str]
    """Kinds of personal details that the text may tell."""
    original: Fact | None = None
    """The same in the original, where this is the text of a translation."""
    by_machine: list[Fact] = dataclasses.field(default_factory=list)
    """Its texts in the language of the moderator, by machine translation."""

    @property
    def is_shown(self) -> bool:
        is_stated = self.is_stated or (self.original is not None and self.original.text)
        return bool(is_stated or self.assessments or self.asked or self.changes)

    @property
    def about_people(self) -> bool:
        """Return whether the criterion on personal data stands here."""
        return any(each.criterion.about_people for each in self.assessments)

    @property
    def is_stated(self) -> bool:
        return any(self.fact.values[name] for name in _names(self.part)) and (
            self.part.name != "evidence" or bool(self.fact.text or self.fact.values["evidence_reason"])
        )

    @property
    def is_group(self) -> bool:
        return isinstance(self.part, Group)

    @property
    def is_text(self) -> bool:
        return isinstance(self.part, Text) or self.part.name in ("title", "credit")

    @property
    def has_comments(self) -> bool:
        return any(comment.value() for comment in self.comments)


def rows(
    document: Document,
    assessments: list[Assessment],
    form: DecisionForm,
    resent: Resubmission | None,
    original: Reading | None = None,
    *,
    by_machine: Mapping[str, Fact] = MappingProxyType({}),
    is_adaptation: bool = False,
) -> list[Row]:
    """Return a row for each part of a document, in its order; for a translation of `original`, of what is translated.

    Of a use elsewhere, a row for each field in which it is told.

    `by_machine`: field → its text in the language of the moderator, by machine translation.
    A criterion stands in the row of its first field, that on personal data in the first row that may tell some.
    """
    requests = resent.request.field_reasons if resent else {}
    differences = resent.differences if resent else []
    reading, details = documents.read(document), dict[str, list[str]]()
    for hint in documents.find_personal_details(document):
        details.setdefault(hint.field, []).append(str(hint.detail.label))
    telling = [name for part in parts() for name in _names(part) if name in details][:1]
    return [
        Row(
            part,
            Fact(part, reading.values),
            [
                one
                for one in assessments
                for place in (telling if one.criterion.about_people else one.criterion.fields[:1])
                if place in _names(part)
            ],
            [form[AT + name] for name in _form_fields(part) if AT + name in form.fields],
            [
                (part.label if is_adaptation else documents.label(name), requests[name])
                for name in _form_fields(part)
                if name in requests
            ],
            [difference for difference in differences if difference.field in _names(part)],
            [detail for name in _names(part) for detail in details.get(name, [])],
            original and Fact(part, original.values),
            [by_machine[name] for name in _names(part) if name in by_machine],
        )
        for part in _shown_parts(original, is_adaptation=is_adaptation)
        if part.name != "submitted_on" and (original is None or part.name in (*TRANSLATABLE, "credit"))
    ]


def _shown_parts(original: Reading | None, *, is_adaptation: bool) -> Iterable[Field | Group]:
    if is_adaptation:
        return [*FIELDS_ASKED.values(), FIELDS["language"], FIELDS["credit"]]
    return FIELDS.values() if original else parts()


def assess(submission, form: DecisionForm, *, by) -> list[Assessment]:
    """Return every criterion with its ticks: those on the form of `by`, else what they have saved.

    Ticks of others are left out while `by` has to judge without them.
    """
    ticks = workflow.ticks(submission).select_related("by").order_by("pk")
    own = {tick.criterion for tick in ticks if tick.by == by and not tick.waiver}
    typed = form["criteria"].value() if form["has_criteria"].value() else None
    ticked = own if typed is None else typed
    others = [] if workflow.is_blind(submission, by=by) else [tick for tick in ticks if tick.by != by]
    has_files, left_alone = submission.attachments.exists(), workflow.left_alone(submission)
    return [
        Assessment(
            criterion,
            _lacking(criterion, submission.document, has_files=has_files),
            is_unstated,
            criterion.slug in left_alone,
            criterion.slug in ticked and not is_unstated,
            form[WAIVE + criterion.slug] if criterion.essential else None,
            [
                tick.by
                for tick in others
                if tick.criterion == criterion.slug and not (tick.waiver or is_unstated)
            ],
            [tick for tick in others if tick.criterion == criterion.slug and tick.waiver],
        )
        for criterion in criteria.CRITERIA
        for is_unstated in [criterion.is_unstated(submission.document)]
    ]


def _lacking(criterion: criteria.Criterion, document: Document, *, has_files: bool) -> str:
    """Return what a document lacks for a criterion, in words: fields in groups, of each of which one would do."""
    groups = criterion.lacking(document, has_files=has_files)
    if not groups:
        return ""
    if groups == [["start_year"]] and document["start_year"]:
        return gettext("The start year is in the future.")
    labels = [
        [str(documents.label(name)) if name != "files" else gettext("Files") for name in group]
        for group in groups
    ]
    return gettext("Empty or short: %(fields)s.") % {
        "fields": listed(gettext(" or ").join(group) for group in labels)
    }


def anchor(name: str) -> str:
    """Return the id of the part of the review page that shows a field."""
    return next(f"field-{part.name}" for part in parts() if name in _names(part))


def _names(part: Field | Group) -> list[str]:
    return part.names if isinstance(part, Group) else [part.name]


def _form_fields(part: Field | Group) -> list[str]:
    members = part.members if isinstance(part, Group) else [part]
    return [name for member in members for name in member.form_sections()]
