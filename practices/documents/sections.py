"""Sections of the submission form, and the form fields of each."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from practices.documents.fields import FIELDS

if TYPE_CHECKING:
    from practices.documents.form import DocumentForm


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the form under one heading, with why it matters."""

    slug: str
    title: Any
    why: Any
    fields: list[str]


def fields_in(slug: str) -> list[str]:
    """Return the form fields that declare this section, in document order; "" for those that no section asks for."""
    return [
        name
        for field in FIELDS.values()
        for name, section in field.form_sections().items()
        if section == slug
    ]


SHORT = [
    Section(
        "basics",
        _("The practice"),
        _("Readers use this to decide whether the practice is relevant to them."),
        fields_in("basics"),
    ),
    Section(
        "place",
        _("Where, who and when"),
        _("Readers look for practices from places like theirs, and for someone to contact."),
        fields_in("place"),
    ),
]
"""Sections of the short form, with which a submission begins."""

FURTHER = [
    Section(
        "story",
        _("How it works"),
        _("The more detail you give, the more useful the practice is to others."),
        fields_in("story"),
    ),
    Section(
        "results",
        _("Results and evidence"),
        _("Readers judge a practice by its results and by how they are known."),
        fields_in("results"),
    ),
    Section(
        "learning",
        _("What others can learn"),
        _("What was difficult is often the most useful part for others."),
        fields_in("learning"),
    ),
    Section(
        "kind",
        _("What kind of practice it is"),
        _("These details help people find your practice when they browse or filter."),
        fields_in("kind"),
    ),
    Section(
        "finding",
        _("Topics"),
        _("These help people find the practice."),
        fields_in("finding"),
    ),
]
"""Sections that only the full form has."""

FORM_SECTIONS = SHORT + FURTHER
"""Sections about the practice. The submission form has one more, "you", about its submitter."""


@dataclasses.dataclass(frozen=True)
class BoundSection:
    """A section of one form, for its template."""

    section: Section
    fields: list[BoundField]
    filled: int
    """Number of fields that are filled in."""

    @property
    def is_further(self) -> bool:
        return self.section in FURTHER

    @property
    def is_open(self) -> bool:
        """True if something in it needs attention: an error, or a change that a moderator requested."""
        return any(field.errors or getattr(field.field, "asked", "") for field in self.fields)


def bound_sections(form: "DocumentForm") -> Iterator[BoundSection]:
    """Yield the sections of `form` in order."""
    for section in form.sections:
        filled = sum(form.is_filled(name) for name in section.fields)
        yield BoundSection(section, [form[name] for name in section.fields], filled)
