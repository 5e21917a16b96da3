"""Views of feeds."""

import gzip
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.http import http_date
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from practices import clock
from practices.core import catalogue_version
from practices.core.cache import cached_per_version
from practices.core.http.caching import compressed_response, public
from practices.core.http.guards import lasting_address, site_address
from practices.core.http.numbers import whole_number
from practices.core.http.open_data import open_data
from practices.discovery import FeedFilter
from practices.web.browse.lazy_filter import has_known_query
from practices.web.feeds import archives
from practices.web.feeds.entries import entries
from practices.web.feeds.formats import FORMATS, Head
from practices.web.feeds.subject import SUBJECTS, own_page

EMPTY_FEED_UPDATED_AT = datetime(2026, 1, 1, tzinfo=UTC)
HEADER_PRECISION = timedelta(seconds=2)
"""Last-Modified has whole seconds: within this span a later change could have the same date."""


@public(has_known_query=has_known_query)
@open_data
@require_safe
def practice_feed(request, extension):
    """The feed of a listing. 404 for a filter that is not valid: no practices are better than the wrong ones."""
    practice_filter = FeedFilter(request.GET)
    if not practice_filter.is_valid():
        raise Http404(" ".join(practice_filter.error_messages))
    if page := own_page(practice_filter):
        return redirect(f"{page}feed.{extension}", permanent=True)
    return _feed(request, extension, "listing", practice_filter.listing_query)


@public
@open_data
@require_safe
def objective_feed(request, number, extension):
    return _feed(request, extension, "objective", number)


@public
@open_data
@require_safe
def country_feed(request, code, extension):
    return _feed(request, extension, "country", code.upper())


def _feed(request, extension, kind, name):
    """Return the feed of the subject that `SUBJECTS[kind]` makes of `name`. Raises Http404."""
    if extension not in FORMATS:
        raise Http404
    archive = request.GET.get("archive") or None
    if archive and not (archive := whole_number(archive)):
        raise Http404
    content, changed_at = _compressed_feed(kind, name, extension, archive)
    response = compressed_response(request, content, content_type=FORMATS[extension].content_type)
    # A withdrawal changes a feed too, so its date is that of the catalogue.
    if changed_at and clock.now() - changed_at > HEADER_PRECISION:
        response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    return response


@cached_per_version
def _compressed_feed(kind, name, extension, archive):
    """Return (the feed, compressed; the instant of the last change). Feed readers ask for both again and again."""
    feed = _write(SUBJECTS[kind](name), extension, archive)
    return gzip.compress(feed.encode(), mtime=0), catalogue_version.changed_at()


def _write(subject, extension, archive):
    practices = subject.practices
    part = archives.archive(practices, archive) if archive else archives.newest(practices)
    written = entries(part.practices, extension)
    links = _links(subject, part, extension)
    head = Head(
        title=subject.title,
        subtitle=gettext("Good practices on migration. To subscribe, copy this address into a feed reader."),
        page_url=site_address(subject.page_address),
        feed_id=lasting_address(subject.feed_path(extension)),
        language=get_language(),
        updated_at=max((entry.revised_at for entry in written), default=EMPTY_FEED_UPDATED_AT),
        links=links,
        ways_on=_ways_on(subject, dict(links)),
        is_archive=bool(part.archive),
        stylesheet=site_address(static("css/web/feeds.css")),
    )
    return FORMATS[extension].write_whole(head, [entry.text for entry in written])


def _links(subject, part, extension):
    """Return (relation, address) pairs: RFC 4287 §4.2.7, RFC 5005 §4, WebSub §4."""

    def address(**archive):
        return site_address(subject.feed_path(extension, **archive))

    links = [("self", address(archive=part.archive))]
    if part.archive:
        links.append(("current", address()))
    if part.newer:
        links.append(("next-archive", address(archive=part.newer)))
    if part.older:
        links.append(("prev-archive", address(archive=part.older)))
    if subject.has_hubs and not part.archive:
        links += [("hub", hub) for hub in settings.WEBSUB_HUBS]
    return links


def _ways_on(subject, links):
    """Return (label, address) pairs for people who open the feed in a browser."""
    labels = {
        "next-archive": gettext("Newer practices"),
        "prev-archive": gettext("Older practices"),
    }
    ways = [(gettext("See these practices on our site"), site_address(subject.page_address))]
    return ways + [(label, links[relation]) for relation, label in labels.items() if relation in links]
