"""Pages of topics: concepts of the thesaurus, and tags that name none of them."""

import dataclasses
from collections import Counter
from functools import cache as once
from functools import cached_property
from itertools import groupby

from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.views.decorators.http import require_safe
from taggit.models import Tag

from practices.choices import UN_LANGUAGES
from practices.core import tokenizer
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.core.plain_text import plain
from practices.core.tokenizer import fold
from practices.discovery import PracticeFilter, Total, results, thesaurus, topics
from practices.exchange.exports import FORMATS
from practices.models import Concept
from practices.notifications import subscriptions
from practices.web.browse.pagination import Position, paginate

MOST_USED = 6
ENOUGH_TO_RANK = 12
"""Topics from which on the most used ones are shown apart."""
MOST_NAMES = 5
"""Names of a concept in one language that its page shows, none of them another form of one before."""
COMMAS = {"ar": "، ", "zh": "、"}
"""Separator of names in languages that have a comma of their own, whether or not the catalogue is offered in them."""


@dataclasses.dataclass(frozen=True)
class Topic:
    name: str
    address: str
    is_used: bool
    """False if there is no practice about it."""
    tagged: int = 0
    """Number of practices that have it as a tag."""
    query: str = ""
    """For a concept, the query string of the search for it."""

    @cached_property
    def total(self) -> Total:
        """The number of its practices, which for a concept takes a search."""
        return PracticeFilter(QueryDict(self.query)).total if self.query else Total(self.tagged)


@public
@require_safe
def topic_list(request):
    """The topics of practices: the most used ones, and all from A to Z."""
    return TemplateResponse(request, "web/browse/topic_list.html", {"index": _index})


@public
@require_safe
def unused_topic_list(request):
    """Topics without a practice. There are hundreds, so they have a page of their own."""
    return TemplateResponse(request, "web/browse/unused_topic_list.html", {"unused": _unused})


def _index():
    """Return the most used topics, (letter, its topics) of each letter, and the number of topics without practices."""
    listed = _all()
    used = [topic for topic in listed if topic.is_used]
    most_used = sorted(used, key=lambda topic: -topic.tagged)[:MOST_USED]
    return {
        "most_used": sorted(most_used, key=lambda topic: -topic.total.number)
        if len(used) >= ENOUGH_TO_RANK
        else [],
        "letters": [(letter, list(its)) for letter, its in groupby(used, key=_letter)],
        "unused": len(listed) - len(used),
    }


def _unused():
    return [topic for topic in _all() if not topic.is_used]


def _all():
    """Return concepts and the tags that name none, from A to Z. A concept has the practices of the tags that name it."""
    counts = results.counts_of_facet("tag")
    tagged: Counter[str] = Counter()
    found = []
    for tag in Tag.objects.filter(slug__in=counts):
        name = capfirst(plain(tag.name))
        if concept := thesaurus.concept_named(name):
            tagged[concept] += counts[tag.slug]
        else:
            found.append(Topic(name, _listing(tag=tag.slug), is_used=True, tagged=counts[tag.slug]))
    in_use = topics.in_use()
    for concept in Concept.objects.visible():
        is_used, address, count = concept.slug in in_use, concept.get_absolute_url(), tagged[concept.slug]
        found.append(Topic(capfirst(concept.name), address, is_used, count, _query(concept)))
    return sorted(found, key=lambda topic: (_letter(topic), fold(topic.name), topic.address))


def _letter(topic):
    """Return the letter under which a topic is listed; "#", which sorts first, for all that begin with none."""
    first = fold(topic.name)[:1].upper()
    return first if first.isalpha() else "#"


def _listing(**filters):
    return f"{reverse('practices:practice-list')}?{urlencode(filters)}"


def _query(concept):
    """Return the query string of the search for a concept, which finds it under all its names."""
    return urlencode({"q": concept.search_text})


@public
@require_safe
def topic_detail(request, slug):
    """The page of a concept. The slug of a tag leads to the concept that it names, or to the practices that have it."""
    # Compared here, as a database may refuse what visitors type into an address.
    concept = Concept.objects.filter(slug=slug).first() if thesaurus.names(slug) else None
    if concept is None:
        return redirect(_address_of_tag(slug))
    query = _query(concept)
    practice_filter = SimpleLazyObject(lambda: PracticeFilter(QueryDict(query)))
    context = {
        "concept": concept,
        "query": query,
        "page": once(lambda: paginate(practice_filter.selection, Position(), sort="relevance")),
        "other_names": lambda: _names_to_show(concept, concept.language)[1:],
        "translations": lambda: _translations(concept),
        "related": lambda: sorted(concept.related.visible(), key=lambda other: fold(other.name)),
        "objectives": once(lambda: list(concept.objectives.all())),
        "formats": FORMATS.values(),
        "estimate": lambda: subscriptions.estimate(query),
        "address": site_address(concept.get_absolute_url()),
    }
    return TemplateResponse(request, "web/browse/topic_detail.html", context)


def _address_of_tag(slug):
    """Return the address to which the slug of a tag leads. Raises Http404 if no practice has that tag."""
    tags = PracticeFilter.base_filters["tag"].find([slug])
    if slug not in tags:
        raise Http404
    concept = thesaurus.concept_named(tags[slug].label)
    return reverse("practices:topic-detail", args=[concept]) if concept else _listing(tag=slug)


def _translations(concept):
    """Return (language code, its name, names of the concept) of each language that the page is not in."""
    return [
        (code, language, COMMAS.get(code, ", ").join(_names_to_show(concept, code)))
        for code, language in UN_LANGUAGES.items()
        if concept.names.get(code) and code != concept.language
    ]


def _names_to_show(concept, language):
    shown = {}
    for name in concept.names.get(language, []):
        stems = [tokenizer.lexemes(word, language)[:2][-1] for word in tokenizer.each_word(name)]
        shown.setdefault(tuple(stems), name)
    return list(shown.values())[:MOST_NAMES]
