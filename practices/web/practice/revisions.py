"""Revisions of a practice: their list, and the page of each with its differences from another."""

from itertools import pairwise

from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from practices import documents
from practices.choices import Act
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.core.http.numbers import whole_number
from practices.documents import diff, files
from practices.models import Practice, Revision
from practices.web.browse.pagination import Link
from practices.web.practice.withdrawn import gone

REVISIONS_PER_PAGE = 30


@public
@require_safe
def revision_list(request, pk, slug):
    practice = get_object_or_404(Practice, pk=pk)
    if not practice.is_public:
        return gone(request, practice)
    if slug != practice.slug:
        return redirect("practices:revision-list", practice.pk, practice.slug, permanent=True)
    newest = practice.revisions.values_list("number", flat=True).first()
    top = whole_number(request.GET.get("from"), most=newest)
    top = newest if top is None else max(1, top)
    # One more than is shown, to compare the last one with.
    of_practice = practice.revisions.prefetch_related("files")
    revisions = list(of_practice.filter(number__lte=top)[: REVISIONS_PER_PAGE + 1])
    changes = [(revision, _changed(before, revision)) for revision, before in pairwise(revisions)]
    if 0 < len(revisions) <= REVISIONS_PER_PAGE:  # a restored practice lacks those before its latest one
        changes.append((revisions[-1], []))
    links = []
    if top < newest:
        newer = min(newest, top + REVISIONS_PER_PAGE)
        links.append(Link(gettext("Newer"), f"?from={newer}" if newer < newest else request.path, rel="prev"))
    if len(revisions) > REVISIONS_PER_PAGE:
        links.append(Link(gettext("Older"), f"?from={revisions[-1].number}", rel="next"))
    # A merge has no reason: its page redirects.
    steps = practice.events.filter(submission=None, act=Act.STEP).exclude(reason="")
    query = f"?from={top}" if top < newest else ""
    address = site_address(reverse("practices:revision-list", args=[pk, slug]) + query)
    context = {"address": address, "practice": practice, "changes": changes, "links": links, "steps": steps}
    return TemplateResponse(request, "web/practice/revision_list.html", context)


def _changed(before, revision):
    """Return the labels of what changed from one revision to the next."""
    names = documents.changed_fields(before.document, revision.document)
    if files.between(files.of_revision(before), files.of_revision(revision)):
        names.append("files")
    return [documents.label(name) for name in names]


@public
@require_safe
def revision_detail(request, pk, slug, number):
    revision = get_object_or_404(Revision.objects.select_related("practice"), practice=pk, number=number)
    if not revision.practice.is_public:
        return gone(request, revision.practice)
    if slug != revision.practice.slug:
        return redirect(revision, permanent=True)
    practice = revision.practice
    others = list(
        practice.revisions.exclude(pk=revision.pk).only(
            "practice", "number", "files_recorded", "published_at", "redacted_at"
        )
    )
    before, not_found = _compared_with(request.GET.get("from", ""), revision, others)
    present, earlier = files.of_revision(revision), files.of_revision(before) if before else None
    context = {
        "practice": practice,
        "revision": revision,
        "reading": documents.read(revision.document),
        "redacted": [documents.label(name) for name in revision.redacted_fields],
        "others": others,
        "before": before,
        "not_found": not_found,
        "attachments": present or [],
        "differences": [*diff.between(before.document, revision.document), *files.between(earlier, present)]
        if before
        else [],
        "without_files": [
            each.number for each in (before, revision) if each is not None and not each.files_recorded
        ],
    }
    return TemplateResponse(request, "web/practice/revision_detail.html", context)


def _compared_with(number, revision, others):
    """Return (the revision to compare with, whether another one was asked for that does not exist)."""
    by_number = {str(other.number): other for other in others}
    if number in by_number:
        return by_number[number], False
    return by_number.get(str(revision.number - 1)), bool(number)
