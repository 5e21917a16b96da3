"""Metadata of practices for machines: schema.org for search engines, Dublin Core, and tags for reference managers."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from practices.core.http.guards import site_address
from practices.core.http.languages import path_in
from practices.core.json_script import json_script
from practices.documents.citations import Citation, publisher
from practices.documents.presentation import Reading
from practices.models import Adaptation, StoredFile, SustainableDevelopmentGoal, Translation, year_span

GLOBAL_COMPACT = "Global Compact for Safe, Orderly and Regular Migration"


def author_address(permanent_address: str, number: int) -> str:
    """Return the address by which metadata name an author, who are numbered from 1: they have no page of their own."""
    return f"{permanent_address}#author-{number}"


def goal_address(goal: SustainableDevelopmentGoal) -> str:
    """Return the address of a goal in the vocabulary of the United Nations, which has no https."""
    return f"http://metadata.un.org/sdg/{goal.number}"


def dublin_core(citation: Citation, reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield the elements of Dublin Core 1.1 of a practice with their values, none empty.

    Text of the practice stays in its language.
    """
    elements = [
        ("title", citation.title),
        *(("creator", name) for name in citation.organisations),
        *(("contributor", name) for name in reading.partners),
        ("publisher", publisher()),
        *(("subject", f"Global Compact for Migration, objective {each}") for each in reading.objectives),
        *(("subject", tag) for tag in citation.tags),
        *(("subject", goal_address(goal)) for goal in reading.sdgs),
        ("description", citation.summary),
        ("date", citation.published.isoformat()),
        ("type", "Text"),
        ("identifier", citation.address),
        ("identifier", citation.doi_address),
        ("source", reading.source_url),
        ("language", citation.language),
        *(("coverage", str(country)) for country in reading.countries),
        ("coverage", reading.area),
        ("coverage", year_span(reading.start_year, reading.end_year)),
        ("rights", citation.licence),
    ]
    return ((name, value) for name, value in elements if value)


TRANSLATED = ("title", "description")
"""Elements of Dublin Core that are given once in each language."""


def translated_elements(citation: Citation) -> Iterator[tuple[str, str]]:
    """Yield the elements of Dublin Core that a translation adds to those of the practice, with their values."""
    yield from (("title", citation.title), ("description", citation.summary))


def highwire(citation: Citation) -> Iterator[tuple[str, str]]:
    """Yield the tags of Highwire Press with their values, which Google Scholar and reference managers read."""
    elements = [
        ("citation_title", citation.title),
        *(("citation_author", name) for name in citation.organisations),
        ("citation_publication_date", citation.published.strftime("%Y/%m/%d")),
        ("citation_publisher", publisher()),
        ("citation_language", citation.language),
        *(("citation_keywords", tag) for tag in citation.tags),
        ("citation_doi", citation.doi),
        ("citation_public_url", citation.address),
    ]
    return ((name, value) for name, value in elements if value)


def json_ld(
    citation: Citation,
    reading: Reading,
    *,
    page: str,
    published: datetime,
    files: Iterable[tuple[StoredFile, str]] = (),
    translations: Iterable[Translation] = (),
    adaptations: Iterable[Adaptation] = (),
) -> SafeString:
    """Return a schema.org CreativeWork for a script element of type application/ld+json, which browsers do not run.

    `page` is the address of its page; `files` are those of the revision, each with its address. If `citation` is that
    of a translation, so is the work, and it names the original; otherwise it names its `translations`. Reports on uses
    elsewhere, `adaptations`, are works about it.
    """
    is_translation = bool(citation.original_language)
    authors = [
        {"@type": "Organization", "@id": author_address(citation.address, number), "name": name}
        for number, name in enumerate(citation.organisations, start=1)
    ]
    facts = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": page if is_translation else citation.address,
        "name": citation.title,
        "abstract": citation.summary,
        "url": page,
        "identifier": [citation.address, citation.doi_address] if citation.doi else citation.address,
        "author": authors,
        "creator": [{"@id": author["@id"]} for author in authors],
        "contributor": [{"@type": "Organization", "name": name} for name in reading.partners],
        "publisher": {
            "@type": "Organization",
            "name": publisher(),
            "url": site_address(reverse("practices:home")),
        },
        "inLanguage": citation.language,
        "translationOfWork": {
            "@type": "CreativeWork",
            "@id": citation.address,
            "name": citation.original_title,
            "inLanguage": citation.original_language,
        }
        if is_translation
        else None,
        "workTranslation": []
        if is_translation
        else [
            {
                "@type": "CreativeWork",
                "@id": site_address(path_in(each.language, urlsplit(page).path)),
                "name": each.title,
                "inLanguage": each.language,
            }
            for each in translations
            if each.language in dict(settings.LANGUAGES)  # others have no page
        ],
        "translator": {"@type": "Person", "name": citation.translator} if citation.translator else None,
        "datePublished": published.isoformat(),
        "dateModified": citation.revised.isoformat(),
        "version": citation.revision,
        "creditText": citation.note,
        "keywords": citation.tags,
        "about": [*_objectives(reading), *_goals(reading)],
        "license": citation.licence,
        "isBasedOn": reading.source_url,
        "spatialCoverage": [
            {"@type": "Country", "name": country.local.name, "identifier": country.code}
            for country in reading.countries
        ],
        "temporalCoverage": _interval(reading.start_year, reading.end_year),
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
        "subjectOf": [_report(each, citation.address) for each in adaptations],
        "isPartOf": {"@type": "Dataset", "@id": dataset_address(), "name": settings.SITE_NAME},
    }
    return json_script({name: value for name, value in facts.items() if value})


def dataset_address() -> str:
    """Return the address by which metadata name all practices together, which `/data/` describes."""
    return f"{site_address(reverse('practices:data'))}#practices"


def _report(adaptation: Adaptation, address: str) -> dict[str, Any]:
    """Return the report on a use of the practice elsewhere, by whoever used it."""
    country = adaptation.country
    facts = {
        "@type": "Report",
        "@id": f"{address}#{adaptation.anchor}",
        "isBasedOn": {"@id": address},
        "abstract": adaptation.changes,
        "inLanguage": adaptation.language,
        "datePublished": adaptation.published_at.isoformat(),
        "creditText": adaptation.credit,
        "sourceOrganization": [{"@type": "Organization", "name": name} for name in adaptation.organisations],
        "spatialCoverage": {"@type": "Country", "name": country.local.name, "identifier": country.code},
        "temporalCoverage": _interval(adaptation.start_year, adaptation.end_year),
        "citation": adaptation.link,
    }
    return {name: value for name, value in facts.items() if value}


def _objectives(reading: Reading) -> Iterator[dict[str, Any]]:
    for objective in reading.objectives:
        address = site_address(objective.get_absolute_url())
        yield {
            "@type": "DefinedTerm",
            "@id": address,
            "name": objective.local.short_label,
            "termCode": str(objective.number),
            "inDefinedTermSet": GLOBAL_COMPACT,
        }


def _goals(reading: Reading) -> Iterator[dict[str, Any]]:
    for goal in reading.sdgs:
        yield {
            "@type": "DefinedTerm",
            "@id": goal_address(goal),
            "name": str(goal),
            "termCode": str(goal.number),
            "inDefinedTermSet": "http://metadata.un.org/sdg",
        }


def _interval(start: int | None, end: int | None) -> str:
    """Return a span of years as ISO 8601-2 has it, with two dots for an open end; empty if neither is given."""
    return f"{start or '..'}/{end or '..'}" if start or end else ""
