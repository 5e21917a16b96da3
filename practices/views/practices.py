"""Reading: a practice, its revisions and what changed in them, and the schema of its document."""

from itertools import pairwise

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from practices import differences, documents, neighbours, selections, versions
from practices.exports import citations
from practices.filters import PracticeFilter
from practices.models import Attachment, Practice, Revision
from practices.views.helpers import public, site_address


@public
@require_safe
def practice_detail(request, pk, slug):
    # Most practices have no files, and need not be asked for them.
    files = Attachment.objects.filter(practice=OuterRef("practice"))
    of_practice = Revision.objects.filter(practice__in=Practice.objects.filter(pk=pk).order_by())
    revision = of_practice.select_related("practice").annotate(has_files=Exists(files)).first()
    if revision is None:
        raise Http404
    practice = revision.practice
    if practice.withdrawn_at:
        return _gone(request, practice)
    if slug != practice.slug:
        query = request.META["QUERY_STRING"]
        return redirect(practice.get_absolute_url() + (f"?{query}" if query else ""), permanent=True)
    reading = documents.read(revision.document)
    source = _source(practice, revision)
    context = {
        "practice": practice,
        "reading": reading,
        "attachments": practice.attachments.all() if revision.has_files else [],
        "revision": revision,
        "address": source.address,
        "facts": citations.json_ld(source, published=practice.published_at, countries=reading.countries),
        "styles": citations.STYLES,
        "related": versions.cached(f"related {practice.pk}", lambda: _related(practice, reading)),
        **_place_in_list(request, practice),
    }
    return TemplateResponse(request, "practices/practice_detail.html", context)


def _related(practice, reading):
    return neighbours.related(
        practice,
        objectives=reading.objectives,
        countries=reading.countries,
        tags=reading.tags,
        practice_type=reading.type,
    )


def _place_in_list(request, practice):
    """What the page says of the list its reader comes from: the listing's filters, in the same query string."""
    practice_filter = PracticeFilter(request.GET, queryset=Practice.objects.published())
    key = f"beside {practice.pk} {practice_filter.listing_query}"
    return {
        "neighbours": versions.cached(key, lambda: _beside(practice, practice_filter)),
        "list_query": practice_filter.listing_query,
        "list_words": practice_filter.words,
    }


def _beside(practice, practice_filter):
    sort, selection = practice_filter.sort, practice_filter.selection
    if sort == "newest" and not selection.terms:
        return neighbours.beside(practice, practice_filter.practices)
    found = selections.page(selection, sort=sort, size=neighbours.LIST_LENGTH, number=1)
    return neighbours.beside_in_order(practice, [each.practice for each in found])


@public
@require_safe
def practice_citation(request, pk, slug, extension):
    """The latest revision as reference managers read it."""
    if extension not in citations.STYLES:
        raise Http404
    practice = get_object_or_404(Practice, pk=pk)
    if practice.withdrawn_at:
        return _gone(request, practice)
    if slug != practice.slug:
        return redirect("practices:practice-citation", practice.pk, practice.slug, extension, permanent=True)
    style = citations.STYLES[extension]
    source = _source(practice, practice.revisions.latest("number"))
    response = HttpResponse(style.write(source), content_type=style.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="practice-{practice.pk}.{extension}"'
    return response


def _source(practice, revision):
    document = documents.complete(revision.document)
    return citations.Source(
        key=f"migration-good-practices-{practice.pk}",
        title=document["title"],
        credit=document["credit"],
        on=revision.published_at.date(),
        revision=revision.number,
        address=site_address(practice.get_absolute_url()),
        language=document["language"],
        summary=document["summary"],
        tags=document["tags"],
        licence=document["licence"],
    )


@public
@require_safe
def revision_list(request, pk, slug):
    practice = get_object_or_404(Practice, pk=pk)
    if practice.withdrawn_at:
        return _gone(request, practice)
    if slug != practice.slug:
        return redirect("practices:revision-list", practice.pk, practice.slug, permanent=True)
    revisions = list(practice.revisions.all())
    changes = [
        (
            revision,
            [
                documents.FIELDS[name].label
                for name in documents.changed_fields(before.document, revision.document)
            ],
        )
        for revision, before in pairwise(revisions)
    ]
    context = {"practice": practice, "changes": [*changes, (revisions[-1], [])]}
    return TemplateResponse(request, "practices/revision_list.html", context)


@public
@require_safe
def revision_detail(request, pk, slug, number):
    revision = get_object_or_404(Revision.objects.select_related("practice"), practice=pk, number=number)
    if revision.practice.withdrawn_at:
        return _gone(request, revision.practice)
    if slug != revision.practice.slug:
        return redirect(revision, permanent=True)
    practice = revision.practice
    others = list(practice.revisions.exclude(pk=revision.pk).only("practice", "number", "published_at"))
    before, not_found = _compared_with(request.GET.get("from", ""), revision, others)
    context = {
        "practice": practice,
        "revision": revision,
        "reading": documents.read(revision.document),
        "others": others,
        "before": before,
        "not_found": not_found,
        "differences": differences.between(before.document, revision.document) if before else [],
    }
    return TemplateResponse(request, "practices/revision_detail.html", context)


def _compared_with(number, revision, others):
    """(the revision asked for, False); or (the one before, whether another was asked for in vain)."""
    by_number = {str(other.number): other for other in others}
    if number in by_number:
        return by_number[number], False
    return by_number.get(str(revision.number - 1)), bool(number)


def _gone(request, practice):
    """What stands at the address of a practice that was withdrawn, or merged into another one."""
    if practice.merged_into:
        return redirect(practice.merged_into, permanent=True)
    return TemplateResponse(request, "410.html", {"reason": practice.withdrawal_reason}, status=410)


@public
@require_safe
def document_schema(request):
    """The JSON Schema of a practice document."""
    return JsonResponse(documents.SCHEMA, content_type="application/schema+json")
