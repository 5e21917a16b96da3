"""Practices as entries of a feed, written once for each revision, format and language."""

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext

from practices import versions
from practices.documents import FIELDS, SECTIONS, plain
from practices.feeds.formats import FORMATS, Entry
from practices.models import Practice


def entries(practices: Sequence[Practice], extension: str) -> list[str]:
    """Each practice as an entry, ready to stand in a feed of that format."""
    numbers = {f"feed.{extension}.{each.pk}.{each.revision_number}": each.pk for each in practices}

    def write(missing: list[str]) -> dict[str, str]:
        practices = Practice.objects.filter(pk__in=[numbers[key] for key in missing])
        loaded = practices.prefetch_related("objectives", "countries", "tags").in_bulk()
        return {key: FORMATS[extension].entry(entry_of(loaded[numbers[key]])) for key in missing}

    written = versions.cached_fragments(numbers, write)
    return [written[key] for key in numbers]


def entry_of(practice: Practice) -> Entry:
    """What feeds say of a practice. Its objectives, countries and tags should be loaded."""
    objectives = [str(objective) for objective in practice.objectives.all()]
    url = settings.SITE_URL + practice.get_absolute_url()
    return Entry(
        guid=guid(practice),
        url=url,
        title=plain(practice.title),
        summary=plain(practice.summary),
        content=_content(practice, url=url, objectives=objectives),
        credit=plain(practice.credit) or gettext("Submitted anonymously"),
        categories=[*objectives, *(tag.name for tag in practice.tags.all())],
        language=practice.language,
        published_at=practice.published_at,
        revised_at=practice.revised_at,
    )


def guid(practice: Practice) -> str:
    """Never changes, whatever becomes of the title or the address of the site's pages."""
    return f"tag:{settings.SITE_HOST},2026:practice:{practice.pk}"


def _content(practice: Practice, *, url: str, objectives: list[str]) -> str:
    context = {
        "practice": practice,
        "url": url,
        "objectives": objectives,
        "sections": [
            (FIELDS[name].label, getattr(practice, name)) for name in SECTIONS if getattr(practice, name)
        ],
    }
    return plain(render_to_string("practices/feed_entry.html", context)).strip()
