"""Citations of a practice: files for reference managers, and metadata for search engines."""

import dataclasses
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from practices.models import Country, StoredFile

CATALOGUE = "Migration Good Practices"
"""Name of the catalogue in citations, in every language."""


@dataclasses.dataclass(frozen=True)
class Source:
    """Metadata of one revision of a practice."""

    key: str
    title: str
    credit: str
    """Empty for anonymous submissions."""
    on: date
    revision: int
    address: str
    language: str
    summary: str
    tags: list[str]
    licence: str
    """An SPDX identifier, or empty."""


def bibtex(source: Source) -> str:
    """Write BibLaTeX's @online, which BibTeX reads as @misc. Double braces keep capitals and whole names."""
    fields = {
        "title": f"{{{_escaped(source.title)}}}",
        "author": f"{{{_escaped(source.credit)}}}" if source.credit else "",
        "date": source.on.isoformat(),
        "year": str(source.on.year),
        "organization": CATALOGUE,
        "version": str(source.revision),
        "url": source.address,
        "langid": source.language,
        "keywords": _escaped(", ".join(source.tags)),
        "abstract": _escaped(source.summary),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@online{{{source.key},\n" + ",\n".join(lines) + "\n}\n"


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


def ris(source: Source) -> str:
    """Write RIS: on each line a tag, two spaces, a dash, a space and the value. ER ends the record."""
    lines = [
        ("TY", "ELEC"),
        ("TI", source.title),
        *([("AU", source.credit)] if source.credit else []),
        ("PY", str(source.on.year)),
        ("DA", source.on.strftime("%Y/%m/%d")),
        ("PB", CATALOGUE),
        ("ET", str(source.revision)),
        ("UR", source.address),
        ("LA", source.language),
        *[("KW", tag) for tag in source.tags],
        ("AB", source.summary),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in lines)


def csl_json(source: Source) -> str:
    """Write CSL-JSON 1.0.2, which Zotero, Mendeley and citeproc read."""
    item: dict[str, Any] = {
        "id": source.key,
        "type": "webpage",
        "title": source.title,
        "container-title": CATALOGUE,
        "issued": {"date-parts": [[source.on.year, source.on.month, source.on.day]]},
        "version": str(source.revision),
        "URL": source.address,
        "language": source.language,
        "abstract": source.summary,
    }
    if source.credit:
        item["author"] = [{"literal": source.credit}]
    if source.tags:
        item["keyword"] = ", ".join(source.tags)
    return json.dumps([item], ensure_ascii=False, indent=1)


_HTML = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
"""Escapes that keep text from closing the script element around it."""


def json_ld(
    source: Source,
    *,
    published: datetime,
    countries: Iterable[Country],
    files: Iterable[tuple[StoredFile, str]] = (),
) -> SafeString:
    """Return a schema.org CreativeWork for a script element of type application/ld+json, which browsers do not run.

    `files` are those of the revision, each with its address.
    """
    facts = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": source.address,
        "name": source.title,
        "abstract": source.summary,
        "url": source.address,
        "inLanguage": source.language,
        "datePublished": published.isoformat(),
        "dateModified": source.on.isoformat(),
        "version": source.revision,
        "creditText": source.credit,
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
    return SafeString(json.dumps(stated, ensure_ascii=False).translate(_HTML))


@dataclasses.dataclass(frozen=True)
class Style:
    label: Any
    content_type: str
    write: Callable[[Source], str]


STYLES = {
    "bib": Style(_("BibTeX"), "application/x-bibtex; charset=utf-8", bibtex),
    "ris": Style(_("RIS"), "application/x-research-info-systems; charset=utf-8", ris),
    "json": Style(_("CSL-JSON"), "application/vnd.citationstyles.csl+json", csl_json),
}
"""Citation styles by file extension."""
