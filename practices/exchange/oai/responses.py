"""Answers in XML (section 3.2), which are put together as text."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse

from practices import clock
from practices.core.http.guards import lasting_host, site_address
from practices.exchange.exports.records import Record
from practices.exchange.oai import records
from practices.exchange.oai.arguments import ListArguments, OaiError
from practices.exchange.oai.formats import Format
from practices.exchange.oai.xml import XSI, Xml
from practices.models import Practice

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
IDENTIFIER_NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai-identifier"
OVERLAP = timedelta(minutes=1)
"""Time by which `responseDate` is behind, so that a harvest that begins there finds changes not yet committed now."""


def to_second(instant: datetime) -> str:
    """Return an instant as the protocol writes it, in UTC and whole seconds."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Writer(Xml):
    """Writes the parts of an answer."""

    @contextmanager
    def envelope(self, arguments: dict[str, str]) -> Iterator[None]:
        """Write what surrounds every answer; `arguments` are those of the request, none after badVerb or badArgument."""
        self.startDocument()
        place = f"{NAMESPACE} {NAMESPACE}OAI-PMH.xsd"
        attributes = {"xmlns": NAMESPACE, "xmlns:xsi": XSI, "xsi:schemaLocation": place}
        with self.element("OAI-PMH", attributes):
            self.addQuickElement("responseDate", to_second(clock.now() - OVERLAP))
            self.addQuickElement("request", site_address(reverse("practices:oai")), arguments)
            yield

    def error(self, error: OaiError) -> None:
        self.addQuickElement("error", str(error), {"code": error.code})

    def identify(self) -> None:
        with self.element("Identify"):
            self.addQuickElement("repositoryName", settings.SITE_NAME)
            self.addQuickElement("baseURL", site_address(reverse("practices:oai")))
            self.addQuickElement("protocolVersion", "2.0")
            self.addQuickElement("adminEmail", settings.CONTACT_ADDRESS)
            self.addQuickElement("earliestDatestamp", to_second(records.earliest()))
            self.addQuickElement("deletedRecord", "persistent")
            self.addQuickElement("granularity", "YYYY-MM-DDThh:mm:ssZ")
            with self.element("description"):
                self._describe_identifiers()

    def _describe_identifiers(self) -> None:
        attributes = {
            "xmlns": IDENTIFIER_NAMESPACE,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{IDENTIFIER_NAMESPACE} {IDENTIFIER_NAMESPACE}.xsd",
        }
        with self.element("oai-identifier", attributes):
            self.addQuickElement("scheme", records.SCHEME)
            self.addQuickElement("repositoryIdentifier", lasting_host())
            self.addQuickElement("delimiter", records.DELIMITER)
            self.addQuickElement("sampleIdentifier", f"{records.SCHEME}:{lasting_host()}:1")

    def formats(self, formats: Iterable[Format]) -> None:
        with self.element("ListMetadataFormats"):
            for each in formats:
                with self.element("metadataFormat"):
                    self.addQuickElement("metadataPrefix", each.prefix)
                    self.addQuickElement("schema", each.schema())
                    self.addQuickElement("metadataNamespace", each.namespace)

    def sets(self, sets: Iterable[tuple[str, str]]) -> None:
        with self.element("ListSets"):
            for spec, name in sets:
                with self.element("set"):
                    self.addQuickElement("setSpec", spec)
                    self.addQuickElement("setName", name)

    def record(self, practice: Practice, latest: Record | None, form: Format) -> None:
        with self.element("record"):
            self.header(practice)
            if practice.is_public and latest is not None:
                with self.element("metadata"):
                    form.write(self, latest)

    def header(self, practice: Practice) -> None:
        with self.element("header", {} if practice.is_public else {"status": "deleted"}):
            self.addQuickElement("identifier", records.identifier(practice))
            self.addQuickElement("datestamp", to_second(practice.changed_at))
            for spec in records.set_specs(practice):
                self.addQuickElement("setSpec", spec)

    def resumption_token(self, asked: ListArguments, following: ListArguments | None) -> None:
        """Write where the list goes on; an empty token after the last part of several, none where there is one part."""
        if following is not None or asked.given:
            attributes = {"completeListSize": str(asked.total), "cursor": str(asked.given)}
            self.addQuickElement("resumptionToken", following.token if following else "", attributes)
