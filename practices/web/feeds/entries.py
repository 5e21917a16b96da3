"""The entries of feeds, each written once for a revision, a format and a language."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from practices.core.cache import cached_each_per_version
from practices.core.http.guards import lasting_host, site_address
from practices.documents import Reading, load_local, plain, read, version_into
from practices.models import Adaptation, Practice, Revision
from practices.web.feeds.formats import FORMATS, Entry


@dataclasses.dataclass(frozen=True)
class WrittenEntry:
    """An entry as text that `FORMATS[extension].write_whole` puts into a feed, and when what it says has changed."""

    text: str
    revised_at: datetime


def entries(practices: Sequence[Practice], extension: str) -> list[WrittenEntry]:
    """Return the entry of each practice that `with_versions` has loaded."""
    language = get_language()
    keys = [
        (
            extension,
            practice.pk,
            practice.revision_number,
            version_into(language, practice.translated_into or ""),
            practice.used_as or "",
        )
        for practice in practices
    ]
    written = _written_entries(keys)
    return [written[key] for key in keys]


type _Key = tuple[str, int, int, str, str]
"""Extension, practice, revision number, versions of its translation into the active language and of its uses."""


@cached_each_per_version(across_publications=True)
def _written_entries(keys: list[_Key]) -> dict[_Key, WrittenEntry]:
    """Write entries, whose revisions, translations and uses must be the latest. At most four queries."""
    practices = Practice.objects.with_versions().in_bulk({pk for _extension, pk, *_versions in keys})
    load_local(practices.values())
    latest = Revision.objects.filter(practice__in=practices, number=F("practice__revision_number"))
    readings = {
        pk: read(document, practices[pk].translation)
        for pk, document in latest.values_list("practice", "document")
    }
    used = adaptations_of(practices.values())
    found = {}
    for key in keys:
        extension, pk, *_versions = key
        entry = entry_of(practices[pk], readings[pk], used.get(pk, ()))
        found[key] = WrittenEntry(FORMATS[extension].entry(entry), entry.revised_at)
    return found


def adaptations_of(practices: Iterable[Practice]) -> dict[int, list[Adaptation]]:
    """Return the uses elsewhere of practices that `with_versions` has loaded. No query where there are none."""
    found: dict[int, list[Adaptation]] = {}
    used = [practice.pk for practice in practices if practice.used_as]
    rows = Adaptation.objects.published().filter(practice__in=used).select_related("country")
    for row in rows if used else ():
        found.setdefault(row.practice_id, []).append(row)
    return found


def entry_of(practice: Practice, reading: Reading, used: Sequence[Adaptation] = ()) -> Entry:
    """Return the feed entry of a practice, which is updated with each report on its use elsewhere.

    `reading` is its latest document, in the language of the feed.
    """
    url = site_address(practice.get_absolute_url())
    context = {"reading": reading, "url": url, "translation": practice.translation, "adaptations": used}
    content = render_to_string("web/feeds/feed_entry.html", context)
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
        revised_at=revised_at(practice, used),
    )


def revised_at(practice: Practice, used: Sequence[Adaptation] = ()) -> datetime:
    """Return the instant at which what an entry says has changed: the practice, its translation, or a use elsewhere."""
    translated = [practice.translation.revised_at] if practice.translation else []
    return max([practice.revised_at, *translated, *(row.published_at for row in used)])


def guid(practice: Practice) -> str:
    """Return the id of an entry (RFC 4151), which stays when the title or the address of the page changes."""
    return f"tag:{lasting_host()},2026:practice:{practice.pk}"
