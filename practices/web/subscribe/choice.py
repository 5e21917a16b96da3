"""The practices that a visitor chose for a subscription, on the public form and on the owner's own page."""

from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext as _

from practices.choices import Cadence
from practices.discovery import MAX_VALUES, PracticeFilter
from practices.models import QUERY_LENGTH, Practice
from practices.notifications import saved_filters, subscriptions
from practices.web.subscribe.forms import CadenceForm, ChoiceForm

CHOSEN_ON_THE_PAGE = ("objective", "country", "q")
"""Filters that the page has fields for. It keeps others from its address, and they can be removed."""


class Choice:
    """Filters that a visitor chose: those of the page's fields, and the others that the page came with.

    `start`: filters that the page came with. `posted`: its form, if that was sent.
    """

    def __init__(self, start: QueryDict, posted: QueryDict):
        self.wanted = start.copy()
        if "choosing" in posted:
            for name in CHOSEN_ON_THE_PAGE:
                self.wanted.setlist(name, [value for value in posted.getlist(name) if value.strip()])
        name, _equals, value = posted.get("without", "").partition("=")
        if value in self.wanted.getlist(name):
            self.wanted.setlist(name, [each for each in self.wanted.getlist(name) if each != value])
        self.query = saved_filters.canonical(self.wanted)
        self.is_open = "choosing" in posted or not self.query
        self.is_only_counted = posted.get("step") == "count" or bool(name)

    @cached_property
    def faults(self) -> list[str]:
        """Messages on filters that are not valid, which would match more practices than was meant."""
        return PracticeFilter(self.wanted, queryset=Practice.objects.none()).error_messages

    @cached_property
    def is_too_long(self) -> bool:
        return len(self.query) > QUERY_LENGTH or any(
            len(several) > MAX_VALUES for _name, several in self.wanted.lists()
        )

    @property
    def can_be_saved(self) -> bool:
        return not self.faults and not self.is_too_long

    def context(self, form: CadenceForm) -> dict:
        """Return the context of the page's form and its summary. `form` gets the number of e-mails of each cadence."""
        practice_filter = PracticeFilter(QueryDict(self.query), queryset=Practice.objects.none())
        others = [pair for pair in practice_filter.pairs if pair[0] not in CHOSEN_ON_THE_PAGE]
        estimate = subscriptions.estimate(self.query)
        form.show(estimate)
        return {
            "form": form,
            "choice_form": self._form(),
            "query": self.query,
            "words": saved_filters.describe(self.query),
            "kept_query": PracticeFilter.encode_query(others),
            "kept": _kept(practice_filter, others),
            "faults": self.faults,
            "too_long": self.is_too_long,
            "is_choosing": self.is_open,
            "counted": self.is_only_counted,
            "total": practice_filter.total,
            "chosen": len(practice_filter.values.get("practice", ())),
            "estimate": estimate,
            "emails": estimate.number(form["cadence"].value() or Cadence.AT_ONCE),
        }

    def _form(self) -> ChoiceForm:
        form = ChoiceForm(initial={name: self.wanted.getlist(name) for name in ("objective", "country")})
        form.initial["q"] = self.wanted.get("q", "")
        return form


def _kept(practice_filter: PracticeFilter, others: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the filters that the page has no fields for, each with the value of the button that removes it."""
    labels = {
        (name, value): label for name, pairs in practice_filter.values.items() for value, label in pairs
    }
    return [
        {
            "pair": f"{name}={value}",
            "text": _("%(facet)s: %(label)s")
            % {"facet": practice_filter.filters[name].label, "label": labels[name, value]},
        }
        for name, value in others
    ]
