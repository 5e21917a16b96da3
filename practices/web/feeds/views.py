"""The addresses of the feeds."""

import gzip
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from practices.core import catalogue_version
from practices.core.http.caching import from_packed, public
from practices.discovery.filters import PracticeFilter
from practices.models import Country, Objective, Practice
from practices.web.feeds import archives, subject
from practices.web.feeds.entries import entries
from practices.web.feeds.formats import FORMATS, Head

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without practices was last updated."""

A_SECOND_AND_MORE = timedelta(seconds=2)

LARGEST_NUMBER = 2**63 - 1
"""What a primary key can be."""


@public
@require_safe
def practice_feed(request, extension):
    """The feed of a listing. 404 for a filter that is not valid: no practices are better than the wrong ones."""
    practice_filter = PracticeFilter(request.GET, queryset=Practice.objects.published())
    if not practice_filter.is_valid():
        raise Http404(" ".join(practice_filter.error_messages))
    if page := subject.page_of_its_own(practice_filter):
        return redirect(f"{page}feed.{extension}", permanent=True)
    return _feed(
        request, extension, practice_filter.listing_query, lambda: subject.of_listing(practice_filter)
    )


@public
@require_safe
def objective_feed(request, number, extension):
    def of_objective():
        return subject.of_objective(get_object_or_404(Objective, number=number))

    return _feed(request, extension, f"of objective {number}", of_objective)


@public
@require_safe
def country_feed(request, code, extension):
    def of_country():
        return subject.of_country(get_object_or_404(Country, code=code.upper()))

    return _feed(request, extension, f"of country {code.upper()}", of_country)


def _feed(request, extension, name, what):
    """The feed of what `what` returns, kept compressed under `name`: readers ask again and again."""
    if extension not in FORMATS:
        raise Http404
    archive = _number(request.GET["archive"]) if request.GET.get("archive") else None
    packed, changed_at = catalogue_version.cached(
        f"feed {extension} {name} {archive}",
        lambda: (
            gzip.compress(_write(what(), extension, archive).encode(), mtime=0),
            catalogue_version.changed_at(),
        ),
    )
    response = from_packed(request, packed, content_type=FORMATS[extension].content_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    # A withdrawal changes a feed too, so its date is that of the catalogue. Dates in headers know whole seconds
    # alone: one of just now could stand for what came later in its second.
    if changed_at and timezone.now() - changed_at > A_SECOND_AND_MORE:
        response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    return response


def _write(what, extension, archive):
    part = archives.archive(what.practices, archive) if archive else archives.newest(what.practices)
    head = Head(
        title=what.title,
        subtitle=gettext(
            "Good practices on migration. To follow them, copy this address into a feed reader."
        ),
        page_url=settings.SITE_URL + what.page_address,
        feed_id=settings.SITE_URL + what.feed_path(extension),
        language=get_language(),
        updated_at=max((practice.revised_at for practice in part.practices), default=BEGINNING),
        links=_links(what, part, extension),
        is_archive=bool(part.archive),
        stylesheet=settings.SITE_URL + static("css/web/feeds.css"),
    )
    return FORMATS[extension].write_whole(head, entries(part.practices, extension))


def _number(text):
    try:
        number = int(text)
    except ValueError:
        raise Http404 from None
    if not 0 < number <= LARGEST_NUMBER:
        raise Http404
    return number


def _links(what, part, extension):
    """(relation, address) pairs: RFC 4287 §4.2.7, RFC 5005 §4, WebSub §4."""

    def at(**name):
        return settings.SITE_URL + what.feed_path(extension, **name)

    links = [("self", at(archive=part.archive))]
    if part.archive:
        links.append(("current", at()))
    if part.newer:
        links.append(("next-archive", at(archive=part.newer)))
    if part.older:
        links.append(("prev-archive", at(archive=part.older)))
    if what.is_pinged and not part.archive:
        links += [("hub", hub) for hub in settings.WEBSUB_HUBS]
    return links
