"""Page of a practice."""

import dataclasses
from datetime import date
from functools import cache as once

from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from practices import documents, workflow
from practices.choices import LANGUAGE_NAMES, LANGUAGES
from practices.core.cache import cached_per_version
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.core.prepared import prepared, row_of
from practices.discovery import related, results
from practices.documents import citations, files, metadata
from practices.models import Adaptation, Practice, Revision, RevisionFile, Translation
from practices.web.browse.lazy_filter import (
    finds_practices,
    fragment_key,
    has_known_query,
    lazy_filter,
    listing_query,
)
from practices.web.practice.citations import asked_language, latest_citation
from practices.web.practice.signposting import link_header
from practices.web.practice.withdrawn import gone

PRACTICE_COLUMNS = (
    "id", "title", "summary", "published_at", "checked_on", "withdrawn_at", "withdrawal_reason", "merged_into_id", "doi",
)  # fmt: skip
STANDING_COLUMNS = (
    "id", "title", "summary", "revision_number", "checked_on", "withdrawn_at", "licence", "implementers", "doi",
    "language",
)  # fmt: skip
DESCRIPTION_LENGTH = 200
_NAMES = dict(LANGUAGES)
REVISION_COLUMNS = ("id", "practice_id", "number", "document", "files_recorded", "note", "published_at")
REVISION_EXTRAS = ("has_files", "own_codes", "may_be_asked", "has_questions")


@dataclasses.dataclass(frozen=True)
class _Standing:
    """The latest state of a practice: all that its page depends on, apart from other practices."""

    pk: int
    revision: int
    language: str
    """Code of the language in which it was written."""
    translations: tuple[tuple[str, int], ...]
    """(language, version) of each translation."""
    used_as: str
    """Keys and versions of its uses elsewhere, such as “7:1 9:2”."""
    shown: str
    """Code of the language in which the page shows it."""
    title: str
    slug: str
    description: str
    picture: str
    """The address of its share image."""
    checked_on: date | None
    is_withdrawn: bool
    asks: str
    """The query string that asks for the language of the text, where the page would show another without."""
    links: str
    """The Link header of its page."""


def _has_known_query(request):
    """Return whether a query string is that of a list, with no language but one in which the practice can be read."""
    asked = request.GET.getlist("in")
    if not has_known_query(request, "in"):
        return False
    if not asked or asked[0] not in _NAMES:
        return not asked
    return asked == [_standing(request.resolver_match.kwargs["pk"], asked[0]).shown]


@public(has_known_query=_has_known_query)
@require_safe
def practice_detail(request, pk, slug):
    """The page of a practice. The query string is that of the list its reader comes from, and the language to read it in.

    Without one, it is shown in the language of the page if it is translated into that, otherwise in its own. What the
    context holds as a function or a lazy object costs nothing while the template has its fragments.
    """
    wanted = request.GET.get("in", "")
    standing = _standing(pk, wanted if wanted in _NAMES else "")
    revision = SimpleLazyObject(lambda: _latest_revision(standing))
    if standing.is_withdrawn:
        return gone(request, revision.practice)
    if slug != standing.slug:
        query = request.META["QUERY_STRING"]
        path = reverse("practices:practice-detail", args=[pk, standing.slug])
        return redirect(path + (f"?{query}" if query else ""), permanent=True)
    translation = SimpleLazyObject(lambda: revision.practice.translation)
    reading = SimpleLazyObject(lambda: documents.read(revision.document, revision.practice.translation))
    practice_filter = lazy_filter(request)
    citation = SimpleLazyObject(lambda: latest_citation(revision.practice, revision))
    attachments = once(lambda: files.of_practice(revision.practice) if revision.has_files else [])
    adaptations = once(lambda: _used_by(standing))
    context = {
        "standing": standing,
        "revision": revision,
        "practice": lambda: revision.practice,
        "reading": reading,
        "translation": translation if standing.shown != standing.language else None,
        "other_texts": lambda: _other_texts(standing),
        "is_foreign": standing.shown != get_language(),
        "text_language": lambda: LANGUAGE_NAMES.get(standing.language, standing.language),
        "attachments": attachments,
        "adaptations": adaptations,
        "address": lambda: _address(revision.practice, standing),
        "permanent_address": lambda: citation.address,
        "doi_address": lambda: citation.doi_address,
        "references": lambda: citations.references(citation),
        "dublin_core": lambda: metadata.dublin_core(citation, reading),
        "highwire": lambda: metadata.highwire(citation),
        "json_ld": lambda: metadata.json_ld(
            citation,
            reading,
            page=_address(revision.practice, standing),
            published=revision.practice.published_at,
            files=[(file, site_address(file.get_absolute_url())) for file in attachments()],
            translations=revision.practice.translations.published() if standing.translations else (),
            adaptations=adaptations(),
        ),
        "citation_formats": citations.FORMATS,
        "list_key": fragment_key(request) if finds_practices(request) else None,
        "list_query": listing_query(request),
        "list_description": lambda: practice_filter.description,
        "neighbours": once(lambda: _neighbours(revision.practice, practice_filter)),
        "asking": once(
            lambda: workflow.asking(
                revision.practice, may_be_asked=revision.may_be_asked, has_questions=revision.has_questions
            )
        ),
        "related": once(lambda: related.related_practices(revision.practice, own_codes=revision.own_codes)),
    }
    return TemplateResponse(
        request, "web/practice/practice_detail.html", context, headers={"Link": standing.links}
    )


@public
@require_safe
def permanent(request, pk):
    """Redirect from the permanent address of a practice to its page. Not for good, as titles change."""
    practice = get_object_or_404(Practice, pk=pk)
    if not practice.is_public:
        return gone(request, practice)
    return redirect(practice.get_absolute_url() + asked_language(request))


@cached_per_version
def _standing(pk, wanted):
    """Return the standing of a practice, to be read in the language `wanted` if it can be. Raises Http404."""
    row = next(iter(_standing_rows(pk)), None)
    if row is None:
        raise Http404
    practice = row_of(Practice, STANDING_COLUMNS, row[: len(STANDING_COLUMNS)])
    practice.translated_into, practice.used_as = row[len(STANDING_COLUMNS) :]
    present = _translations(practice)
    shown = next((code for code in (wanted, get_language()) if code in {*present, practice.language}), "")
    practice.translation = present.get(shown) if shown != practice.language else None
    usual = get_language() if get_language() in present else practice.language
    asks = "" if practice.local.language == usual else f"?in={practice.local.language}"
    picture = reverse("practices:practice-picture", args=[practice.pk, practice.slug]) + asks
    return _Standing(
        pk=practice.pk,
        revision=practice.revision_number,
        language=practice.language,
        translations=tuple((code, row.number) for code, row in present.items()),
        used_as=practice.used_as,
        shown=practice.local.language,
        title=practice.local.title,
        slug=practice.slug,
        picture=site_address(picture),
        description=Truncator(practice.local.summary).chars(DESCRIPTION_LENGTH),
        checked_on=practice.checked_on,
        is_withdrawn=not practice.is_public,
        asks=asks,
        links=link_header(practice),
    )


@prepared
def _standing_rows(pk):
    versions = Practice.objects.with_versions().filter(pk=pk).order_by()
    return versions.values_list(*STANDING_COLUMNS, "translated_into", "used_as")


def _translations(practice):
    """Return code → translation of a practice that `with_versions` has loaded. No query for one without any."""
    if not practice.translated_into:
        return {}
    return {row.language: row for row in practice.translations.published().order_by("language")}


def _address(practice, standing):
    """Return the address of the page, which names the language of the text where it would show another without."""
    return site_address(practice.get_absolute_url() + standing.asks)


def _translation(standing):
    """Return the translation that the page shows; None for the original."""
    if standing.shown == standing.language:
        return None
    return Translation.objects.select_related("practice").get(practice=standing.pk, language=standing.shown)


def _other_texts(standing):
    """Return code and name of each other language in which the practice can be read, its own first."""
    codes = [standing.language, *(code for code, _number in standing.translations)]
    return [(code, _NAMES.get(code, code)) for code in codes if code != standing.shown]


def _used_by(standing):
    """Return the uses of a practice elsewhere, oldest first. No query for one without any."""
    if not standing.used_as:
        return []
    rows = Adaptation.objects.published().filter(practice=standing.pk)
    return list(rows.select_related("country", "practice"))


def _latest_revision(standing):
    """Return the latest revision of a practice, with the translation that its page shows, and whether it `has_files`."""
    [row] = _revision_rows(standing.pk, standing.revision)
    of_revision, of_practice = (
        row[: len(REVISION_COLUMNS)],
        row[len(REVISION_COLUMNS) : -len(REVISION_EXTRAS)],
    )
    revision = row_of(Revision, REVISION_COLUMNS, of_revision)
    revision.practice = row_of(Practice, PRACTICE_COLUMNS, of_practice)
    for name, value in zip(REVISION_EXTRAS, row[-len(REVISION_EXTRAS) :], strict=True):
        setattr(revision, name, value)
    revision.practice.translation = _translation(standing)
    return revision


@prepared
def _revision_rows(practice, number):
    recorded = RevisionFile.objects.filter(revision=OuterRef("pk"))
    revisions = Revision.objects.filter(practice=practice, number=number).annotate(
        has_files=Exists(recorded) | Q(files_recorded=False),
        own_codes=Coalesce("practice__index_row__facet_codes", Value("", output_field=TextField())),
        **workflow.asking_columns(practice),
    )
    return revisions.values_list(
        *REVISION_COLUMNS, *(f"practice__{name}" for name in PRACTICE_COLUMNS), *REVISION_EXTRAS
    )


def _neighbours(practice, practice_filter):
    """Return the practices before and after one in the list of a filter."""
    sort, selection = practice_filter.sort, practice_filter.ranked_selection
    if sort == "newest" and not selection.terms:
        return related.neighbours(practice, selection)
    found = results.page(selection, sort=sort, size=related.LIST_LENGTH, number=1)
    return related.neighbours_in_list(practice, [each.practice for each in found])
