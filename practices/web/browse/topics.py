"""Page of the topics (tags) of practices."""

import dataclasses
from itertools import groupby

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from taggit.models import Tag

from practices.core.http.caching import public
from practices.core.plain_text import plain
from practices.core.tokenizer import fold
from practices.discovery import Total, results

MOST_USED = 6
ENOUGH_TO_RANK = 12
"""Topics from which on the most used ones are shown apart."""


@dataclasses.dataclass(frozen=True)
class Topic:
    name: str
    slug: str
    total: Total


@public
@require_safe
def topic_list(request):
    """All topics of published practices with their numbers: the most used ones, and from A to Z."""
    return TemplateResponse(request, "web/browse/topic_list.html", {"index": _index})


def _index():
    """Return the most used topics, and (letter, its topics) of each letter."""
    counts = results.counts_of_facet("tag")
    tags = Tag.objects.filter(slug__in=counts)
    topics = [Topic(plain(tag.name), tag.slug, Total(counts[tag.slug])) for tag in tags]
    topics.sort(key=lambda topic: (_letter(topic), fold(topic.name), topic.slug))
    ranked = sorted(topics, key=lambda topic: -topic.total.number)[:MOST_USED]
    return {
        "most_used": ranked if len(topics) >= ENOUGH_TO_RANK else [],
        "letters": [(letter, list(its)) for letter, its in groupby(topics, key=_letter)],
    }


def _letter(topic):
    """Return the letter under which a topic is listed; "#", which sorts first, for all that begin with none."""
    first = fold(topic.name)[:1].upper()
    return first if first.isalpha() else "#"
