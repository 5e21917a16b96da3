"""Page of the topics (tags) of practices."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from taggit.models import Tag

from practices.core.http.caching import public
from practices.discovery import Selection, results


@public
@require_safe
def topic_list(request):
    """All topics that published practices have, with the number of practices."""
    return TemplateResponse(request, "web/browse/topic_list.html", {"topics": _counted_topics})


def _counted_topics():
    """Return (tag, number of its practices), by name."""
    counts = {
        key.removeprefix("tag:"): count
        for key, count in results.facet_counts(Selection()).items()
        if key.startswith("tag:")
    }
    tags = Tag.objects.filter(slug__in=counts).order_by("name")
    return [(tag, counts[tag.slug]) for tag in tags]
