"""What makes a proposal look like spam. Signs only: people decide, and nothing is thrown away."""

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
"""In all long texts together; fields that are for links do not count."""
TALES = [name for name in LONG_TEXTS if name != "resources"]
RECENT = timedelta(days=30)


def signs(submission: Submission, *, now: datetime) -> list[str]:
    """Why a submission that arrives now looks like spam, in words for moderators; empty when it does not."""
    document = submission.document
    found = []
    if LINKS.search(document["title"]) or LINKS.search(document["summary"]):
        found.append(_("links in its title or summary"))
    if sum(len(LINKS.findall(document[name])) for name in TALES) > MOST_LINKS:
        found.append(_("many links in its texts"))
    if _says_the_same_again(document):
        found.append(_("the same text in several fields"))
    if _sent_before(submission, since=now - RECENT):
        found.append(_("the same text was sent before"))
    return found


def _says_the_same_again(document: dict[str, Any]) -> bool:
    said = [folded(document[name]) for name in ("summary", *LONG_TEXTS) if len(document[name]) > 40]
    return len(said) > len(set(said)) + 1


def _sent_before(submission: Submission, *, since: datetime) -> bool:
    """Whether others of the same summary came lately; updates of a practice are like it by nature."""
    if submission.practice_id:
        return False
    same = Submission.objects.filter(
        submitted_at__gte=since, document__summary=submission.document["summary"]
    )
    return same.exclude(pk=submission.pk).count() >= settings.SPAM_REPEATS
