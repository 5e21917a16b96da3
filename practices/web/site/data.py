"""The page about the catalogue's data, its description for data portals, and dumps."""

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core import catalogue_version
from practices.core.http.caching import page_etag, public
from practices.core.http.files import file_response
from practices.core.http.guards import site_address
from practices.core.http.languages import path_in
from practices.core.http.open_data import open_data
from practices.core.json_script import json_script
from practices.exchange import codebook, dcat, dumps
from practices.exchange.exports import FORMATS
from practices.models import Dump, Practice


def _changes_with_dumps(request):
    """Keep the page out of the cache of whole pages, which knows the version of the catalogue only."""
    return False


def _tagged(request, response, dump):
    """Give a page that names the newest dump an ETag of its own."""
    if not settings.DEBUG:
        version = f"{catalogue_version.current()}|{dump.pk if dump else ''}"
        response.headers["ETag"] = page_etag(request, version)
    return response


@public(has_known_query=_changes_with_dumps)
@require_safe
def data(request):
    """Explain how to take away and cite what is public: downloads, columns, dump, feeds, lists to embed."""
    dump = dumps.newest()
    context = {
        "address": site_address(request.path),
        "formats": FORMATS.values(),
        "entries": codebook.entries,
        "oai": site_address(path_in(settings.LANGUAGE_CODE, reverse("practices:oai"))),
        "dump": dump,
        "dump_key": dump.pk if dump else 0,
        "example": lambda: Practice.objects.published().first(),
        "description": lambda: json_script(dcat.catalog(dump, changed_at=catalogue_version.changed_at())),
    }
    return _tagged(request, TemplateResponse(request, "web/site/data.html", context), dump)


@public(has_known_query=_changes_with_dumps)
@open_data
@require_safe
def data_description(request):
    dump = dumps.newest()
    description = dcat.catalog(dump, changed_at=catalogue_version.changed_at())
    return _tagged(request, JsonResponse(description, content_type="application/ld+json"), dump)


@open_data
@require_safe
def newest_dump(request):
    """Redirect programs that fetch the newest dump regularly."""
    dump = dumps.newest()
    if dump is None:
        raise Http404
    return redirect("practices:dump", dump.name)


@public(has_known_query=_changes_with_dumps)
@open_data
@require_safe
def dump(request, name):
    return file_response(request, get_object_or_404(Dump, name=name))


@public(has_known_query=_changes_with_dumps)
@open_data
@require_safe
def dump_checksum(request, name):
    """The checksum of a dump, as `sha256sum --check` reads it."""
    found = get_object_or_404(Dump, name=name)
    return HttpResponse(f"{found.sha256}  {found.name}\n", content_type="text/plain; charset=utf-8")
