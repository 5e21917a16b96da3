"""The piles of submissions, and what narrows them down."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices.choices import LANGUAGES, State
from practices.models import Country, Objective, Submission

OLD = timedelta(days=14)
OPEN = [State.SUBMITTED, State.IN_REVIEW]


def saved(request):
    """Name → (label, what belongs to it) of the piles a moderator looks at every day."""
    queue = Q(state__in=OPEN)
    return {
        "mine": (_("Mine"), queue & Q(assignee=request.user)),
        "unassigned": (_("Unassigned"), queue & Q(assignee=None)),
        "waiting": (_("Waiting for the submitter"), Q(state=State.CHANGES_REQUESTED)),
        "old": (_("Older than 14 days"), queue & Q(submitted_at__lt=timezone.now() - OLD)),
    }


def piles(request):
    """Name → (label, what belongs to it) of every pile. Drafts nobody confirmed are nobody's business."""
    return {
        "queue": (_("Queue"), Q(state__in=OPEN)),
        **saved(request),
        "published": (_("Published"), Q(state=State.PUBLISHED)),
        "rejected": (_("Rejected"), Q(state=State.REJECTED)),
        "withdrawn": (_("Withdrawn"), Q(state=State.WITHDRAWN)),
        "spam": (_("Spam"), Q(state=State.SPAM)),
    }


class PileFilter(admin.SimpleListFilter):
    """Which pile is shown; the queue unless another is chosen."""

    title = _("pile")
    parameter_name = "pile"

    def __init__(self, request, *args):
        self.piles = piles(request)
        super().__init__(request, *args)

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _belongs) in self.piles.items()]

    def choices(self, changelist):
        chosen = self.value() or "queue"
        for name, label in self.lookup_choices:
            yield {
                "selected": name == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": label,
            }

    def queryset(self, request, queryset):
        _label, belongs = self.piles.get(self.value(), self.piles["queue"])
        return queryset.filter(belongs)


class AssigneeFilter(admin.RelatedOnlyFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_value_display = _("nobody")


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
    """Only countries of what awaits a decision: 249 would be no help."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request, model_admin):
        lists = Submission.objects.filter(state__in=OPEN).values_list("document__countries", flat=True)
        codes = {code for codes in lists for code in codes or []} | {self.value()}
        return list(Country.objects.filter(code__in=codes).values_list("code", "name"))

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        # The list as text, which both databases can search: "PH" stands in it with its quotation marks.
        return queryset.filter(document__countries__icontains=f'"{self.value()}"')


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        used = set(Submission.objects.filter(state__in=OPEN).values_list("document__language", flat=True))
        return [(code, name) for code, name in LANGUAGES if code in used | {self.value()}]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(document__language=self.value())
