"""Practices as entries of a feed, written once for each revision, format and language."""

from collections.abc import Sequence

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from practices.documents import FIELDS, SECTIONS, plain
from practices.feeds.formats import FORMATS, Entry
from practices.models import Practice

KEPT_SECONDS = 24 * 3600


def entries(practices: Sequence[Practice], extension: str) -> list[str]:
    """Each practice as an entry, ready to stand in a feed of that format."""
    keys = {practice.pk: _key(practice, extension) for practice in practices}
    stored = cache.get_many(keys.values())
    if missing := [pk for pk, key in keys.items() if key not in stored]:
        loaded = Practice.objects.filter(pk__in=missing).prefetch_related("objectives", "countries", "tags")
        new = {keys[practice.pk]: FORMATS[extension].entry(entry_of(practice)) for practice in loaded}
        cache.set_many(new, timeout=KEPT_SECONDS)
        stored |= new
    return [stored[key] for key in keys.values() if key in stored]


def _key(practice: Practice, extension: str) -> str:
    return f"feed.{extension}.{get_language()}.{practice.pk}.{practice.revision_number}"


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
