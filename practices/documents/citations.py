"""Citations of practices: references to print, files for reference managers, and metadata for search engines.

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
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practices.core.json_script import json_script
from practices.documents.schema import Document
from practices.models import Country, Practice, StoredFile

CATALOGUE = "Migration Good Practices"
"""Name of the catalogue in citations, in every language."""
_HONORIFICS = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Mx|Miss|Mme|Mlle|Sr|Sra|Srta|Dr|Prof)\b\.?\s+)+(?=\S)", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True)
class Source:
    """Metadata of one revision of a practice."""

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
    language: str
    summary: str
    tags: list[str]
    licence: str
    """An SPDX identifier, or empty."""

    @property
    def note(self) -> str:
        return f"Submitted by {self.submitted_by}" if self.submitted_by else ""


def source(practice: Practice, document: Document, *, revision: int, revised_at: datetime) -> Source:
    """Return what citations of a revision of `practice` say. `document` is that of the revision, for readers."""
    return Source(
        key=f"migration-good-practices-{practice.pk}",
        title=document["title"],
        organisations=document["implementers"],
        submitted_by=_HONORIFICS.sub("", document["credit"]),
        published=timezone.localdate(practice.published_at),
        revised=timezone.localdate(revised_at),
        revision=revision,
        address=settings.SITE_URL + practice.get_permanent_url(),
        language=document["language"],
        summary=document["summary"],
        tags=document["tags"],
        licence=document["licence"],
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


def references(source: Source) -> list[Reference]:
    """Return a reference in each style for texts."""
    return [apa(source), chicago(source)]


def apa(source: Source) -> Reference:
    """Return a reference in APA style, 7th edition: a page of a website, by group authors."""
    authors = source.organisations
    names = f"{', '.join(authors[:19])}, … {authors[-1]}" if len(authors) > 20 else _joined(authors, "&")
    version = " (" + gettext("Revision %(number)s") % {"number": source.revision} + ")"
    before = f"{_ended(names)} ({source.published.year}). " if names else ""
    year = "" if names else f" ({source.published.year})."
    return Reference(
        "apa",
        _("APA style"),
        before,
        source.title,
        f"{version}.{year} {CATALOGUE}.{_submitted_by(source)}",
        source.address,
    )


def chicago(source: Source) -> Reference:
    """Return a reference in Chicago style, 17th edition: an entry of a bibliography."""
    authors = source.organisations
    names = f"{', '.join(authors[:7])}, et al." if len(authors) > 10 else _joined(authors, "and")
    version = gettext("Revision %(number)s") % {"number": source.revision}
    stop = "" if source.title.endswith(_ENDS) else "."
    return Reference(
        "chicago",
        _("Chicago style"),
        f"{_ended(names)} “" if names else "“",
        source.title,
        f"{stop}” {CATALOGUE}, {source.published.year}. {version}.{_submitted_by(source)}",
        source.address,
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


def _submitted_by(source: Source) -> str:
    if not source.submitted_by:
        return ""
    return " " + _ended(gettext("Submitted by %(credit)s") % {"credit": source.submitted_by})


# Files for reference managers ---------------------------------------------------------------


def bibtex(sources: Iterable[Source]) -> Iterator[str]:
    """Write BibLaTeX's @online, which BibTeX reads as @misc. Double braces keep capitals and whole names."""
    for source in sources:
        fields = {
            "title": f"{{{_escaped(source.title)}}}",
            "author": " and ".join(f"{{{_escaped(name)}}}" for name in source.organisations),
            "date": source.published.isoformat(),
            "year": str(source.published.year),
            "organization": CATALOGUE,
            "version": str(source.revision),
            "note": _escaped(source.note),
            "url": source.address,
            "langid": source.language,
            "keywords": _escaped(", ".join(source.tags)),
            "abstract": _escaped(source.summary),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        yield f"@online{{{source.key},\n" + ",\n".join(lines) + "\n}\n"


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


def ris(sources: Iterable[Source]) -> Iterator[str]:
    """Write RIS: on each line a tag, two spaces, a dash, a space and the value. ER ends the record."""
    for source in sources:
        lines = [
            ("TY", "ELEC"),
            ("TI", source.title),
            *[("AU", name) for name in source.organisations],
            ("PY", str(source.published.year)),
            ("DA", source.published.strftime("%Y/%m/%d")),
            ("PB", CATALOGUE),
            ("ET", str(source.revision)),
            *([("N1", source.note)] if source.note else []),
            ("UR", source.address),
            ("LA", source.language),
            *[("KW", tag) for tag in source.tags],
            ("AB", source.summary),
            ("ER", ""),
        ]
        yield "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in lines)


def csl_json(sources: Iterable[Source]) -> Iterator[str]:
    """Write CSL-JSON 1.0.2, which Zotero, Mendeley and citeproc read."""
    before = "["
    for source in sources:
        item: dict[str, Any] = {
            "id": source.key,
            "type": "webpage",
            "title": source.title,
            "author": [{"literal": name} for name in source.organisations],
            "container-title": CATALOGUE,
            "issued": {"date-parts": [[source.published.year, source.published.month, source.published.day]]},
            "version": str(source.revision),
            "note": source.note,
            "URL": source.address,
            "language": source.language,
            "keyword": ", ".join(source.tags),
            "abstract": source.summary,
        }
        stated = {name: value for name, value in item.items() if value}
        yield before + json.dumps(stated, ensure_ascii=False, indent=1)
        before = ",\n"
    yield "[]" if before == "[" else "]"


# Metadata for search engines ----------------------------------------------------------------


def json_ld(
    source: Source,
    *,
    page: str,
    published: datetime,
    countries: Iterable[Country],
    files: Iterable[tuple[StoredFile, str]] = (),
) -> SafeString:
    """Return a schema.org CreativeWork for a script element of type application/ld+json, which browsers do not run.

    `page` is the address of its page; `files` are those of the revision, each with its address.
    """
    facts = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": page,
        "name": source.title,
        "abstract": source.summary,
        "url": page,
        "identifier": source.address,
        "author": [{"@type": "Organization", "name": name} for name in source.organisations],
        "inLanguage": source.language,
        "datePublished": published.isoformat(),
        "dateModified": source.revised.isoformat(),
        "version": source.revision,
        "creditText": source.submitted_by,
        "keywords": source.tags,
        "license": f"https://spdx.org/licenses/{source.licence}.html" if source.licence else "",
        "spatialCoverage": [
            {"@type": "Country", "name": country.name, "identifier": country.code} for country in countries
        ],
        "associatedMedia": [
            {
                "@type": "MediaObject",
                "name": file.description,
                "contentUrl": address,
                "encodingFormat": file.content_type,
                "contentSize": str(file.size),
                "sha256": file.sha256,
            }
            for file, address in files
        ],
        "isPartOf": {"@type": "Dataset", "name": CATALOGUE},
    }
    stated = {name: value for name, value in facts.items() if value}
    return json_script(stated)


@dataclasses.dataclass(frozen=True)
class Format:
    """A file format of reference managers."""

    label: Any
    extension: str
    """Extension of a list, which must differ from those of the other exports."""
    content_type: str
    write: Callable[[Iterable[Source]], Iterator[str]]


FORMATS = {
    "bib": Format(_("BibTeX"), "bib", "application/x-bibtex; charset=utf-8", bibtex),
    "ris": Format(_("RIS"), "ris", "application/x-research-info-systems; charset=utf-8", ris),
    "json": Format(_("CSL-JSON"), "csl.json", "application/vnd.citationstyles.csl+json", csl_json),
}
"""Formats by the extension in the address of a single practice."""
