"""The XML Schema of our own metadata format, made from the declarations of the fields."""

from collections.abc import Mapping
from typing import Any

from practices.exchange.api import schemas
from practices.exchange.oai.formats import NAMESPACE
from practices.exchange.oai.xml import Xml

type Schema = Mapping[str, Any]

_TYPES = {"integer": "xs:integer", "boolean": "xs:boolean"}
_FORMATS = {"date-time": "xs:dateTime", "date": "xs:date", "uri": "xs:anyURI"}


def xml_schema() -> str:
    """Return the schema: an element for each field that a practice can have, in the order of its record."""
    xml = Xml()
    xml.startDocument()
    attributes = {
        "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
        "targetNamespace": NAMESPACE,
        "elementFormDefault": "qualified",
    }
    with xml.element("xs:schema", attributes):
        _element(xml, "practice", schemas.PUBLISHED, {})
    return xml.text.getvalue()


def _element(xml: Xml, name: str, schema: Schema, occurs: dict[str, str]) -> None:
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next(each for each in kinds if each != "null")
    if kind == "array":
        _element(xml, name, schema["items"], {"minOccurs": "0", "maxOccurs": "unbounded"})
    elif kind == "object":
        around = xml.element("xs:element", {"name": name, **occurs})
        with around, xml.element("xs:complexType"), xml.element("xs:sequence"):
            for part, inner in schema["properties"].items():
                _element(xml, part, inner, {"minOccurs": "0"})
    else:
        simple = _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, "xs:string"))
        xml.addQuickElement("xs:element", attrs={"name": name, "type": simple, **occurs})
