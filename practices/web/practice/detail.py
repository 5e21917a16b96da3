"""Reading: a practice, its revisions and what changed in them, and the schema of its document."""

import dataclasses
from datetime import date
from functools import cache as once
from itertools import pairwise

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from practices import documents
from practices.choices import Act
from practices.core import catalogue_version
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import related, results
from practices.discovery.filters import PracticeFilter
from practices.documents import citations, diff
from practices.models import Attachment, Practice, Revision
from practices.web.browse.listing_page import Link

OF_A_PRACTICE = (
    "title", "summary", "published_at", "checked_on", "withdrawn_at", "withdrawal_reason", "merged_into",
)  # fmt: skip
REVISIONS_PER_PAGE = 30
OF_A_REVISION = ("practice", "number", "document", "note", "published_at")


@dataclasses.dataclass(frozen=True)
class _Standing:
    """How a practice stands at a version of the catalogue."""

    revision: int
    title: str
    slug: str
    checked_on: date | None
    is_withdrawn: bool


@public
@require_safe
def practice_detail(request, pk, slug):
    latest = once(lambda: _latest(pk))
    standing = catalogue_version.cached(f"standing {pk}", lambda: _standing(latest()))
    if standing.is_withdrawn:
        return _gone(request, latest().practice)
    if slug != standing.slug:
        query = request.META["QUERY_STRING"]
        path = reverse("practices:practice-detail", args=[pk, standing.slug])
        return redirect(path + (f"?{query}" if query else ""), permanent=True)
    # A revision never changes, nor what goes with it; that it was checked makes none.
    key = f"practice {pk} {standing.revision} {standing.checked_on}"
    reading = once(lambda: documents.read(latest().document))
    context = {
        "pk": pk,
        "standing": standing,
        "kept": catalogue_version.cached(key, lambda: _made_of(latest(), reading()), by_wording=True),
        "beside": _kept_beside(request.GET, pk, latest, reading),
    }
    return TemplateResponse(request, "web/practice/practice_detail.html", context)


def _latest(pk):
    """The latest revision of a practice. Raises Http404 when there is none of that number."""
    # Most practices have no files, and need not be asked for them.
    files = Attachment.objects.filter(practice=OuterRef("practice"))
    of_practice = Revision.objects.filter(practice__in=Practice.objects.filter(pk=pk).order_by())
    columns = [*OF_A_REVISION, *(f"practice__{name}" for name in OF_A_PRACTICE)]
    revision = of_practice.select_related("practice").only(*columns).annotate(has_files=Exists(files)).first()
    if revision is None:
        raise Http404
    return revision


def _standing(revision):
    practice = revision.practice
    return _Standing(
        revision.number, practice.title, practice.slug, practice.checked_on, practice.withdrawn_at is not None
    )


def _made_of(revision, reading):
    """What the page says of the practice itself, as HTML."""
    source = _source(revision.practice, revision)
    picture = reverse("practices:practice-picture", args=[revision.practice.pk, revision.practice.slug])
    context = {
        "practice": revision.practice,
        "reading": reading,
        "attachments": revision.practice.attachments.all() if revision.has_files else [],
        "revision": revision,
        "address": source.address,
        "facts": citations.json_ld(
            source, published=revision.practice.published_at, countries=reading.countries
        ),
        "styles": citations.STYLES,
    }
    return {
        "picture": site_address(picture),
        "description": Truncator(revision.practice.summary).chars(200),
        "head": render_to_string("web/practice/practice_head.html", context),
        "article": render_to_string("web/practice/practice_article.html", context),
    }


def _kept_beside(asked, pk, latest, reading):
    """What the page says of others, as HTML: those like it, and of the list its reader comes from the next ones.

    The list is that of the listing's filters, in the same query string.
    """
    practice_filter = once(lambda: PracticeFilter(asked, queryset=Practice.objects.published()))
    # Whoever comes from nowhere asks for no filter, and need not wait for one.
    key = f"beside {pk} {practice_filter().listing_query if asked else ''}"
    return catalogue_version.cached(key, lambda: _made_beside(latest(), reading(), practice_filter()))


def _made_beside(revision, reading, practice_filter):
    context = {
        "objective": reading.main_objective,
        "related": related.related_practices(
            revision.practice,
            objectives=reading.objectives,
            countries=reading.countries,
            tags=reading.tags,
            practice_type=reading.type,
        ),
        "neighbours": _beside(revision.practice, practice_filter),
        "list_query": practice_filter.listing_query,
        "list_words": practice_filter.description,
    }
    return render_to_string("web/practice/practice_beside.html", context)


def _beside(practice, practice_filter):
    sort, selection = practice_filter.sort, practice_filter.selection
    if sort == "newest" and not selection.terms:
        return related.neighbours(practice, selection)
    found = results.page(selection, sort=sort, size=related.LIST_LENGTH, number=1)
    return related.neighbours_in_list(practice, [each.practice for each in found])


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
    newest = practice.revisions.values_list("number", flat=True).first()
    top = _whole(request.GET.get("from"), most=newest)
    # One more than is shown, for what the last one changed.
    revisions = list(practice.revisions.filter(number__lte=top)[: REVISIONS_PER_PAGE + 1])
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
    if len(revisions) <= REVISIONS_PER_PAGE:
        changes.append((revisions[-1], []))
    links = []
    if top < newest:
        newer = min(newest, top + REVISIONS_PER_PAGE)
        links.append(Link(gettext("Newer"), f"?from={newer}" if newer < newest else request.path, rel="prev"))
    if len(revisions) > REVISIONS_PER_PAGE:
        links.append(Link(gettext("Older"), f"?from={revisions[-1].number}", rel="next"))
    # Merging gives no reason: its other side is the address that leads on.
    steps = practice.events.filter(submission=None, act=Act.STEP).exclude(reason="")
    context = {"practice": practice, "changes": changes, "links": links, "steps": steps}
    return TemplateResponse(request, "web/practice/revision_list.html", context)


def _whole(typed, *, most):
    """The number from 1 to `most` that somebody typed, or the nearest; `most` where it is none."""
    if typed is None or not (typed.isascii() and typed.isdigit()) or len(typed) > 9:
        return most
    return min(most, max(1, int(typed)))


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
        "differences": diff.between(before.document, revision.document) if before else [],
    }
    return TemplateResponse(request, "web/practice/revision_detail.html", context)


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
