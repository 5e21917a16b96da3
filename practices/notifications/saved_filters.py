"""Saved filters: the query strings that subscriptions store, their descriptions, and the practices they match.

A saved filter keeps its meaning when facets change. A value that no longer exists is not simply dropped, because
the filter would then match more practices than its subscriber asked for.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.core import isolation
from practices.core.punctuation import labelled
from practices.core.quotes import quoted
from practices.discovery import PracticeFilter, any_of, some_of
from practices.models import Practice

PRESENTATION_PARAMS = {"sort", "page"}
"""Parameters of a listing that change its order or page but not which practices it contains."""


def canonical(params: QueryDict) -> str:
    """Return the valid filters of a listing as a query string in a fixed order; empty for all practices."""
    kept = QueryDict(_filter(params).query, mutable=True)
    for name in PRESENTATION_PARAMS & set(kept):
        del kept[name]
    return kept.urlencode()


def describe(query: str, *, short: bool = False, with_titles: bool = True) -> str:
    """Describe a saved filter for people, such as “Objective 21 · Philippines · programmes”.

    An objective alone has its title too, unless `short`, and a kit has the titles of its practices, unless it is told
    without.
    """
    params = QueryDict(query)
    practice_filter = _filter(params)
    values = practice_filter.values
    parts = []
    for name, pairs in values.items():
        labels = []
        for value, label in pairs:
            if name == "objective":
                title = label.partition(". ")[2]
                alone = not short and len(params) == 1 and len(pairs) == 1
                objective = _("Objective %(number)s") % {"number": value}
                labels.append(labelled(objective, title) if alone and title else objective)
            elif name == "q":
                labels.append(quoted(value))
            else:
                labels.append(label)
        if name == "practice":
            parts.append(_chosen(pairs, short=short, with_titles=with_titles))
        else:
            parts.append(any_of(labels))
    known = {(name, value) for name, pairs in values.items() for value, _label in pairs}
    # A value that no longer exists has no label; its key lets the subscriber recognise it.
    parts += [
        value
        for name, several in params.lists()
        if name not in PRESENTATION_PARAMS
        for value in several
        if (name, value) not in known
    ]
    return " · ".join(parts) or _("all practices")


def _chosen(pairs: Sequence[tuple[str, Any]], *, short: bool, with_titles: bool) -> str:
    """Describe chosen practices: one by its title, or by its number if it is not public, and several as a kit."""
    if len(pairs) == 1:
        [(number, label)] = pairs
        is_public = str(label) != _("practice %(number)s") % {"number": number}
        return _("the practice %(title)s") % {"title": label} if is_public else str(label)
    if short:
        return _("your kit")
    count = len(pairs)
    if not with_titles:
        return ngettext("a kit of %(count)s practice", "a kit of %(count)s practices", count) % {
            "count": count
        }
    text = ngettext(
        "a kit of %(count)s practice (%(titles)s)", "a kit of %(count)s practices (%(titles)s)", count
    )
    return text % {"count": count, "titles": some_of([label for _number, label in pairs])}


def chosen(query: str) -> list[str]:
    """Return the numbers of the practices that a saved filter of nothing else names; empty for any other filter."""
    params = QueryDict(query)
    return params.getlist("practice") if set(params) - PRESENTATION_PARAMS == {"practice"} else []


def is_valid(query: str) -> bool:
    """Return whether all filters and values of the query string still exist."""
    params = QueryDict(query)
    practice_filter = _filter(params)
    return set(params) <= {*practice_filter.filters, *PRESENTATION_PARAMS} and practice_filter.is_valid()


def matches(query: str, practice: Practice) -> bool:
    """Return whether a published practice matches the saved filter."""
    params = _without_unknown(query)
    if params is None:
        return False
    return PracticeFilter(params).matches(practice)


def finds_any(query: str) -> bool:
    """Return whether the saved filter finds a practice that is in the catalogue."""
    params = _without_unknown(query)
    return params is not None and PracticeFilter(params).practices.exists()


def matching(queries: Iterable[str], practice: Practice) -> list[str]:
    """Return the saved filters that match the practice, at one small query each.

    A filter that fails matches nothing, and is logged.
    """
    saved = list(queries)
    try:
        with transaction.atomic():
            return [query for query in saved if matches(query, practice)]
    except Exception as error:
        if isolation.is_away(error):
            raise
        return [
            query
            for query in saved
            if isolation.one(partial(matches, practice=practice), query, what="filter")
        ]


def naming(queries: Iterable[str], practice: Practice) -> list[str]:
    """Return the saved filters that name the practice by its number, whether or not it is in the catalogue."""
    number = str(practice.pk)
    return [query for query in queries if number in QueryDict(query).getlist("practice")]


def _without_unknown(query: str) -> QueryDict | None:
    """Drop values that no longer exist; None, which matches nothing, if a filter has no value left."""
    if is_valid(query):
        return QueryDict(query)
    params = QueryDict(query, mutable=True)
    for name, values in list(params.lists()):
        known = [value for value in values if is_valid(_single(name, value))]
        if not known:
            return None
        params.setlist(name, known)
    return params


def _single(name: str, value: str) -> str:
    one = QueryDict(mutable=True)
    one[name] = value
    return one.urlencode()


def _filter(params: QueryDict) -> PracticeFilter:
    return PracticeFilter(params, queryset=Practice.objects.none())
