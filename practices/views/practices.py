"""Reading: a practice, its revisions and what changed in them, and the schema of its document."""

from itertools import pairwise

from django.db.models import Exists, OuterRef
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from practices import differences, documents
from practices.models import Attachment, Practice, Revision
from practices.views.helpers import public, site_address

RELATED = 4


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
        return redirect(practice, permanent=True)
    reading = documents.read(revision.document)
    related = Practice.objects.published().for_listing().filter(placements__objective=reading.main_objective)
    context = {
        "practice": practice,
        "reading": reading,
        "attachments": practice.attachments.all() if revision.has_files else [],
        "revision": revision,
        "address": site_address(practice.get_absolute_url()),
        "related": related.exclude(pk=practice.pk)[:RELATED],
    }
    return TemplateResponse(request, "practices/practice_detail.html", context)


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
