"""The address of the protocol, and that of the schema of our own format."""

import dataclasses

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from practices.core.http.caching import public
from practices.core.http.open_data import open_data
from practices.exchange.oai import records
from practices.exchange.oai.arguments import LISTS, ListArguments, OaiError, list_arguments, read
from practices.exchange.oai.formats import FORMATS, format_named
from practices.exchange.oai.responses import Writer
from practices.exchange.oai.schema import xml_schema

CONTENT_TYPE = "text/xml; charset=utf-8"
WITHOUT_ARGUMENTS = {"badVerb", "badArgument"}
"""Errors after which the answer does not repeat the arguments, which are not valid."""


@public
@open_data(methods="GET, HEAD, POST")
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """Answer a harvester; POST is a way to ask too (section 3.1.1.2), and changes nothing."""
    xml = Writer()
    try:
        query = request.POST if request.method == "POST" else request.GET
        verb, arguments = read(query)
    except OaiError as error:
        with xml.envelope({}):
            xml.error(error)
        return _response(xml)
    try:
        answer = _answer_to(verb, arguments)
    except OaiError as error:
        shown = {} if error.code in WITHOUT_ARGUMENTS else {"verb": verb, **arguments}
        with xml.envelope(shown):
            xml.error(error)
        return _response(xml)
    with xml.envelope({"verb": verb, **arguments}):
        answer(xml)
    return _response(xml)


def _response(xml: Writer) -> HttpResponse:
    return HttpResponse(xml.text.getvalue(), content_type=CONTENT_TYPE)


def _answer_to(verb: str, arguments: dict[str, str]):
    """Return the function that writes the answer. Raises OaiError before anything is written."""
    if verb in LISTS:
        return _list(verb, list_arguments(arguments))
    match verb:
        case "Identify":
            return Writer.identify
        case "ListSets":
            return _sets(arguments)
        case "ListMetadataFormats":
            if "identifier" in arguments:
                records.find(arguments["identifier"])
            return lambda xml: xml.formats(FORMATS.values())
        case _:
            return _record(arguments)


def _sets(arguments: dict[str, str]):
    if "resumptionToken" in arguments:
        raise OaiError("badResumptionToken", "The list of sets has one part, and no resumptionToken.")
    sets = records.all_sets()
    return lambda xml: xml.sets(sets)


def _record(arguments: dict[str, str]):
    form, practice = format_named(arguments["metadataPrefix"]), records.find(arguments["identifier"])
    latest = records.latest_records([practice]).get(practice.pk)

    def write(xml: Writer) -> None:
        with xml.element("GetRecord"):
            xml.record(practice, latest, form)

    return write


def _list(verb: str, asked: ListArguments):
    form = format_named(asked.prefix)
    found = records.page(asked, size=settings.OAI_PAGE_LENGTH + 1)
    if not found and not asked.given:
        raise OaiError("noRecordsMatch", "No practice matches.")
    shown, more = found[: settings.OAI_PAGE_LENGTH], len(found) > settings.OAI_PAGE_LENGTH
    if more and not asked.total:
        asked = dataclasses.replace(asked, total=records.matching(asked).count())
    following = (
        dataclasses.replace(asked, after=shown[-1].pk, given=asked.given + len(shown)) if more else None
    )
    latest = records.latest_records(shown) if verb == "ListRecords" else {}

    def write(xml: Writer) -> None:
        with xml.element(verb):
            for practice in shown:
                if verb == "ListRecords":
                    xml.record(practice, latest.get(practice.pk), form)
                else:
                    xml.header(practice)
            xml.resumption_token(asked, following)

    return write


@public
@open_data
@require_safe
def oai_schema(request: HttpRequest) -> HttpResponse:
    """The XML Schema of a practice in the format of our own."""
    return HttpResponse(xml_schema(), content_type=CONTENT_TYPE)
