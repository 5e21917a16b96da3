"""Description of the catalogue's data for data portals, in DCAT 3 (W3C) as JSON-LD."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from practices.core.http.guards import site_address
from practices.documents import citations, metadata
from practices.exchange.exports import FORMATS
from practices.models import Dump

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalog(dump: Dump | None, *, changed_at: datetime | None) -> dict[str, Any]:
    """Return the description. `dump` is the newest one, `changed_at` the last change of what is public."""
    page = _address("data")
    publisher = {"@type": "foaf:Agent", "foaf:name": citations.publisher()}
    dataset = {
        "@id": metadata.dataset_address(),
        "@type": "dcat:Dataset",
        "dct:title": settings.SITE_NAME,
        "dct:description": gettext(
            "Practices that show how the objectives of the Global Compact for Safe, Orderly and Regular Migration "
            "can be put into effect: what was done, by whom, where, and with what results."
        ),
        "dct:publisher": publisher,
        "dct:modified": _instant(changed_at),
        "dct:rights": gettext("Each practice states its licence in the column “licence”."),
        "dct:conformsTo": {"@id": _address("document-schema")},
        "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/CONT"},
        "dcat:landingPage": {"@id": page},
        "dcat:keyword": ["migration", "Global Compact for Migration", "good practices"],
        "dcat:distribution": [*_exports(page), *([_archive(dump, page)] if dump else [])],
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{page}#catalog",
        "@type": "dcat:Catalog",
        "dct:title": settings.SITE_NAME,
        "dct:publisher": publisher,
        "foaf:homepage": {"@id": _address("home")},
        "dcat:dataset": [{name: value for name, value in dataset.items() if value}],
    }


def _exports(page: str) -> list[dict[str, Any]]:
    return [
        {
            "@type": "dcat:Distribution",
            "dct:title": str(export.label),
            "dcat:accessURL": {"@id": page},
            "dcat:downloadURL": {"@id": _address("practice-export", export.extension)},
            "dcat:mediaType": {"@id": _MEDIA_TYPES + export.content_type.partition(";")[0]},
        }
        for export in FORMATS.values()
    ]


def _archive(dump: Dump, page: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": dump.name,
        "dct:issued": _instant(dump.made_at),
        "dcat:accessURL": {"@id": page},
        "dcat:downloadURL": {"@id": _address("dump", dump.name)},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + "application/json"},
        "dcat:compressFormat": {"@id": _MEDIA_TYPES + "application/zip"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(dump.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": dump.sha256,
        },
    }


def _address(name: str, *args: Any) -> str:
    return site_address(reverse(f"practices:{name}", args=args))


def _instant(at: datetime | None) -> dict[str, str] | None:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()} if at else None
