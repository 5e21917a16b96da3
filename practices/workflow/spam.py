"""Indicators of spam. They only sort submissions: moderators decide, and nothing is deleted."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from practices.core.titles import folded
from practices.documents import LONG_TEXTS
from practices.models import Submission

LINKS = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
MOST_LINKS = 3
"""Links that all TEXTS together may hold."""
TEXTS = [name for name in LONG_TEXTS if name != "resources"]
"""Long texts, without the field that is meant for links."""
RECENT = timedelta(days=30)


def indicators(submission: Submission, *, now: datetime) -> list[str]:
    """Return why a submission that arrives now looks like spam, in words for moderators; empty if it does not."""
    document = submission.document
    found = []
    if LINKS.search(document["title"]) or LINKS.search(document["summary"]):
        found.append(_("links in its title or summary"))
    if sum(len(LINKS.findall(document[name])) for name in TEXTS) > MOST_LINKS:
        found.append(_("many links in its texts"))
    if _repeats_itself(document):
        found.append(_("the same text in several fields"))
    if _sent_before(submission, since=now - RECENT):
        found.append(_("the same text was sent before"))
    return found


def _repeats_itself(document: dict[str, Any]) -> bool:
    texts = [folded(document[name]) for name in ("summary", *LONG_TEXTS) if len(document[name]) > 40]
    return len(texts) > len(set(texts)) + 1


def _sent_before(submission: Submission, *, since: datetime) -> bool:
    """Return whether too many recent submissions have the same summary."""
    if submission.practice_id:  # an update naturally repeats the summary of its practice
        return False
    same = Submission.objects.filter(
        submitted_at__gte=since, document__summary=submission.document["summary"]
    )
    return same.exclude(pk=submission.pk).count() >= settings.SPAM_REPEATS
