"""Page of an objective.

What the context holds as a function, a lazy object or a QuerySet costs nothing while the template has its fragments.
"""

import dataclasses
from functools import cache as once
from functools import cached_property

from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import MAIN_VALUES, SORTS, PracticeFilter, Selection, results
from practices.documents.lookup import rows_named
from practices.exchange.exports import FORMATS
from practices.models import WITHOUT_REGION, Objective
from practices.notifications import subscriptions
from practices.web.browse.pagination import Position, paginate

ORDERS = {value: label for value, label in SORTS.items() if value != "relevance"}
DEFAULT_ORDER = next(iter(ORDERS))
TOGETHER = 4
"""Objectives that often go with this one: the number of those named."""


@dataclasses.dataclass(frozen=True)
class ObjectiveList:
    """The practices of an objective that an address asks for: by whether it is their main one, and in which order."""

    number: int
    main: str = ""
    """A key of MAIN_VALUES; "" for all."""
    sort: str = DEFAULT_ORDER

    @classmethod
    def from_query(cls, number, query):
        main, sort = query.get("main"), query.get("sort")
        return cls(number, main if main in MAIN_VALUES else "", sort if sort in ORDERS else DEFAULT_ORDER)

    @property
    def selection(self):
        prefix = MAIN_VALUES[self.main][0] if self.main else "objective"
        return Selection(facet_keys=((f"{prefix}:{self.number}",),))

    @property
    def query(self):
        """The query string of this page."""
        return self._encode(self.main, self.sort)

    @property
    def part_query(self):
        """The query string of the same practices elsewhere, whatever their order."""
        return f"objective={self.number}&main={self.main}" if self.main else f"objective={self.number}"

    @property
    def listing_query(self):
        """The query string of the listing that has the same practices in the same order."""
        return f"{self.part_query}&sort={self.sort}" if self.sort != DEFAULT_ORDER else self.part_query

    @cached_property
    def counts(self):
        """Facet counts of all practices of the objective. One query."""
        return results.facet_counts(Selection(facet_keys=((f"objective:{self.number}",),)))

    @property
    def total(self):
        return self.counts.get(f"objective:{self.number}", 0)

    @property
    def tabs(self):
        """(label, number of practices, query string, whether it is current) of the tabs that have any."""
        tabs = [
            ("", _("All"), self.total),
            ("1", _("Main objective"), self.counts.get(f"main:{self.number}", 0)),
            ("0", _("Also serves"), self.counts.get(f"also:{self.number}", 0)),
        ]
        return [
            (label, count, self._encode(value, self.sort), value == self.main)
            for value, label, count in tabs
            if count
        ]

    @property
    def orders(self):
        """(label, query string, whether it is current) of each order."""
        return [
            (label, self._encode(self.main, value), value == self.sort) for value, label in ORDERS.items()
        ]

    @property
    def order_label(self):
        return ORDERS[self.sort]

    @property
    def regions(self):
        """(slug, name, number of practices) of each region."""
        regions = [each for each in PracticeFilter.base_filters["region"].values() if not each.depth]
        return [
            (region.value, region.label, self.counts.get(f"region:{region.value}", 0)) for region in regions
        ]

    @property
    def most_in_a_region(self):
        return max((count for _slug, _name, count in self.regions), default=0)

    @property
    def without_region(self):
        return self.counts.get(WITHOUT_REGION, 0)

    @property
    def together(self):
        """(objective, number of practices) of the objectives that go with this one most often."""
        counted = [(self.counts.get(f"objective:{each.number}", 0), each) for each in all_objectives()]
        others = [(count, each) for count, each in counted if count and each.number != self.number]
        most = sorted(others, key=lambda pair: (-pair[0], pair[1].number))[:TOGETHER]
        return [(each, count) for count, each in most]

    @staticmethod
    def _encode(main, sort):
        pairs = [("main", main), ("sort", sort if sort != DEFAULT_ORDER else "")]
        return PracticeFilter.encode_query([(name, value) for name, value in pairs if value])


def all_objectives():
    return rows_named(Objective, range(1, 24))


def _has_known_query(request):
    query = request.GET
    stated = [(name, value) for name in ("main", "sort") for value in query.getlist(name)]
    is_ours = PracticeFilter.encode_query(stated) == ObjectiveList.from_query(0, query).query
    return query.keys() <= {"page", "main", "sort"} and is_ours and Position.is_known(query)


@public(has_known_query=_has_known_query)
@require_safe
def objective_detail(request, number):
    objective = next(iter(rows_named(Objective, [number])), None)
    if objective is None:
        raise Http404
    listed = ObjectiveList.from_query(number, request.GET)
    position = Position.from_query(request.GET)
    path, query = objective.get_absolute_url(), f"objective={number}"
    page = once(
        lambda: paginate(
            listed.selection, position, path=path, query=listed.query, sort=listed.sort, objective=number
        )
    )
    context = {
        "objective": objective,
        "query": query,
        "listed": listed,
        "key": listed.query,
        "position": position,
        "page": page,
        "fragments_last": lambda: page().is_exact,
        "estimate": lambda: subscriptions.estimate(query),
        # Search engines are told to index the list as a whole, not its parts and other orders.
        "address": lambda: site_address(path) if listed.query else page().address,
        "objectives": all_objectives,
        "formats": FORMATS.values(),
    }
    return TemplateResponse(request, "web/browse/objective_detail.html", context)
