"""Filters of the submission list: the tabs, and what narrows them down."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Count, Q
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import AWAITING_MODERATION, LANGUAGES, QueueTab, State
from practices.core.collation import sorted_by_name
from practices.models import Country, Objective, Submission
from practices.models.submission import UNCHECKED_SPAM, WAITING_SINCE

OLD = timedelta(days=14)
QUEUE = Q(state__in=AWAITING_MODERATION)


def saved_tabs(request):
    """Return name → (label, condition) of the tabs a moderator looks at every day."""
    answered, resubmitted = Submission.objects.answered(), Submission.objects.resubmitted()
    return {
        "mine": (_("Assigned to you"), QUEUE & Q(assignee=request.user)),
        "unassigned": (_("Unassigned"), QUEUE & Q(assignee=None)),
        "answered": (
            _("Answered by the submitter"),
            Q(pk__in=answered.values("pk")) | Q(pk__in=resubmitted.values("pk")),
        ),
        "waiting": (QueueTab.WAITING.label, Q(state__in=QueueTab.WAITING.states)),
        "old": (_("Waiting for over 14 days"), QUEUE & Q(LessThan(WAITING_SINCE, clock.now() - OLD))),
        "withdrawal": (
            _("Withdrawal requested"),
            Q(withdrawal_requested_at__isnull=False, practice__withdrawn_at=None),
        ),
        "spam": (QueueTab.SPAM.label, Q(state__in=QueueTab.SPAM.states)),
    }


def tabs(request):
    """Return name → (label, condition) of every tab: the queue, the saved ones, then the others."""
    by_state = {tab.value: (tab.label, Q(state__in=tab.states)) for tab in QueueTab}
    # What is not in the catalogue any more, or in it under another address, stands among what is withdrawn.
    gone = Q(state=State.PUBLISHED, practice__withdrawn_at__isnull=False)
    by_state["published"] = QueueTab.PUBLISHED.label, by_state["published"][1] & ~gone
    by_state["withdrawn"] = QueueTab.WITHDRAWN.label, by_state["withdrawn"][1] | gone
    queue = {"queue": by_state.pop("queue")}
    return queue | saved_tabs(request) | by_state


STATES_OF_SAVED = {
    "answered": AWAITING_MODERATION | {State.CHANGES_REQUESTED},
    "withdrawal": frozenset({State.PUBLISHED}),
}
"""Saved tab → states of its submissions, unless they are those of the queue or of a QueueTab."""


def states_of(request):
    """Return the states that submissions in the shown tab can have."""
    name = request.GET.get("pile", "queue")
    if name in STATES_OF_SAVED:
        return STATES_OF_SAVED[name]
    shown = name if name in QueueTab else "queue"
    gone = {State.PUBLISHED} if name == QueueTab.WITHDRAWN else set()
    return frozenset(QueueTab(shown).states) | gone


def counted_tabs(names, request):
    """Return (name, label, number, number of unchecked ones among it) of the tabs with these names. One query."""
    known = tabs(request)
    chosen = {name: known[name] for name in names}
    numbers = Submission.objects.aggregate(
        unchecked=Count("pk", filter=UNCHECKED_SPAM),
        **{name: Count("pk", filter=condition) for name, (_label, condition) in chosen.items()},
    )
    return [
        (name, label, numbers[name], numbers["unchecked"] if name == "spam" else 0)
        for name, (label, _condition) in chosen.items()
    ]


class QueueTabFilter(admin.SimpleListFilter):
    """The tab shown: the queue unless another is chosen."""

    title = _("list")
    parameter_name = "pile"  # which bookmarks of moderators hold

    def __init__(self, request, *args):
        self.tabs = tabs(request)
        super().__init__(request, *args)

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _condition) in self.tabs.items()]

    def choices(self, changelist):
        chosen = self.value() or "queue"
        for name, label in self.lookup_choices:
            yield {
                "selected": name == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": label,
            }

    def queryset(self, request, queryset):
        _label, condition = self.tabs.get(self.value(), self.tabs["queue"])
        return queryset.filter(condition)


class AssigneeFilter(admin.RelatedOnlyFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_value_display = _("nobody")

    def field_choices(self, field, request, model_admin):
        choices = super().field_choices(field, request, model_admin)
        return [(pk, _("you") if pk == request.user.pk else name) for pk, name in choices]


class ObjectiveFilter(admin.SimpleListFilter):
    title = _("main objective")
    parameter_name = "objective"

    def lookups(self, request, model_admin):
        return [(str(objective.number), str(objective)) for objective in Objective.objects.all()]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(document__objectives__0=int(self.value()))


class CountryFilter(admin.SimpleListFilter):
    """Offers only countries of submissions in the queue, not all 249."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request, model_admin):
        lists = Submission.objects.awaiting_moderation().values_list("document__countries", flat=True)
        codes = {code for codes in lists for code in codes or []} | {self.value()}
        countries = sorted_by_name(Country.objects.filter(code__in=codes))
        return [(country.code, str(country)) for country in countries]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        # Both databases can search the list as text, where a code stands in quotation marks.
        return queryset.filter(document__countries__icontains=f'"{self.value()}"')


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        used = set(Submission.objects.awaiting_moderation().values_list("document__language", flat=True))
        return [(code, name) for code, name in LANGUAGES if code in used | {self.value()}]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(document__language=self.value())
