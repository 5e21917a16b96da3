"""Likely duplicates: published practices, and for moderators open submissions, that describe what a document does.

`likely_duplicates` finds practices for anyone, `likely_duplicate_submissions` submissions for moderators alone. Both
compare a limited number of candidates (`candidates`) by a score of declared signals (`scoring`) and say why.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from practices.choices import UNDECIDED, State
from practices.core import catalogue_version
from practices.core.web_addresses import is_numbered_page, page_key
from practices.discovery.duplicates import candidates
from practices.discovery.duplicates.profile import Profile, Weights, build_profile
from practices.discovery.duplicates.scoring import Pair
from practices.models import ALL_PRACTICES, FacetCount, Practice, Submission

MAX_PER_SOURCE = 1
"""A page that is the source of more practices than this is a list of practices, and says nothing of duplicates."""
MAX_OPEN = 500
"""Open submissions that are looked at: the newest."""
OPEN = UNDECIDED - {State.DRAFT}


@dataclasses.dataclass(frozen=True)
class LikelyDuplicate:
    """A published practice that may be the proposed one."""

    practice: Practice
    reason: str
    """The strongest signal in words, such as “Same name: RAICES”."""


@dataclasses.dataclass(frozen=True)
class LikelyDuplicateSubmission:
    """An open submission, for moderators only, that may propose the same practice."""

    submission: Submission
    reason: str


@catalogue_version.reading()
def likely_duplicates(
    document: Mapping[str, Any], *, exclude: Practice | None = None, limit: int = 3
) -> list[LikelyDuplicate]:
    """Return the published practices that a document, which may be incomplete, most likely duplicates, best first.

    `exclude` is the practice that it updates. Nothing unpublished is looked at, so anyone may see the result.
    """
    profile = build_profile(document)
    weights = _weights(profile)
    same_source = candidates.with_same_source(profile.source_page, limit=MAX_PER_SOURCE + 1)
    similarities = candidates.similarities(document)
    keys = candidates.nearest(
        profile, str(document.get("title") or ""), weights, same_source=same_source, similar=similarities
    )
    rows = Practice.objects.published().filter(pk__in=keys).prefetch_related("countries")
    columns = "title", "summary", "source_page", "language", "area", "implementers"
    practices = [practice for practice in rows.only(*columns) if exclude is None or practice.pk != exclude.pk]
    profiles = {practice: _profile_of(practice) for practice in practices}
    pairs = _compare(
        profile,
        profiles,
        weights,
        similarities=similarities,
        is_listing=is_listing(profile.source_page, len(same_source)),
    )
    return [LikelyDuplicate(practice, pair.reason) for practice, pair in pairs[:limit]]


@catalogue_version.reading()
def likely_duplicate_submissions(
    submission: Submission, *, limit: int = 3
) -> list[LikelyDuplicateSubmission]:
    """Return the open submissions that most likely propose what this one does, best first. For moderators only.

    Updates of the same practice are left out, as are drafts, which nobody has sent.
    """
    others = Submission.objects.filter(state__in=OPEN).exclude(pk=submission.pk)
    if submission.practice_id is not None:
        others = others.exclude(practice=submission.practice_id)
    said = list(
        others.order_by("-pk").values_list("pk", "document__title", "document__source_url")[:MAX_OPEN]
    )
    profile = build_profile(submission.document)
    weights = _weights(profile)
    sources = Counter(page_key(source or "") for _pk, _title, source in said)
    number = sources[profile.source_page] + len(
        candidates.with_same_source(profile.source_page, limit=MAX_PER_SOURCE + 1)
    )
    sought = candidates.sought_words(profile, weights)
    ranked = sorted(
        (
            -candidates.shared_weight(title or "", sought) - (page_key(source or "") == profile.source_page),
            -pk,
        )
        for pk, title, source in said
    )
    keys = [-pk for _rank, pk in ranked[: candidates.MAX_COMPARED]]
    profiles = {other: build_profile(other.document) for other in Submission.objects.filter(pk__in=keys)}
    pairs = _compare(profile, profiles, weights, is_listing=is_listing(profile.source_page, number))
    return [LikelyDuplicateSubmission(other, pair.reason) for other, pair in pairs[:limit]]


def is_listing(source_page: str, number: int) -> bool:
    """Return whether a page that is the source of a `number` of practices lists practices instead of describing one."""
    return number > MAX_PER_SOURCE or is_numbered_page(source_page)


def _profile_of(practice: Practice) -> Profile:
    return _published_profile(
        title=practice.title,
        summary=practice.summary,
        language=practice.language,
        area=practice.area,
        implementers=tuple(practice.implementers),
        countries=tuple(country.code for country in practice.countries.all()),
        source_page=practice.source_page,
        names_version=catalogue_version.names_version(),
    )


@lru_cache(maxsize=500)
def _published_profile(
    *,
    title: str,
    summary: str,
    language: str,
    area: str,
    implementers: tuple[str, ...],
    countries: tuple[str, ...],
    source_page: str,
    names_version: str,
) -> Profile:
    """Build the profile of a practice. Kept, as the rows of a queue are compared with the same practices."""
    profile = build_profile(
        {
            "title": title,
            "summary": summary,
            "language": language,
            "area": area,
            "implementers": implementers,
            "countries": countries,
        }
    )
    return dataclasses.replace(profile, source_page=source_page)


def _compare[Row: (Practice, Submission)](
    profile: Profile,
    others: Mapping[Row, Profile],
    weights: Weights,
    *,
    is_listing: bool,
    similarities: Mapping[int, float] | None = None,
) -> list[tuple[Row, Pair]]:
    """Return the rows that are likely duplicates, most likely first, each with the pair that it was compared in.

    `weights` are those of the words of `profile`. `similarities` are by primary key.
    """
    weights = _with_words(weights, others.values())
    near = similarities or {}
    pairs = [
        (row, Pair(profile, other, weights, similarity=near.get(row.pk), is_listing=is_listing))
        for row, other in others.items()
    ]
    likely = [(row, pair) for row, pair in pairs if pair.is_likely]
    return sorted(likely, key=lambda each: (-each[1].score, -each[0].pk))


def _weights(profile: Profile) -> Weights:
    """Return the weights of the words of a document and of what it is looked for by. Two queries."""
    everything = FacetCount.objects.filter(scope=ALL_PRACTICES, key=ALL_PRACTICES)
    size = everything.values_list("count", flat=True).first() or 0
    return _with_words(
        Weights(candidates.frequencies(candidates.other_lexemes(profile) | _lexemes(profile)), size), []
    )


def _with_words(weights: Weights, profiles: Iterable[Profile]) -> Weights:
    """Add the words of other documents. One query, or none."""
    further = set().union(*map(_lexemes, profiles)) - weights.counts.keys()
    return (
        dataclasses.replace(weights, counts={**weights.counts, **candidates.frequencies(further)})
        if further
        else weights
    )


def _lexemes(profile: Profile) -> set[str]:
    return set().union(profile.summary, *(word.forms for word in profile.words))
