"""Citations of a practice in the formats of reference managers."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices import documents
from practices.choices import LANGUAGE_NAMES
from practices.core.http.caching import public
from practices.core.http.open_data import open_data
from practices.documents import citations
from practices.models import Practice
from practices.web.practice.withdrawn import gone


@public
@open_data
@require_safe
def practice_citation(request, pk, slug, extension):
    """The latest revision in a format of reference managers, in the language that is asked for as on its page."""
    if extension not in citations.FORMATS:
        raise Http404
    practice = get_object_or_404(Practice.objects.with_versions(), pk=pk)
    if not practice.is_public:
        return gone(request, practice)
    if slug != practice.slug:
        path = reverse("practices:practice-citation", args=[practice.pk, practice.slug, extension])
        return redirect(path + asked_language(request), permanent=True)
    form = citations.FORMATS[extension]
    documents.load_in(practice, request.GET.get("in", ""))
    citation = latest_citation(practice, practice.revisions.latest("number"))
    response = HttpResponse("".join(form.write([citation])), content_type=form.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="practice-{practice.pk}.{extension}"'
    return response


@public
@open_data
@require_safe
def permanent_citation(request, pk, extension):
    """Redirect from the permanent address of a citation to the citation. Not for good, as titles change."""
    if extension not in citations.FORMATS:
        raise Http404
    practice = get_object_or_404(Practice, pk=pk)
    if not practice.is_public:
        return gone(request, practice)
    path = reverse("practices:practice-citation", args=[practice.pk, practice.slug, extension])
    return redirect(path + asked_language(request))


def asked_language(request):
    """Return the query string that asks for the language of the text that a request has asked for; empty for none."""
    language = request.GET.get("in", "")
    return f"?in={language}" if language in LANGUAGE_NAMES else ""


def latest_citation(practice, revision):
    """Return the citation of the latest revision of a practice, or of the translation that its readers are shown."""
    return citations.citation_of(
        practice,
        documents.for_readers(revision.document),
        revision=revision.number,
        revised_at=revision.published_at,
        translation=practice.translation,
    )
