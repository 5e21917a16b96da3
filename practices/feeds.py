"""Atom and RSS of every view of the catalogue (RFC 4287; RSS 2.0)."""

from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, Stylesheet
from django.utils.translation import gettext
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from practices.filters import PracticeFilter
from practices.models import Objective, Practice
from practices.views.helpers import public

# Browsers show application/atom+xml and application/rss+xml as bare source and ignore the stylesheet; as
# application/xml they show a page people can read, and feed readers go by the content.
READABLE_TYPE = "application/xml; charset=utf-8"


class AtomFeed(Atom1Feed):
    """Atom with the stylesheets that Django writes into RSS alone."""

    content_type = READABLE_TYPE

    def write(self, outfile, encoding):
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        for stylesheet in self.feed["stylesheets"] or []:
            handler.processingInstruction("xml-stylesheet", stylesheet)
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")


class RssFeed(Rss201rev2Feed):
    content_type = READABLE_TYPE


GENERATORS = {"atom": AtomFeed, "rss": RssFeed}


class PracticeFeed(Feed):
    """The newest practices of a filter. Absolute links come from SITE_URL, never from the request."""

    def __init__(self, extension):
        self.extension = extension
        self.feed_type = GENERATORS[extension]

    def get_object(self, request, **kwargs):
        practice_filter = PracticeFilter(request.GET, queryset=self._practices())
        if not practice_filter.is_valid():
            raise Http404(" ".join(practice_filter.fault_messages))
        return practice_filter

    @staticmethod
    def _practices():
        return Practice.objects.published().prefetch_related("objectives", "tags")

    def stylesheets(self):
        return [Stylesheet(settings.SITE_URL + static("css/feed.css"), mimetype="text/css", media="all")]

    def title(self, practice_filter):
        return f"{gettext('Migration Good Practices')}: {practice_filter.words or gettext('all practices')}"

    def subtitle(self, practice_filter):
        return gettext(
            "New good practices on migration. To follow them, copy this address into a feed reader."
        )

    description = subtitle

    def link(self, practice_filter):
        return settings.SITE_URL + self.page_path(practice_filter)

    def feed_url(self, practice_filter):
        return settings.SITE_URL + self.feed_path(practice_filter)

    def feed_guid(self, practice_filter):
        return self.feed_url(practice_filter)

    def page_path(self, practice_filter):
        return with_query(reverse("practices:practice-list"), practice_filter.query)

    def feed_path(self, practice_filter):
        return with_query(reverse("practices:practice-feed", args=[self.extension]), practice_filter.query)

    def items(self, practice_filter):
        return practice_filter.practices[: settings.FEED_LENGTH]

    def item_title(self, practice):
        return practice.title

    def item_description(self, practice):
        """Feeds carry HTML; a summary is plain text, so only what HTML would take for markup is escaped."""
        return escape(practice.summary)

    def item_link(self, practice):
        return settings.SITE_URL + practice.get_absolute_url()

    def item_guid(self, practice):
        """Never changes, whatever becomes of the title or the address of the site's pages."""
        return f"tag:{settings.SITE_HOST},2026:practice:{practice.pk}"

    item_guid_is_permalink = False

    def item_author_name(self, practice):
        return practice.credit or gettext("Submitted anonymously")

    def item_categories(self, practice):
        return [
            *(str(objective) for objective in practice.objectives.all()),
            *(tag.name for tag in practice.tags.all()),
        ]

    def item_pubdate(self, practice):
        return practice.published_at

    def item_updateddate(self, practice):
        return practice.revised_at


class ObjectiveFeed(PracticeFeed):
    """The newest practices of one objective."""

    def get_object(self, request, number):
        return get_object_or_404(Objective, number=number)

    def title(self, objective):
        return f"{gettext('Migration Good Practices')}: {objective}"

    def subtitle(self, objective):
        follow = gettext("To follow it, copy this address into a feed reader.")
        return f"{objective.title}. {follow}"

    description = subtitle

    def page_path(self, objective):
        return objective.get_absolute_url()

    def feed_path(self, objective):
        return reverse("practices:objective-feed", args=[objective.number, self.extension])

    def items(self, objective):
        return self._practices().filter(placements__objective=objective)[: settings.FEED_LENGTH]


def with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


@public
@require_safe
def practice_feed(request, extension):
    return _feed(PracticeFeed, request, extension)


@public
@require_safe
def objective_feed(request, number, extension):
    return _feed(ObjectiveFeed, request, extension, number=number)


def _feed(feed, request, extension, **kwargs):
    if extension not in GENERATORS:
        raise Http404
    response = feed(extension)(request, **kwargs)
    # Its date does not change when a practice is withdrawn; the ETag does.
    del response.headers["Last-Modified"]
    return response
