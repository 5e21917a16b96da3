"""Citations of practices: references to print, and files for reference managers.

The organisations that carry a practice out are its authors; whoever sent it in is named as such.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practices.choices import Licence
from practices.core.http.guards import site_address
from practices.documents.schema import Document
from practices.documents.translations import translated
from practices.models import Practice, Translation

_HONORIFICS = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Mx|Miss|Mme|Mlle|Sr|Sra|Srta|Dr|Prof)\b\.?\s+)+(?=\S)", re.IGNORECASE
)


def publisher() -> str:
    """Return the name of the organisation that publishes the catalogue, or else that of the catalogue."""
    return settings.PUBLISHER or settings.SITE_NAME


@dataclasses.dataclass(frozen=True)
class Citation:
    """Facts that a citation of one revision of a practice states."""

    key: str
    title: str
    organisations: list[str]
    """The authors."""
    submitted_by: str
    """Public credit without titles such as “Mr.”; empty for anonymous submissions."""
    published: date
    revised: date
    revision: int
    address: str
    """The permanent address of the practice."""
    doi: str
    """Empty where it has none."""
    language: str
    summary: str
    tags: list[str]
    licence: str
    """The address of its licence, or empty."""
    original_title: str = ""
    """Title and language of the practice itself, where a translation is cited; else empty."""
    original_language: str = ""
    translator: str = ""
    """Public name of who translated it; empty for an anonymous translator, and for a machine."""
    made_by: str = ""
    """The line that says who translated it, person or machine; empty for the original."""

    @property
    def shown_address(self) -> str:
        """The permanent address, at which a translation is read in the language that is cited."""
        return f"{self.address}?in={self.language}" if self.original_language else self.address

    @property
    def doi_address(self) -> str:
        """The address of the DOI; empty where there is none."""
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def cited_address(self) -> str:
        """The address by which to cite the practice: that of its DOI, or else the permanent one."""
        return self.doi_address or self.shown_address

    @property
    def note(self) -> str:
        return f"Submitted by {self.submitted_by}" if self.submitted_by else ""


def licence_address(identifier: str) -> str:
    """Return the address of a licence; empty for none, and for one that is no choice any more."""
    return Licence(identifier).url if identifier in Licence else ""


def citation_of(
    practice: Practice,
    document: Document,
    *,
    revision: int,
    revised_at: datetime,
    translation: Translation | None = None,
) -> Citation:
    """Return the facts of a revision of `practice`, or of a translation of it.

    `document` is that of the revision, for readers, and not translated.
    """
    texts = translated(document, translation) if translation else document
    return Citation(
        key=f"{slugify(settings.SITE_NAME) or 'practice'}-{practice.pk}",
        title=texts["title"],
        organisations=document["implementers"],
        submitted_by=_HONORIFICS.sub("", document["credit"]),
        published=timezone.localdate(practice.published_at),
        revised=timezone.localdate(revised_at),
        revision=revision,
        address=site_address(practice.get_permanent_url()),
        doi=practice.doi,
        language=translation.language if translation else document["language"],
        summary=texts["summary"],
        tags=document["tags"],
        licence=licence_address(document["licence"]),
        original_title=document["title"] if translation else "",
        original_language=document["language"] if translation else "",
        translator=translation.translator if translation and not translation.machine else "",
        made_by=translation.made_by if translation else "",
    )


# References to print ------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Reference:
    """A reference as people read it: text around the title, with the address at the end."""

    style: str
    label: Any
    before: str
    title: str
    after: str
    address: str

    def __str__(self) -> str:
        return f"{self.before}{self.title}{self.after} {self.address}"


def references(citation: Citation) -> list[Reference]:
    """Return a reference in each style for texts."""
    return [apa(citation), chicago(citation)]


def apa(citation: Citation) -> Reference:
    """Return a reference in APA style, 7th edition: a page of a website, by group authors."""
    authors = citation.organisations
    names = f"{', '.join(authors[:19])}, … {authors[-1]}" if len(authors) > 20 else _joined(authors, "&")
    version = " (" + gettext("Revision %(number)s") % {"number": citation.revision} + ")"
    before = f"{_ended(names)} ({citation.published.year}). " if names else ""
    year = "" if names else f" ({citation.published.year})."
    return Reference(
        "apa",
        _("APA style"),
        before,
        citation.title,
        f"{version}.{year} {settings.SITE_NAME}.{_credits(citation)}",
        citation.cited_address,
    )


def chicago(citation: Citation) -> Reference:
    """Return a reference in Chicago style, 17th edition: an entry of a bibliography."""
    authors = citation.organisations
    names = f"{', '.join(authors[:7])}, et al." if len(authors) > 10 else _joined(authors, "and")
    version = gettext("Revision %(number)s") % {"number": citation.revision}
    stop = "" if citation.title.endswith(_ENDS) else "."
    return Reference(
        "chicago",
        _("Chicago style"),
        f"{_ended(names)} “" if names else "“",
        citation.title,
        f"{stop}” {settings.SITE_NAME}, {citation.published.year}. {version}.{_credits(citation)}",
        citation.cited_address,
    )


_ENDS = (".", "!", "?", "…", "؟", "。")


def _ended(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}."


def _joined(names: list[str], conjunction: str) -> str:
    match names:
        case [*others, last] if len(others) > 1:
            return f"{', '.join(others)}, {conjunction} {last}"
        case _:
            return f" {conjunction} ".join(names)


def _credits(citation: Citation) -> str:
    """Return who submitted and who translated it, a sentence each after a space."""
    by = citation.submitted_by
    submitted = gettext("Submitted by %(credit)s") % {"credit": by} if by else ""
    return "".join(f" {_ended(text)}" for text in (submitted, citation.made_by) if text)


# Files for reference managers ---------------------------------------------------------------


def bibtex(citations: Iterable[Citation]) -> Iterator[str]:
    """Write BibLaTeX's @online, which BibTeX reads as @misc. Double braces keep capitals and whole names."""
    for citation in citations:
        fields = {
            "title": f"{{{_escaped(citation.title)}}}",
            "origtitle": f"{{{_escaped(citation.original_title)}}}" if citation.original_title else "",
            "author": " and ".join(f"{{{_escaped(name)}}}" for name in citation.organisations),
            "translator": f"{{{_escaped(citation.translator)}}}" if citation.translator else "",
            "date": citation.published.isoformat(),
            "year": str(citation.published.year),
            "organization": _escaped(settings.SITE_NAME),
            "version": str(citation.revision),
            "note": _escaped(citation.note),
            "doi": citation.doi,
            "url": citation.shown_address,
            "langid": citation.language,
            "origlanguage": citation.original_language,
            "keywords": _escaped(", ".join(citation.tags)),
            "abstract": _escaped(citation.summary),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        yield f"@online{{{citation.key},\n" + ",\n".join(lines) + "\n}\n"


_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&",
        "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': r"\textquotedbl{}",
    }
)  # fmt: skip


def _escaped(text: str) -> str:
    return _line(text).translate(_BIBTEX)


def _line(text: str) -> str:
    return " ".join(text.split())


def ris(citations: Iterable[Citation]) -> Iterator[str]:
    """Write RIS: on each line a tag, two spaces, a dash, a space and the value. ER ends the record."""
    for citation in citations:
        lines = [
            ("TY", "ELEC"),
            ("TI", citation.title),
            *[("AU", name) for name in citation.organisations],
            *([("A4", citation.translator)] if citation.translator else []),
            ("PY", str(citation.published.year)),
            ("DA", citation.published.strftime("%Y/%m/%d")),
            ("PB", settings.SITE_NAME),
            ("ET", str(citation.revision)),
            *([("N1", citation.note)] if citation.note else []),
            *([("DO", citation.doi)] if citation.doi else []),
            ("UR", citation.shown_address),
            *([("OP", citation.original_title)] if citation.original_title else []),
            ("LA", citation.language),
            *[("KW", tag) for tag in citation.tags],
            ("AB", citation.summary),
            ("ER", ""),
        ]
        yield "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in lines)


def csl_json(citations: Iterable[Citation]) -> Iterator[str]:
    """Write CSL-JSON 1.0.2, which Zotero, Mendeley and citeproc read."""
    before = "["
    for citation in citations:
        item: dict[str, Any] = {
            "id": citation.key,
            "type": "webpage",
            "title": citation.title,
            "original-title": citation.original_title,
            "author": [{"literal": name} for name in citation.organisations],
            "translator": [{"literal": citation.translator}] if citation.translator else [],
            "container-title": settings.SITE_NAME,
            "issued": {
                "date-parts": [[citation.published.year, citation.published.month, citation.published.day]]
            },
            "version": str(citation.revision),
            # Styles print a note nowhere, but the genre of a page.
            "genre": citation.note,
            "DOI": citation.doi,
            "URL": citation.shown_address,
            "language": citation.language,
            "keyword": ", ".join(citation.tags),
            "abstract": citation.summary,
        }
        stated = {name: value for name, value in item.items() if value}
        yield before + json.dumps(stated, ensure_ascii=False, indent=1)
        before = ",\n"
    yield "[]" if before == "[" else "]"


@dataclasses.dataclass(frozen=True)
class Format:
    """A file format of reference managers."""

    label: Any
    extension: str
    """Extension of a list, which must differ from those of the other exports."""
    content_type: str
    write: Callable[[Iterable[Citation]], Iterator[str]]


FORMATS = {
    "bib": Format(_("BibTeX"), "bib", "application/x-bibtex; charset=utf-8", bibtex),
    "ris": Format(_("RIS"), "ris", "application/x-research-info-systems; charset=utf-8", ris),
    "json": Format(_("CSL-JSON"), "csl.json", "application/vnd.citationstyles.csl+json", csl_json),
}
"""Formats by the extension in the address of a single practice."""
