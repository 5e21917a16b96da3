"""Metadata of a practice for DataCite: the attributes of its REST API, by the Metadata Schema 4."""

from typing import Any

from django.conf import settings

from practices import documents
from practices.choices import Licence
from practices.core.http.guards import site_address
from practices.documents.citations import publisher
from practices.documents.metadata import goal_address
from practices.exchange.exports.as_citations import citation_of
from practices.exchange.exports.records import Record
from practices.models import Practice

SCHEMA = "http://datacite.org/schema/kernel-4"
UNKNOWN = ":unkn"
"""The schema's value for an author that is not known, where one is required."""
Json = dict[str, Any]


def doi_of(practice: Practice) -> str:
    """Return the DOI that a practice has or will have."""
    return practice.doi or f"{settings.DATACITE_PREFIX}/practice.{practice.pk}"


def published(record: Record) -> Json:
    """Return the attributes of a public practice, which make its DOI findable."""
    citation = citation_of(record)
    translations = [citation_of(record, each.language) for each in record.translations]
    reading = documents.read(record.document)
    attributes: Json = {
        "event": "publish",
        "url": citation.address,
        "schemaVersion": SCHEMA,
        "types": {"resourceTypeGeneral": "Text", "resourceType": "Good practice"},
        "creators": [_organisation(name) for name in citation.organisations] or [{"name": UNKNOWN}],
        "titles": [
            {"title": citation.title, "lang": citation.language},
            *(
                {"title": each.title, "titleType": "TranslatedTitle", "lang": each.language}
                for each in translations
            ),
        ],
        "publisher": {"name": publisher()},
        "publicationYear": str(citation.published.year),
        "dates": [
            {"date": citation.published.isoformat(), "dateType": "Issued"},
            {"date": citation.revised.isoformat(), "dateType": "Updated"},
        ],
        "contributors": [_organisation(name) | {"contributorType": "Other"} for name in reading.partners],
        "subjects": [
            *({"subject": f"Global Compact for Migration, objective {each}"} for each in reading.objectives),
            *({"subject": str(goal), "valueUri": goal_address(goal)} for goal in reading.sdgs),
            *({"subject": tag} for tag in citation.tags),
        ],
        "language": citation.language,
        "version": str(citation.revision),
        "descriptions": [
            *(
                {"description": each.summary, "descriptionType": "Abstract", "lang": each.language}
                for each in (citation, *translations)
            ),
            *([{"description": citation.note, "descriptionType": "Other"}] if citation.note else []),
        ],
        "geoLocations": [{"geoLocationPlace": country.name} for country in reading.countries],
        "rightsList": _rights(record.document["licence"]),
        "relatedIdentifiers": [
            {
                "relatedIdentifier": address,
                "relatedIdentifierType": "URL",
                "relationType": "IsDerivedFrom",
            }
            for address in [reading.source_url]
            if address
        ],
    }
    return attributes


def hidden(practice: Practice) -> Json:
    """Return the attributes of a practice that is no longer public: its DOI stays registered, but is not found.

    Its address stays too, and says what became of the practice.
    """
    return {"event": "hide", "url": site_address(practice.get_permanent_url())}


def _organisation(name: str) -> Json:
    return {"name": name, "nameType": "Organizational"}


def _rights(licence: str) -> list[Json]:
    if licence not in Licence:
        return []
    return [
        {
            "rightsUri": Licence(licence).url,
            "rightsIdentifier": licence.lower(),
            "rightsIdentifierScheme": "SPDX",
        }
    ]
