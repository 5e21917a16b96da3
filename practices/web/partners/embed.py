"""Embedding in other sites: a page to frame, and oEmbed (https://oembed.com/)."""

import json
from io import StringIO
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.csp import CSP
from django.utils.html import format_html
from django.utils.translation import get_language_from_path, gettext, override
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from practices.core import site
from practices.core.http.caching import public
from practices.core.http.guards import own_addresses, site_address
from practices.core.http.numbers import MAX_KEY, whole_number
from practices.core.http.open_data import open_data
from practices.discovery import PracticeFilter
from practices.documents import load_local, plain
from practices.models import Practice
from practices.web.browse.lazy_filter import has_known_query

FRAMEABLE_CSP = settings.SECURE_CSP | {"frame-ancestors": ["*"], "form-action": [CSP.NONE]}
WIDTH, HEIGHT = 600, 320
"""Maximum size of a framed practice, in pixels."""


@csp_override(FRAMEABLE_CSP)
@xframe_options_exempt
@public(has_known_query=has_known_query)
@require_safe
def embed(request):
    """Show the newest practices of a listing, or the one in `practice`. The only page other sites may frame."""
    practices = Practice.objects.published().for_listing()
    practice_filter = PracticeFilter(request.GET, queryset=practices)
    if "practice" in request.GET:
        found = practices.filter(pk=whole_number(request.GET["practice"]))
    else:
        found = practice_filter.practices[: settings.EMBED_LENGTH]
    found = list(found)
    load_local(found)
    listing = reverse("practices:practice-list")
    context = {
        "filter": practice_filter,
        "practices": found,
        "listing": site_address(f"{listing}?{practice_filter.query}" if practice_filter.query else listing),
        "one": "practice" in request.GET,
    }
    return TemplateResponse(request, "web/partners/embed.html", context)


@public
@open_data
@require_safe
def oembed(request):
    """Describe a practice for a page that wants to embed it (oEmbed 1.0, type "rich"), in the language of `url`.

    Answers 404 if `url` is not a published practice, 501 for an unknown format, 400 for a missing or invalid
    parameter.
    """
    respond = FORMATS.get(request.GET.get("format", "json"))
    if respond is None:
        return _error(501, gettext("The format must be json or xml."))
    if not request.GET.get("url"):
        return _error(400, gettext("The parameter “url” is missing: the address of a practice."))
    width = whole_number(request.GET.get("maxwidth", str(WIDTH)), most=WIDTH)
    height = whole_number(request.GET.get("maxheight", str(HEIGHT)), most=HEIGHT)
    if not (width and height):
        return _error(400, gettext("“maxwidth” and “maxheight” must be whole numbers of pixels."))
    with override(_language_of(request.GET["url"])):
        practice = _practice_at(request.GET["url"])
        return respond(_description(practice, width=width, height=height))


def _error(status, text):
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _language_of(address):
    """Return the code of the language of the page at an address."""
    try:
        path = urlsplit(address).path
    except ValueError:
        path = ""
    return get_language_from_path(path) or settings.LANGUAGE_CODE


def _practice_at(address):
    """Return the published practice at an address, whatever its slug. Raises Http404."""
    try:
        parts = urlsplit(address)
        match = resolve(parts.path)
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    hosts = [urlsplit(own).netloc for own in own_addresses()]
    if parts.netloc not in hosts or match.view_name != "practices:practice-detail":
        raise Http404
    if match.kwargs["pk"] > MAX_KEY:
        raise Http404
    practice = get_object_or_404(Practice.objects.published().with_versions(), pk=match.kwargs["pk"])
    load_local([practice])
    return practice


def _description(practice, *, width, height):
    title, credit = plain(practice.local.title), plain(practice.credit)
    url = site_address(practice.get_absolute_url())
    html = format_html(
        '<blockquote lang="{}" dir="{}"><a href="{}">{}</a></blockquote>'
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
        practice.local.language,
        practice.local.direction,
        url,
        title,
        f"{site_address(reverse('practices:embed'))}?practice={practice.pk}",
        title,
        width,
        height,
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": credit or gettext("Submitted anonymously"),
        "provider_name": site.name(),
        "provider_url": site_address(reverse("practices:home")),
        "html": html,
        "width": width,
        "height": height,
    }


def _as_json(description):
    return HttpResponse(json.dumps(description, ensure_ascii=False), content_type="application/json")


def _as_xml(description):
    out = StringIO()
    writer = SimplerXMLGenerator(out, "utf-8")
    writer.startDocument()
    writer.startElement("oembed", {})
    for name, value in description.items():
        writer.addQuickElement(name, str(value))
    writer.endElement("oembed")
    return HttpResponse(out.getvalue(), content_type="text/xml; charset=utf-8")


FORMATS = {"json": _as_json, "xml": _as_xml}
