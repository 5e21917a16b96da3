"""Criteria of a good practice: the one list for submitters, moderators and readers."""

import dataclasses
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from practices.choices import EvidenceLevel


@dataclasses.dataclass(frozen=True)
class Criterion:
    """One criterion. Do not change a `slug`: the moderators' assessments are stored under it.

    A document seems to meet it if, in each group of `needs`, one field has that many characters or, where it is
    not text, any value. A criterion without `needs` is left to human judgement.
    """

    slug: str
    title: Any
    meaning: Any
    needs: tuple[dict[str, int], ...] = ()
    essential: bool = False

    @property
    def needs_as_json(self) -> str:
        """`needs` for the script that updates the checklist while somebody types."""
        return json.dumps(self.needs)

    @property
    def fields(self) -> list[str]:
        return [name for group in self.needs for name in group]

    def looks_met(self, document: dict[str, Any]) -> bool:
        """Return whether a document, which may be incomplete, has enough text. Moderators judge its quality."""
        return bool(self.needs) and all(
            any(_has_enough(document.get(name), least) for name, least in group.items())
            for group in self.needs
        )


def _has_enough(value: Any, least: int) -> bool:
    if value in (None, "", [], EvidenceLevel.NONE_STATED.value):
        return False
    return not isinstance(value, str) or len(value) >= least


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
        _("A web page, a report or an evaluation that anyone can open."),
        ({"source_url": 1, "evidence_url": 1},),
    ),
    Criterion(
        "safe",
        _("It puts nobody at risk"),
        _("No migrant can be identified without their consent, and the text treats everyone with respect."),
        essential=True,
    ),
]
"""In the order of pages."""
