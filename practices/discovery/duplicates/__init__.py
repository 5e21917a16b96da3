"""Likely duplicates: published practices, and for moderators open submissions, that describe what a document does.

`likely_duplicates` finds practices for anyone. For moderators alone, `likely_duplicates_of_submissions` leaves out those
that they dismissed, and `likely_duplicate_submissions` finds submissions. All compare a limited number of candidates
(`candidates`) by a score of declared signals (`scoring`) and say why. A list of documents costs as many queries as one of
them.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models.fields.json import KT

from practices.choices import UNDECIDED, State
from practices.core import catalogue_version
from practices.core.compound_select import keys_of_each
from practices.core.web_addresses import is_numbered_page, page_key
from practices.discovery.duplicates import candidates
from practices.discovery.duplicates.dismissed import Dismissed, dismissed_for_each
from practices.discovery.duplicates.profile import Profile, Weights, build_profile
from practices.discovery.duplicates.scoring import Pair
from practices.documents import load_local
from practices.models import ALL_PRACTICES, FacetCount, Practice, Submission

MAX_PER_SOURCE = 1
"""A page that is the source of more practices than this is a list of practices, and says nothing of duplicates."""
MAX_OPEN = 500
"""Open submissions that are looked at: the newest."""
COPY_RANK = 10
"""Rank of a submission with most words of the summary before others, whatever its title."""
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


type Proposal = tuple[Mapping[str, Any], Collection[int]]
"""A document, which may be incomplete, and primary keys of practices to leave out, such as the one it updates."""


def likely_duplicates(
    document: Mapping[str, Any], *, exclude: Practice | None = None, limit: int = 3
) -> list[LikelyDuplicate]:
    """Return the published practices that a document, which may be incomplete, most likely duplicates, best first.

    `exclude` is the practice that it updates. Nothing unpublished is looked at, so anyone may see the result.
    """
    [found] = likely_duplicates_of_each([(document, [exclude.pk] if exclude else [])], limit=limit)
    load_local(each.practice for each in found)
    return found


def likely_duplicates_of_submissions(submissions: Sequence[Submission]) -> list[list[LikelyDuplicate]]:
    """Return the published practices that each of these likely duplicates, without those that moderators dismissed."""
    dismissed = dismissed_for_each(submissions)
    proposals = [
        (each.document, [each.practice_id or 0, *dismissed[each.pk].practices]) for each in submissions
    ]
    return likely_duplicates_of_each(proposals, limit=None)


@catalogue_version.reading()
def likely_duplicates_of_each(
    proposals: Sequence[Proposal], *, limit: int | None = 3
) -> list[list[LikelyDuplicate]]:
    """Return the `likely_duplicates` of each proposal; all of them without a limit. A fixed number of queries."""
    documents = [document for document, _exclude in proposals]
    profiles = [build_profile(document) for document in documents]
    weights = _weights(profiles)
    similarities = candidates.similarities(documents)
    sought = [
        candidates.Sought(profile, str(document.get("title") or ""), similar)
        for profile, document, similar in zip(profiles, documents, similarities, strict=True)
    ]
    nearest = candidates.nearest_to_each(sought, weights, of_source=MAX_PER_SOURCE + 1)
    practices = _practices(key for keys, _of_source in nearest for key in keys)
    weights = _with_words(weights, (profile for _practice, profile in practices.values()))
    return [
        [
            LikelyDuplicate(practice, pair.reason)
            for practice, pair in _compare(
                each.profile,
                dict(practices[key] for key in keys if key in practices and key not in exclude),
                weights,
                similarities=each.similarities,
                is_listing=is_listing(each.profile.source_page, of_source),
            )[:limit]
        ]
        for each, (keys, of_source), (_document, exclude) in zip(sought, nearest, proposals, strict=True)
    ]


def _practices(keys: Iterable[int]) -> dict[int, tuple[Practice, Profile]]:
    """Return published practices with their profiles, by primary key. Two queries."""
    rows = Practice.objects.published().filter(pk__in=set(keys)).with_versions().prefetch_related("countries")
    columns = "title", "summary", "source_page", "language", "area", "implementers"
    return {practice.pk: (practice, _profile_of(practice)) for practice in rows.only(*columns)}


@catalogue_version.reading()
def likely_duplicate_submissions(submissions: Sequence[Submission]) -> list[list[LikelyDuplicateSubmission]]:
    """Return the open submissions that most likely propose what each of these does, best first. For moderators only.

    Updates of the same practice are left out, as are drafts, which nobody has sent, and what moderators dismissed. A
    fixed number of queries.
    """
    opened, dismissed = _open(), dismissed_for_each(submissions)
    profiles = [build_profile(submission.document) for submission in submissions]
    weights = _weights(profiles)
    published = _published_with_source({profile.source_page for profile in profiles if profile.source_page})
    compared = [
        _most_alike(submission, profile, weights, opened, dismissed[submission.pk])
        for submission, profile in zip(submissions, profiles, strict=True)
    ]
    rows = Submission.objects.filter(pk__in={pk for pks, _of_source in compared for pk in pks})
    others = {row.pk: (row, build_profile(row.document)) for row in rows.only("document", "state")}
    weights = _with_words(weights, (profile for _row, profile in others.values()))
    return [
        [
            LikelyDuplicateSubmission(other, pair.reason)
            for other, pair in _compare(
                profile,
                dict(others[pk] for pk in pks if pk in others),
                weights,
                is_listing=is_listing(profile.source_page, of_source + published.get(profile.source_page, 0)),
            )
        ]
        for profile, (pks, of_source) in zip(profiles, compared, strict=True)
    ]


class _Opened(NamedTuple):
    """An open submission as the first, rough comparison looks at it."""

    pk: int
    practice: int | None
    starts: set[str]
    source_page: str
    summary: frozenset[str]
    """Words of the summary as they are written."""


def _open() -> list[_Opened]:
    """Return the newest open submissions. One query."""
    rows = Submission.objects.filter(state__in=OPEN).order_by("-pk")
    fields = map(KT, ["document__title", "document__source_url", "document__summary"])
    said = rows.values_list("pk", "practice", *fields)[:MAX_OPEN]
    return [
        _Opened(pk, practice, candidates.starts_of(title or ""), page_key(source or ""), _written(summary))
        for pk, practice, title, source, summary in said
    ]


def _written(summary: str | None) -> frozenset[str]:
    return frozenset((summary or "").casefold().split())


def _published_with_source(pages: Iterable[str]) -> dict[str, int]:
    """Return page → number of practices that have it as their source, up to MAX_PER_SOURCE + 1. One query, or none."""
    selects = {
        page: select
        for page in pages
        if (select := candidates.with_same_source(page, limit=MAX_PER_SOURCE + 1))
    }
    return dict(zip(selects, map(len, keys_of_each(list(selects.values()))), strict=True))


def _most_alike(
    submission: Submission,
    profile: Profile,
    weights: Weights,
    opened: Iterable[_Opened],
    dismissed: Dismissed,
) -> tuple[list[int], int]:
    """Return the primary keys of the submissions to compare with one in full, and the number of those of its source."""
    others = [
        other
        for other in opened
        if other.pk != submission.pk and (other.practice is None or other.practice != submission.practice_id)
    ]
    compared = [
        other
        for other in others
        if other.pk not in dismissed.submissions and other.practice not in dismissed.practices
    ]
    words, summary = candidates.sought_words(profile, weights), _written(submission.document.get("summary"))
    ranked = sorted(
        (
            -candidates.shared_weight(other.starts, words)
            - (other.source_page == profile.source_page)
            - COPY_RANK * (2 * len(other.summary & summary) > len(summary)),
            -other.pk,
        )
        for other in compared
    )
    of_source = sum(other.source_page == profile.source_page for other in others)
    return [-pk for _rank, pk in ranked[: candidates.MAX_COMPARED]], of_source


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

    `similarities` are by primary key.
    """
    near = similarities or {}
    pairs = [
        (row, Pair(profile, other, weights, similarity=near.get(row.pk), is_listing=is_listing))
        for row, other in others.items()
    ]
    likely = [(row, pair) for row, pair in pairs if pair.is_likely]
    return sorted(likely, key=lambda each: (-each[1].score, -each[0].pk))


def _weights(profiles: Iterable[Profile]) -> Weights:
    """Return the weights of the words of documents and of what they are looked for by. Two queries."""
    everything = FacetCount.objects.filter(scope=ALL_PRACTICES, key=ALL_PRACTICES)
    size = everything.values_list("count", flat=True).first() or 0
    sought = (candidates.other_lexemes(profile) | _lexemes(profile) for profile in profiles)
    return Weights(candidates.frequencies(set().union(*sought)), size)


def _with_words(weights: Weights, profiles: Iterable[Profile]) -> Weights:
    """Add the words of other documents. One query, or none."""
    further = set().union(*map(_lexemes, profiles)) - weights.counts.keys()
    return dataclasses.replace(weights, counts={**weights.counts, **candidates.frequencies(further)})


def _lexemes(profile: Profile) -> set[str]:
    return set().union(profile.summary, *(word.forms for word in profile.words))
