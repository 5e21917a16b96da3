"""Practices as entries of a feed, written once for each revision, format and language."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext

from practices.core import catalogue_version
from practices.documents import Reading, plain, read
from practices.models import Practice, Revision
from practices.web.feeds.formats import FORMATS, Entry


def entries(practices: Sequence[Practice], extension: str) -> list[str]:
    """Each practice as an entry, ready to stand in a feed of that format."""
    numbers = {f"feed.{extension}.{each.pk}.{each.revision_number}": each.pk for each in practices}

    def write(missing: list[str]) -> dict[str, str]:
        practices = Practice.objects.in_bulk([numbers[key] for key in missing])
        latest = Revision.objects.filter(practice__in=practices, number=F("practice__revision_number"))
        readings = {key: read(document) for key, document in latest.values_list("practice", "document")}
        found = {key: entry_of(practices[numbers[key]], readings[numbers[key]]) for key in missing}
        return {key: FORMATS[extension].entry(entry) for key, entry in found.items()}

    written = catalogue_version.cached_fragments(numbers, write)
    return [written[key] for key in numbers]


def entry_of(practice: Practice, reading: Reading) -> Entry:
    """What feeds say of a practice, which its latest document says."""
    url = settings.SITE_URL + practice.get_absolute_url()
    content = render_to_string("web/feeds/feed_entry.html", {"reading": reading, "url": url})
    return Entry(
        guid=guid(practice),
        url=url,
        title=plain(reading.title),
        summary=plain(reading.summary),
        content=plain(content).strip(),
        credit=plain(reading.credit) or gettext("Submitted anonymously"),
        categories=[*(str(objective) for objective in reading.objectives), *reading.tags],
        language=reading.language,
        published_at=practice.published_at,
        revised_at=practice.revised_at,
    )


def guid(practice: Practice) -> str:
    """Never changes, whatever becomes of the title or the address of the site's pages."""
    return f"tag:{settings.SITE_HOST},2026:practice:{practice.pk}"
