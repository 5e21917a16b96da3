"""Sections of the submission form, and the fields of a document in each."""

import dataclasses
from typing import Any

from django.utils.translation import gettext_lazy as _

from practices.documents.schema import SECTIONS


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the form under one heading, with why it matters."""

    slug: str
    title: Any
    why: Any
    fields: list[str]


SHORT = [
    Section(
        "basics",
        _("The practice"),
        _("Enough for a reader to know whether it is for them."),
        ["title", "summary", "objective"],
    ),
    Section(
        "place",
        _("Where, who and when"),
        _("People look for practices from places like theirs, and for somebody to ask."),
        ["countries", "area", "implementers", "start_year", "end_year", "source_url"],
    ),
]
"""Sections of the short form, with which a submission begins."""

FURTHER = [
    Section(
        "story",
        _("How it works"),
        _("The more of it there is, the more others can do with it."),
        SECTIONS[:3],
    ),
    Section(
        "results",
        _("Results and evidence"),
        _("Readers weigh a practice by what came of it and how that is known."),
        ["results", "evidence_level", "evidence_reason", "evidence_url"],
    ),
    Section(
        "learning",
        _("What others can learn"),
        _("Readers say that they learn most from what was hard."),
        SECTIONS[4:],
    ),
    Section(
        "kind",
        _("What kind of practice it is"),
        _("By these, people meet your practice who did not know it exists."),
        ["other_objectives", "type", "implementer_kinds", "cost_band", "principles", "sdgs"],
    ),
    Section(
        "finding",
        _("Words and language"),
        _("By these it is found, read aloud and translated."),
        ["tags", "language"],
    ),
]
"""Sections that only the full form has."""

FORM_SECTIONS = SHORT + FURTHER
