"""The submission that opens after a decision: the next one in the list from which the moderator came."""

import copy

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation
from django.db.models import Case, When
from django.http import QueryDict
from django.urls import reverse

from practices import workflow
from practices.admin.submission.filters import QueueTabFilter
from practices.admin.submission.refusals import RefusingAdmin
from practices.models.submission import CHECKED_SPAM


class UnreadChangeList(ChangeList):
    """The rows of a list, with its filters, that are not loaded."""

    def get_results(self, request):
        pass


class NextAdmin(RefusingAdmin):
    def review_url(self, request, submission):
        """Return the address of the review page, which remembers the list from which `request` came."""
        return self._within_list(request, self.address(submission))

    def list_url(self, request):
        return self._within_list(request, reverse("admin:practices_submission_changelist"))

    def correct_url(self, request, submission):
        return self._within_list(request, reverse("admin:practices_submission_correct", args=[submission.pk]))

    def _within_list(self, request, url):
        context = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(context, url)

    def next_after(self, request, submission):
        """Return the submission to open next: of those one can decide on, one's own first, then the oldest."""
        others = self._listed(request).exclude(pk=submission.pk).exclude(CHECKED_SPAM)
        own_first = Case(When(assignee=request.user, then=0), default=1)
        return workflow.first_for(others.order_by(own_first, "submitted_at", "pk"), request.user)

    def _listed(self, request):
        """Return the submissions of the list from which `request` came: the queue unless it was another."""
        origin = copy.copy(request)
        origin.GET = QueryDict(request.GET.get("_changelist_filters", ""))
        try:
            return self._unread(origin).queryset
        except (IncorrectLookupParameters, SuspiciousOperation):
            origin.GET = QueryDict()
            return self._unread(origin).queryset

    def _unread(self, request):
        return UnreadChangeList(
            request,
            self.model,
            self.list_display,
            self.list_display_links,
            [each for each in self.get_list_filter(request) if _may_narrow(each, request.GET)],
            self.date_hierarchy,
            self.get_search_fields(request),
            self.list_select_related,
            self.list_per_page,
            self.list_max_show_all,
            self.list_editable,
            self,
            self.sortable_by,
            self.search_help_text,
        )


def _may_narrow(list_filter, chosen):
    """Return whether a filter can leave rows out. Most do nothing until they are chosen, but read what they offer."""
    parameter = getattr(list_filter, "parameter_name", None)
    return list_filter is QueueTabFilter or parameter is None or parameter in chosen
