"""Formats of feeds. A new one is a class with `entry` and `write_whole`, and its line in FORMATS."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from xml.sax.saxutils import escape

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, Stylesheet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.xmlutils import SimplerXMLGenerator

# Browsers show application/atom+xml and application/rss+xml as bare source and ignore the stylesheet; as
# application/xml they show a page people can read, with the elements of XHTML that it has, and feed readers go by the
# content.
READABLE_TYPE = "application/xml; charset=utf-8"

HISTORY = "http://purl.org/syndication/history/1.0"
"""Namespace of the mark of an archive (RFC 5005)."""
XHTML = {"xmlns:xhtml": "http://www.w3.org/1999/xhtml"}
"""Namespace of links and dates for people who open a feed in a browser. Feed readers skip it (RFC 4287 §6.3)."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """A practice as feeds tell of it. `content` is HTML, all else plain text."""

    guid: str
    url: str
    title: str
    summary: str
    content: str
    credit: str
    categories: Sequence[str]
    language: str
    published_at: datetime
    revised_at: datetime


@dataclasses.dataclass(frozen=True)
class Head:
    """Metadata of a feed. `links` are pairs of relation and address, such as ("self", …)."""

    title: str
    subtitle: str
    page_url: str
    feed_id: str
    language: str
    updated_at: datetime
    links: Sequence[tuple[str, str]]
    ways_on: Sequence[tuple[str, str]]
    """Pairs of label and address: links for people who open the feed in a browser."""
    is_archive: bool
    stylesheet: str


class _StoredEntries:
    """Mixin of Django's feed generators: writes one entry to be stored, and a whole feed around stored entries."""

    @classmethod
    def entry(cls, entry: Entry) -> str:
        feed = cls(title="", link="", description="")
        feed.add_item(
            title=entry.title,
            link=entry.url,
            description=escape(
                entry.summary
            ),  # feeds carry HTML; this escapes what HTML would take for markup
            content=entry.content,
            author_name=entry.credit,
            unique_id=entry.guid,
            unique_id_is_permalink=False,
            categories=entry.categories,
            pubdate=entry.published_at,
            updateddate=entry.revised_at,
            language=entry.language,
        )
        out = StringIO()
        super(_StoredEntries, feed).write_items(SimplerXMLGenerator(out, "utf-8", short_empty_elements=True))
        return out.getvalue()

    @classmethod
    def write_whole(cls, head: Head, entries: Sequence[str]) -> str:
        feed = cls(
            title=head.title,
            link=head.page_url,
            description=head.subtitle,
            subtitle=head.subtitle,
            language=head.language,
            feed_guid=head.feed_id,
            stylesheets=[Stylesheet(head.stylesheet, mimetype="text/css", media="all")],
            head=head,
            entries=entries,
        )
        return feed.writeString("utf-8")

    def write_items(self, handler):
        for entry in self.feed["entries"]:
            handler.ignorableWhitespace(entry)  # the one way to hand on what is XML already

    def latest_post_date(self):
        return self.feed["head"].updated_at

    def add_links(self, handler, *, element):
        for relation, address in self.feed["head"].links:
            handler.addQuickElement(element, "", {"rel": relation, "href": address})
        if self.feed["head"].is_archive:
            handler.addQuickElement("fh:archive", None, {"xmlns:fh": HISTORY})
        for label, address in self.feed["head"].ways_on:
            handler.addQuickElement("xhtml:a", label, {"href": address})

    def add_for_people(self, handler, item):
        """Add a link to the practice and its dates in words."""
        handler.addQuickElement("xhtml:a", item["title"], {"href": item["link"], "dir": "auto"})
        published, revised = (timezone.localtime(item[name]) for name in ("pubdate", "updateddate"))
        dates = [(gettext("Published on %(date)s"), published)]
        if revised.date() > published.date():
            dates.append((gettext("Updated on %(date)s"), revised))
        for words, instant in dates:
            text = words % {"date": date_format(instant, "DATE_FORMAT")}
            handler.addQuickElement("xhtml:time", text, {"datetime": instant.isoformat()})


class AtomFeed(_StoredEntries, Atom1Feed):
    content_type = READABLE_TYPE

    def write(self, outfile, encoding):
        """As Django does, with the stylesheets that it writes into RSS alone."""
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        for stylesheet in self.feed["stylesheets"] or []:
            handler.processingInstruction("xml-stylesheet", stylesheet)
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def root_attributes(self):
        return super().root_attributes() | XHTML

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        self.add_links(handler, element="link")

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})
        self.add_for_people(handler, item)


class RssFeed(_StoredEntries, Rss201rev2Feed):
    content_type = READABLE_TYPE

    def rss_attributes(self):
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dcterms": "http://purl.org/dc/terms/",
            **XHTML,
        }

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        self.add_links(handler, element="atom:link")

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("dcterms:modified", item["updateddate"].isoformat())
        handler.addQuickElement("content:encoded", item["content"])
        self.add_for_people(handler, item)


class JsonFeed:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

    content_type = "application/feed+json; charset=utf-8"

    @staticmethod
    def entry(entry: Entry) -> str:
        return _json(
            {
                "id": entry.guid,
                "url": entry.url,
                "title": entry.title,
                "summary": entry.summary,
                "content_html": entry.content,
                "date_published": entry.published_at.isoformat(),
                "date_modified": entry.revised_at.isoformat(),
                "authors": [{"name": entry.credit}],
                "tags": list(entry.categories),
                "language": entry.language,
            }
        )

    @staticmethod
    def write_whole(head: Head, entries: Sequence[str]) -> str:
        links = dict(head.links)
        hubs = [{"type": "WebSub", "url": address} for relation, address in head.links if relation == "hub"]
        top = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": head.title,
            "description": head.subtitle,
            "home_page_url": head.page_url,
            "feed_url": links["self"],
            "language": head.language,
        }
        if "prev-archive" in links:
            top["next_url"] = links["prev-archive"]
        if hubs:
            top["hubs"] = hubs
        return f'{_json(top)[:-1]},"items":[{",".join(entries)}]}}'


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


FORMATS = {"atom": AtomFeed, "rss": RssFeed, "json": JsonFeed}
"""Extension → format."""
