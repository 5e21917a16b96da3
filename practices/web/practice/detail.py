"""Views of a practice, its citations and revisions."""

import dataclasses
from datetime import date
from functools import cache as once
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from practices import documents
from practices.choices import Act
from practices.core.cache import cached_per_version
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.core.http.numbers import whole_number
from practices.core.http.open_data import open_data
from practices.discovery import related, results
from practices.documents import citations, diff, files
from practices.models import Practice, Revision, RevisionFile
from practices.web.browse.lazy_filter import (
    finds_practices,
    fragment_key,
    has_known_query,
    lazy_filter,
    listing_query,
)
from practices.web.browse.pagination import Link

PRACTICE_COLUMNS = (
    "title", "summary", "published_at", "checked_on", "withdrawn_at", "withdrawal_reason", "merged_into",
)  # fmt: skip
REVISIONS_PER_PAGE = 30
DESCRIPTION_LENGTH = 200
REVISION_COLUMNS = ("practice", "number", "document", "files_recorded", "note", "published_at")


@dataclasses.dataclass(frozen=True)
class _Standing:
    """The latest state of a practice: all that its page depends on, apart from other practices."""

    pk: int
    revision: int
    title: str
    slug: str
    description: str
    picture: str
    """The address of its share image."""
    checked_on: date | None
    is_withdrawn: bool


@public(has_known_query=has_known_query)
@require_safe
def practice_detail(request, pk, slug):
    """The page of a practice. The query string is that of the list its reader comes from.

    What the context holds as a function or a lazy object costs nothing while the template has its fragments.
    """
    standing = _standing(pk)
    revision = SimpleLazyObject(lambda: _latest_revision(pk))
    if standing.is_withdrawn:
        return _gone(request, revision.practice)
    if slug != standing.slug:
        query = request.META["QUERY_STRING"]
        path = reverse("practices:practice-detail", args=[pk, standing.slug])
        return redirect(path + (f"?{query}" if query else ""), permanent=True)
    reading = SimpleLazyObject(lambda: documents.read(revision.document))
    practice_filter = lazy_filter(request)
    source = SimpleLazyObject(lambda: _source(revision.practice, revision))
    attachments = once(lambda: files.of_practice(revision.practice) if revision.has_files else [])
    context = {
        "standing": standing,
        "revision": revision,
        "practice": lambda: revision.practice,
        "reading": reading,
        "attachments": attachments,
        "address": lambda: source.address,
        "json_ld": lambda: citations.json_ld(
            source,
            published=revision.practice.published_at,
            countries=reading.countries,
            files=[(file, site_address(file.get_absolute_url())) for file in attachments()],
        ),
        "styles": citations.STYLES,
        "list_key": fragment_key(request) if finds_practices(request) else None,
        "list_query": listing_query(request),
        "list_description": lambda: practice_filter.description,
        "neighbours": once(lambda: _neighbours(revision.practice, practice_filter)),
        "related": once(lambda: _related(revision.practice, reading)),
    }
    return TemplateResponse(request, "web/practice/practice_detail.html", context)


@cached_per_version
def _standing(pk):
    """Return the standing of a practice. Raises Http404."""
    columns = ("title", "summary", "revision_number", "checked_on", "withdrawn_at")
    practice = get_object_or_404(Practice.objects.only(*columns).order_by(), pk=pk)
    return _Standing(
        pk=practice.pk,
        revision=practice.revision_number,
        title=practice.title,
        slug=practice.slug,
        picture=site_address(reverse("practices:practice-picture", args=[practice.pk, practice.slug])),
        description=Truncator(practice.summary).chars(DESCRIPTION_LENGTH),
        checked_on=practice.checked_on,
        is_withdrawn=not practice.is_public,
    )


def _latest_revision(pk):
    """Return the latest revision of a practice, and whether it `has_files`, which most have not. Raises Http404."""
    recorded = RevisionFile.objects.filter(revision=OuterRef("pk"))
    of_practice = Revision.objects.filter(practice__in=Practice.objects.filter(pk=pk).order_by())
    columns = [*REVISION_COLUMNS, *(f"practice__{name}" for name in PRACTICE_COLUMNS)]
    revision = (
        of_practice.select_related("practice")
        .only(*columns)
        .annotate(has_files=Exists(recorded) | Q(files_recorded=False))
        .first()
    )
    if revision is None:
        raise Http404
    return revision


def _related(practice, reading):
    return related.related_practices(
        practice,
        objectives=reading.objectives,
        countries=reading.countries,
        tags=reading.tags,
        practice_type=reading.type,
    )


def _neighbours(practice, practice_filter):
    """Return the practices before and after one in the list of a filter."""
    sort, selection = practice_filter.sort, practice_filter.selection
    if sort == "newest" and not selection.terms:
        return related.neighbours(practice, selection)
    found = results.page(selection, sort=sort, size=related.LIST_LENGTH, number=1)
    return related.neighbours_in_list(practice, [each.practice for each in found])


@public
@open_data
@require_safe
def practice_citation(request, pk, slug, extension):
    """The latest revision in a format of reference managers."""
    if extension not in citations.STYLES:
        raise Http404
    practice = get_object_or_404(Practice, pk=pk)
    if not practice.is_public:
        return _gone(request, practice)
    if slug != practice.slug:
        return redirect("practices:practice-citation", practice.pk, practice.slug, extension, permanent=True)
    style = citations.STYLES[extension]
    source = _source(practice, practice.revisions.latest("number"))
    response = HttpResponse(style.write(source), content_type=style.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="practice-{practice.pk}.{extension}"'
    return response


def _source(practice, revision):
    document = documents.for_readers(revision.document)
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
    if not practice.is_public:
        return _gone(request, practice)
    if slug != practice.slug:
        return redirect("practices:revision-list", practice.pk, practice.slug, permanent=True)
    newest = practice.revisions.values_list("number", flat=True).first()
    top = whole_number(request.GET.get("from"), most=newest)
    top = newest if top is None else max(1, top)
    # One more than is shown, to compare the last one with.
    of_practice = practice.revisions.prefetch_related("files")
    revisions = list(of_practice.filter(number__lte=top)[: REVISIONS_PER_PAGE + 1])
    changes = [(revision, _changed(before, revision)) for revision, before in pairwise(revisions)]
    if len(revisions) <= REVISIONS_PER_PAGE:
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
        return _gone(request, revision.practice)
    if slug != revision.practice.slug:
        return redirect(revision, permanent=True)
    practice = revision.practice
    others = list(
        practice.revisions.exclude(pk=revision.pk).only(
            "practice", "number", "files_recorded", "published_at"
        )
    )
    before, not_found = _compared_with(request.GET.get("from", ""), revision, others)
    present, earlier = files.of_revision(revision), files.of_revision(before) if before else None
    context = {
        "practice": practice,
        "revision": revision,
        "reading": documents.read(revision.document),
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


def _gone(request, practice):
    """Answer for a practice that was withdrawn (410), or merged into another one (a redirect)."""
    if practice.merged_into:
        return redirect(practice.merged_into, permanent=True)
    return TemplateResponse(request, "410.html", {"reason": practice.withdrawal_reason}, status=410)
