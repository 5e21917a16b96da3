"""Criteria of a good practice: the one list for submitters, moderators and readers."""

import dataclasses
import json
import re
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import EvidenceLevel
from practices.documents.schema import changed_fields


@dataclasses.dataclass(frozen=True)
class Criterion:
    """One criterion. Do not change a `slug`: the moderators' assessments are stored under it.

    A document seems to meet it if, in each group of `needs`, one field has that much text (see `text_size`) or, where
    it is not text, any value; the name "files" stands for attached files. A criterion without `needs` is left to human
    judgement.
    """

    slug: str
    title: Any
    meaning: Any
    needs: tuple[dict[str, int], ...] = ()
    essential: bool = False
    about_people: bool = False
    """It asks whether people can be identified, so hints at personal data concern it."""

    @property
    def needs_as_json(self) -> str:
        """`needs` for the script that updates the checklist while somebody types."""
        return json.dumps(self.needs)

    @property
    def fields(self) -> list[str]:
        return [name for group in self.needs for name in group]

    def looks_met(self, document: dict[str, Any], *, has_files: bool) -> bool:
        """Return whether a document, which may be incomplete, has enough text. Moderators judge its quality."""
        return bool(self.needs) and not self.lacking(document, has_files=has_files)

    def lacking(self, document: dict[str, Any], *, has_files: bool) -> list[list[str]]:
        """Return the groups of fields of which none has enough text."""
        said = document | {"files": has_files}
        return [
            list(group)
            for group in self.needs
            if not any(_has_enough(name, said.get(name), least) for name, least in group.items())
        ]

    def is_unstated(self, document: dict[str, Any]) -> bool:
        """Return whether it is required and a document says nothing of what it asks for, however much that would be."""
        return self.essential and not all(
            any(_has_enough(name, document.get(name), 1) for name in group) for group in self.needs
        )

    def is_about(self, changed: Collection[str]) -> bool:
        """Return whether a change of these fields, where "files" stands for files, concerns what it asks for."""
        return bool(changed) and (not self.needs or not set(self.fields).isdisjoint(changed))


def _has_enough(name: str, value: Any, least: int) -> bool:
    if value in (None, "", [], False, EvidenceLevel.NONE_STATED.value):
        return False
    if name == "start_year":
        return not is_in_future(value)
    return not isinstance(value, str) or text_size(value) >= least


def is_in_future(year: int) -> bool:
    """Return whether a year has not begun yet. What starts in one is a plan and not a practice."""
    return year > clock.now().year


WEIGHTS = {
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff": 3,  # Chinese characters
    "\u3041-\u30ff\uac00-\ud7a3": 2,  # kana, Korean syllables
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff": 1.25,  # Thai, Lao, Burmese and Khmer, which have no spaces
}
"""Letters of the Latin script that say as much as one of each range of characters, in ranges of a regular expression."""


def text_size(text: str) -> float:
    """Return the length of a text in letters of the Latin script: 30 characters of Chinese say as much as 90."""
    more = sum(
        (weight - 1) * len(re.findall(f"[{characters}]", text)) for characters, weight in WEIGHTS.items()
    )
    return len(text) + more


def weights_as_json() -> str:
    """Return WEIGHTS for the script that updates the checklist while somebody types."""
    return json.dumps(WEIGHTS)


CRITERIA = [
    Criterion(
        "tried",
        _("It has been tried"),
        _("It is running or has run, and the text says since when. A plan is not a practice yet."),
        ({"start_year": 1},),
        essential=True,
    ),
    Criterion(
        "objective",
        _("It serves an objective of the Global Compact"),
        _("It clearly contributes to at least one of the 23 objectives."),
        ({"objectives": 1},),
        essential=True,
    ),
    Criterion(
        "summary",
        _("The summary can be understood on its own"),
        _(
            "It says what is done, for whom and with what results, in words that people from other fields understand."
        ),
        ({"summary": 80},),
        essential=True,
    ),
    Criterion(
        "whom-to-ask",
        _("It names the organisation and the place"),
        _("Readers can see whom to contact and whether the place is like theirs."),
        ({"implementers": 1}, {"countries": 1, "area": 1}),
        essential=True,
    ),
    Criterion(
        "copy",
        _("Others could do the same after reading it"),
        _("It describes what is done, step by step, and not only the aims."),
        ({"activities": 200},),
    ),
    Criterion(
        "results",
        _("It says what the results were"),
        _("What changed and for how many people, even if the change was small or not as hoped."),
        ({"results": 100},),
    ),
    Criterion(
        "evidence",
        _("It says how the results are known"),
        _(
            "A level of evidence with a reason or a link. “None stated” is a valid answer, "
            "and no submission is turned down for it."
        ),
        ({"evidence_level": 1}, {"evidence_reason": 20, "evidence_url": 1}),
    ),
    Criterion(
        "lessons",
        _("It is open about what was difficult"),
        _("Lessons learnt, or what the organisation would do differently."),
        ({"lessons": 80, "hindsight": 80},),
    ),
    Criterion(
        "transfer",
        _("It says what is needed to do it elsewhere"),
        _("Laws, funding, partners or trust that must be in place first."),
        ({"replication": 80},),
    ),
    Criterion(
        "source",
        _("It can be checked"),
        _("A web page, a report or an evaluation that anyone can open: a link, or an attached file."),
        ({"source_url": 1, "evidence_url": 1, "files": 1},),
    ),
    Criterion(
        "safe",
        _("It puts nobody at risk"),
        _("No migrant can be identified without their consent, and the text treats everyone with respect."),
        essential=True,
        about_people=True,
    ),
]
"""In the order of pages."""


def fields_to_publish(but: Collection[str] = ()) -> list[tuple[str, ...]]:
    """Return the fields that essential criteria `but` some, by slug, need, in groups of which one field is enough."""
    return [
        tuple(group)
        for criterion in CRITERIA
        if criterion.essential and criterion.slug not in but
        for group in criterion.needs
    ]


def left_open(published: dict[str, Any], update: dict[str, Any]) -> set[str]:
    """Return the essential criteria, by slug, whose facts an update leaves as unstated as they are published."""
    changed = changed_fields(published, update)
    return {one.slug for one in CRITERIA if one.is_unstated(update) and not one.is_about(changed)}


def lacks_support(document: dict[str, Any]) -> bool:
    """Return whether a document claims a level of evidence, but gives neither a reason nor a link."""
    return document.get("evidence_level") not in (None, "", EvidenceLevel.NONE_STATED.value) and not (
        document.get("evidence_reason") or document.get("evidence_url")
    )
