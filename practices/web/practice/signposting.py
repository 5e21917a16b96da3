"""Typed links of a practice page in its Link header: FAIR Signposting, level 1 (https://signposting.org/FAIR/)."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from practices.core.http.guards import site_address
from practices.documents import citations, metadata
from practices.exchange.oai.records import identifier
from practices.models import Practice

TYPES = ("https://schema.org/AboutPage", "https://schema.org/CreativeWork")
"""Types of the page and of the practice that it is about."""


def link_header(practice: Practice) -> str:
    """Return the Link header (RFC 8288) of the page of a practice. It reads columns only.

    All addresses are short, so that even with many authors the header fits into the 4 KB that proxies allow.
    """
    return ", ".join(
        f"<{address}>; " + "; ".join(f'{name}="{value}"' for name, value in attributes.items())
        for address, attributes in _links(practice)
    )


def _links(practice: Practice) -> Iterator[tuple[str, dict[str, str]]]:
    permanent = site_address(practice.get_permanent_url())
    yield f"https://doi.org/{practice.doi}" if practice.doi else permanent, {"rel": "cite-as"}
    for extension, form in citations.FORMATS.items():
        path = reverse("practices:permanent-citation", args=[practice.pk, extension])
        yield _describing(path, form.content_type.partition(";")[0])
    yield _describing(reverse("practices:api:practice-detail", args=[practice.pk]), "application/json")
    asked = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": identifier(practice)}
    yield _describing(f"{reverse('practices:oai')}?{urlencode(asked, safe=':')}", "text/xml")
    if licence := citations.licence_address(practice.licence):
        yield licence, {"rel": "license"}
    for number, _name in enumerate(practice.implementers, start=1):
        yield metadata.author_address(permanent, number), {"rel": "author"}
    for kind in TYPES:
        yield kind, {"rel": "type"}


def _describing(path: str, media_type: str) -> tuple[str, dict[str, str]]:
    return site_address(path), {"rel": "describedby", "type": media_type}
