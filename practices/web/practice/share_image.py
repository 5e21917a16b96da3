"""Pictures for messengers and social networks: of a practice, of an objective, of the catalogue."""

import hashlib

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext
from django.views.decorators.http import require_safe

from practices.core import site
from practices.core.colours import colour
from practices.core.http.caching import is_not_modified, public
from practices.core.plain_text import plain
from practices.documents import load_in
from practices.models import Objective, Practice
from practices.web.practice.citations import asked_language
from practices.web.practice.drawing import Picture, draw

DESIGN = 3
"""To be raised when the drawing changes, so that caches fetch it anew."""


@public
@require_safe
def practice_picture(request, pk, slug):
    practice = get_object_or_404(Practice.objects.for_listing(), pk=pk)
    if not practice.is_public:
        return HttpResponse(gettext("This practice was withdrawn"), status=410, content_type="text/plain")
    if slug != practice.slug:
        path = reverse("practices:practice-picture", args=[practice.pk, practice.slug])
        return redirect(path + asked_language(request), permanent=True)
    load_in(practice, request.GET.get("in", ""))
    facts = " · ".join(str(fact) for fact in (practice.place, practice.years) if fact)
    return _png(
        request,
        objective=practice.main_objective,
        title=plain(practice.local.title),
        title_is_rtl=practice.local.direction == "rtl",
        facts=facts,
    )


@public
@require_safe
def objective_picture(request, number):
    objective = get_object_or_404(Objective, number=number)
    return _png(
        request, objective=objective, title=objective.local.short_label, title_is_rtl=get_language_bidi()
    )


@public
@require_safe
def picture(request):
    return _png(
        request,
        title=site.tagline() or gettext("What worked, for whom, and where"),
        title_is_rtl=get_language_bidi(),
        facts=settings.SITE_HOST,
    )


def _png(request, *, objective=None, **words):
    """The picture that says `words`, or 304 if that is what the visitor has; it is drawn only if need be."""
    eyebrow = ""
    if objective:
        eyebrow = gettext("Objective %(number)d: %(label)s") % {
            "number": objective.number,
            "label": objective.local.short_label,
        }
    wanted = Picture(
        site=site.name(),
        accent=colour("accent"),
        on_accent=colour("accent-ink"),
        has_mark=not settings.LOGO,
        eyebrow=eyebrow,
        objective=objective and objective.number,
        is_rtl=get_language_bidi(),
        **words,
    )
    headers = {"ETag": f'W/"{hashlib.sha256(f"{DESIGN} {wanted}".encode()).hexdigest()[:32]}"'}
    if is_not_modified(request.META, headers):
        return HttpResponseNotModified(headers=headers | {"Vary": "Accept-Encoding"})
    return HttpResponse(draw(wanted), content_type="image/png", headers=headers)
