"""Embedding in other sites: a page to frame, and oEmbed (https://oembed.com/)."""

import dataclasses
import json
from io import StringIO
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.csp import CSP
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_from_path, gettext, override
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from practices.core import site
from practices.core.http.caching import public
from practices.core.http.guards import own_addresses, site_address
from practices.core.http.numbers import MAX_KEY, whole_number
from practices.core.http.open_data import open_data
from practices.core.plain_text import direction_of
from practices.discovery import PracticeFilter
from practices.documents import load_local, plain
from practices.exchange.kits import MOST
from practices.models import Practice
from practices.web.browse.lazy_filter import has_known_query
from practices.web.kits.address import Asked, asked_in, title_of

FRAMEABLE_CSP = settings.SECURE_CSP | {"frame-ancestors": ["*"], "form-action": [CSP.NONE]}
WIDTH, HEIGHT = 600, 320
"""Maximum size of a framed practice, in pixels."""


@csp_override(FRAMEABLE_CSP)
@xframe_options_exempt
@public(has_known_query=has_known_query)
@require_safe
def embed(request):
    """Show the newest practices of a listing, those of a kit, or one. The only page other sites may frame.

    A kit has its numbers in `practice`, in its order, and may have a `title`.
    """
    practices = Practice.objects.published().for_listing()
    practice_filter = PracticeFilter(request.GET, queryset=practices)
    kit = _kit(request)
    if "practice" in request.GET:
        found = sorted(practices.filter(pk__in=kit.keys), key=lambda practice: kit.keys.index(practice.pk))
    else:
        found = list(practice_filter.practices[: settings.EMBED_LENGTH])
    load_local(found)
    listing = f"{reverse('practices:practice-list')}?{practice_filter.query}".rstrip("?")
    is_kit = len(kit.keys) > 1
    context = {
        "filter": practice_filter,
        "practices": found,
        "listing": site_address(kit.path if is_kit else listing),
        "one": "practice" in request.GET and not is_kit,
        "title": (kit.title or gettext("Kit of practices")) if is_kit else practice_filter.description,
    }
    return TemplateResponse(request, "web/partners/embed.html", context)


def _kit(request):
    """Return the kit whose practices the address names; that of one practice has this alone."""
    numbers = filter(None, map(whole_number, request.GET.getlist("practice")))
    return Asked(tuple(dict.fromkeys(numbers))[:MOST], title_of(request.GET), "")


@public
@open_data
@require_safe
def oembed(request):
    """Describe a practice or a kit for a page that wants to embed it (oEmbed 1.0, type "rich").

    It is in the language of `url`. Answers 404 if `url` is neither a published practice nor a kit with one, 501 for an
    unknown format, 400 for a missing or invalid parameter.
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
        framed = _framed_at(request.GET["url"])
        return respond(_description(framed, width=width, height=height))


def _error(status, text):
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _language_of(address):
    """Return the code of the language of the page at an address."""
    try:
        path = urlsplit(address).path
    except ValueError:
        path = ""
    return get_language_from_path(path) or settings.LANGUAGE_CODE


@dataclasses.dataclass(frozen=True)
class Framed:
    """A practice, list or kit as a page on another site shows it in a frame."""

    title: str
    author: str
    address: str
    query: str
    """The query string of the page to frame."""
    language: str
    direction: str


def _framed_at(address):
    """Return what the address of a practice, whatever its slug, or of a kit has. Raises Http404."""
    try:
        parts = urlsplit(address)
        match = resolve(parts.path)
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    hosts = [urlsplit(own).netloc for own in own_addresses()]
    if parts.netloc in hosts and match.view_name == "practices:practice-detail":
        return _framed_practice(match.kwargs["pk"])
    if parts.netloc in hosts and match.view_name == "practices:kit":
        return _framed_kit(asked_in(QueryDict(parts.query)))
    raise Http404


def _framed_practice(key):
    if key > MAX_KEY:
        raise Http404
    practice = get_object_or_404(Practice.objects.published().with_versions(), pk=key)
    load_local([practice])
    return Framed(
        title=plain(practice.local.title),
        author=plain(practice.credit) or gettext("Submitted anonymously"),
        address=practice.get_absolute_url(),
        query=f"practice={practice.pk}",
        language=practice.local.language,
        direction=practice.local.direction,
    )


def _framed_kit(kit):
    keys = kit.keys[:MOST]
    public = set(Practice.objects.published().filter(pk__in=keys).order_by().values_list("pk", flat=True))
    if not public:
        raise Http404
    title = kit.title or gettext("Kit of practices")
    return Framed(
        title=title,
        author=site.name(),
        address=kit.path,
        query=kit.with_keys(key for key in keys if key in public).embed_query,
        language=get_language(),
        direction=direction_of(title),
    )


def _description(framed, *, width, height):
    html = format_html(
        '<blockquote lang="{}" dir="{}"><a href="{}">{}</a></blockquote>'
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
        framed.language,
        framed.direction,
        site_address(framed.address),
        framed.title,
        f"{site_address(reverse('practices:embed'))}?{framed.query}",
        framed.title,
        width,
        height,
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": framed.title,
        "author_name": framed.author,
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
