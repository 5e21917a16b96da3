"""Metadata formats: Dublin Core, and one of our own that holds the whole practice.

To add one, write a function that writes a practice, and its line in FORMATS.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from practices import documents
from practices.core.http.guards import site_address
from practices.documents import metadata
from practices.exchange.api.records import practice_record
from practices.exchange.exports.as_citations import citation_of
from practices.exchange.exports.records import Record
from practices.exchange.oai.arguments import OaiError
from practices.exchange.oai.xml import XSI, Xml

type Write = Callable[[Xml, Record], None]

NAMESPACE = "urn:migration-good-practices:practice:1"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


@dataclasses.dataclass(frozen=True)
class Format:
    prefix: str
    namespace: str
    schema: Callable[[], str]
    """Returns the address of the XML Schema."""
    write: Write


def _dublin_core(xml: Xml, record: Record) -> None:
    attributes = {
        "xmlns:oai_dc": OAI_DC,
        "xmlns:dc": DC,
        "xmlns:xsi": XSI,
        "xsi:schemaLocation": f"{OAI_DC} {OAI_DC_SCHEMA}",
    }
    with xml.element("oai_dc:dc", attributes):
        citation = citation_of(record)
        for name, value in metadata.dublin_core(citation, documents.read(record.document)):
            language = {"xml:lang": citation.language} if name in metadata.TRANSLATED else {}
            xml.addQuickElement(f"dc:{name}", value, language)
        for translation in record.translations:
            translated = citation_of(record, translation.language)
            for name, value in metadata.translated_elements(translated):
                xml.addQuickElement(f"dc:{name}", value, {"xml:lang": translated.language})


def _whole(xml: Xml, record: Record) -> None:
    attributes = {
        "xmlns": NAMESPACE,
        "xmlns:xsi": XSI,
        "xsi:schemaLocation": f"{NAMESPACE} {_schema_address()}",
    }
    with xml.element("practice", attributes):
        for name, value in practice_record(record).items():
            _write_value(xml, name, value)


def _write_value(xml: Xml, name: str, value: Any) -> None:
    """Write a value as elements: a list as an element of each item, what is empty as nothing."""
    if isinstance(value, list):
        for item in value:
            _write_value(xml, name, item)
    elif isinstance(value, dict):
        with xml.element(name):
            for part, inner in value.items():
                _write_value(xml, part, inner)
    elif isinstance(value, bool):
        xml.addQuickElement(name, "true" if value else "false")
    elif value not in (None, ""):
        xml.addQuickElement(name, str(value))


def _schema_address() -> str:
    return site_address(reverse("practices:oai-schema"))


FORMATS = {
    each.prefix: each
    for each in [
        Format("oai_dc", OAI_DC, lambda: OAI_DC_SCHEMA, _dublin_core),
        Format("practice", NAMESPACE, _schema_address, _whole),
    ]
}


def format_named(prefix: str) -> Format:
    """Return a format. Raises OaiError: cannotDisseminateFormat."""
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"The formats are {' and '.join(FORMATS)}.")
    return FORMATS[prefix]
